import { languageFor, speak } from '../base/i18n';
import type { Viewer } from '../core/viewer';

/** Speaks the language of a viewer, and says in its attribute which that is. */
export function speakFor(host: HTMLElement): void {
  host.lang = languageFor(host);
  void speak(host.lang);
}

/** The language that an address or a session gives. */
export function followLanguage({ element, state }: Viewer): void {
  speakFor(element);
  state.watch(
    (tree) => tree.lang,
    (lang) => {
      if (lang) element.lang = lang;
    },
  );
}
