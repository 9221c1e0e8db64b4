import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  bestLanguage,
  countText,
  language,
  languageFor,
  languages,
  onLanguage,
  speak,
  t,
  tn,
  translated,
  writeLanguage,
} from './i18n';

describe('texts', () => {
  beforeEach(() => localStorage.clear());
  afterEach(() => speak('en'));

  it('are English without a catalogue, with what they are given', () => {
    expect(t('Open {name}', { name: 'a.fits' })).toBe('Open a.fits');
    expect([tn('{count} row', '{count} rows', 1), tn('{count} row', '{count} rows', 0)]).toEqual(['1 row', '0 rows']);
    expect(t('{a} and {b}', { a: '{b}' })).toBe('{b} and {b}');
  });

  it('are said in another language once its catalogue is there, and those who asked hear of it', async () => {
    const heard = vi.fn();
    const stop = onLanguage(heard);
    await speak('fr');
    expect([language(), t('Close'), t('no catalogue has this')]).toEqual(['fr', 'Fermer', 'no catalogue has this']);
    expect([tn('{count} row', '{count} rows', 0), tn('{count} row', '{count} rows', 2)]).toEqual([
      '0 ligne',
      '2 lignes',
    ]);
    expect(translated([{ value: 'dark', label: 'Dark' }])).toEqual([{ value: 'dark', label: 'Sombre' }]);
    await speak('fr');
    await speak('en');
    stop();
    await speak('fr');
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it('write numbers as the language does', async () => {
    expect(countText(10000)).toBe('10,000');
    await speak('fr');
    expect(countText(10000).replace(/\s/g, ' ')).toBe('10 000');
  });

  it('are those of the language that was asked for last', async () => {
    await Promise.all([speak('fr'), speak('en')]);
    expect([language(), t('Close')]).toEqual(['en', 'Close']);
  });

  it('are English where there is no such catalogue', async () => {
    await speak('tlh');
    expect([language(), t('Close')]).toEqual(['en', 'Close']);
  });

  it('are in the language of the viewer, of an earlier choice, of the page, of the browser, in this order', () => {
    expect(languages).toEqual(['en', 'fr']);
    expect(bestLanguage(['de', null, 'FR-ca', 'en'])).toBe('fr');
    const page = document.createElement('div');
    const viewer = page.appendChild(document.createElement('div'));
    vi.spyOn(navigator, 'languages', 'get').mockReturnValue(['fr-FR', 'en']);
    expect(languageFor(viewer)).toBe('fr');
    page.lang = 'en-GB';
    expect(languageFor(viewer)).toBe('en');
    writeLanguage(viewer, 'fr');
    expect([languageFor(viewer), viewer.lang]).toEqual(['fr', 'fr']);
    viewer.lang = 'de';
    expect(languageFor(viewer)).toBe('fr');
    viewer.lang = 'en';
    expect(languageFor(viewer)).toBe('en');
  });
});
