/** An image of a VisiOmatic server as a React component. `visiomatic.d.ts` comes from `/client/` of the server. */
import { type CSSProperties, useEffect, useRef } from 'react';
import type { StatePatch, VisiomaticViewer } from './visiomatic';

interface Props {
  image: string;
  display?: StatePatch['display'];
  show?: string;
  style?: CSSProperties;
  onPointer?: (sky: [number, number] | null) => void;
  onError?: (message: string) => void;
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'visiomatic-viewer': React.HTMLAttributes<VisiomaticViewer> &
        React.RefAttributes<VisiomaticViewer> & { image?: string; show?: string };
    }
  }
}

export function AstroImage({ image, display, show, style, onPointer, onError }: Props) {
  const viewer = useRef<VisiomaticViewer>(null);

  useEffect(() => {
    const element = viewer.current;
    if (!element) return;
    const events = new AbortController();
    const { signal } = events;
    element.addEventListener('pointer', ({ detail }) => onPointer?.(detail?.sky ?? null), { signal });
    element.addEventListener('error', ({ detail }) => onError?.(detail.message), { signal });
    return () => events.abort();
  }, [onPointer, onError]);

  useEffect(() => {
    let current = true;
    const element = viewer.current;
    const apply = () => {
      if (current && element && display) element.state = { display };
    };
    customElements.whenDefined('visiomatic-viewer').then(() => element?.ready).then(apply, () => undefined);
    return () => {
      current = false;
    };
  }, [display]);

  return <visiomatic-viewer ref={viewer} image={image} show={show} style={{ display: 'block', ...style }} />;
}
