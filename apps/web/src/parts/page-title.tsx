import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../words/index.ts';

let first = true;

/**
 * The page's heading, also as the window's title. Going to a page inside the application puts the focus on it, so
 * that a screen reader says where one is; the first page of a visit leaves the focus where the browser has it.
 */
export function PageTitle({ text, children }: { text: string; children?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${text} · ${words.app}`;
  }, [text]);
  useEffect(() => {
    if (!first && !location.hash) heading.current?.focus({ preventScroll: true });
    first = false;
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children ?? text}
    </h1>
  );
}
