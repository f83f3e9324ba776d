import { useEffect, useState } from 'preact/hooks';

/** The address as the application sees it; links are ordinary links, so Back, bookmarks and middle clicks work. */
export function useAddress(): string {
  const [address, setAddress] = useState(location.pathname);
  useEffect(() => {
    let here = location.href;
    const follow = (): void => {
      here = location.href;
      setAddress(location.pathname);
    };
    const back = (): void => {
      if (location.pathname !== new URL(here).pathname && !mayLeave()) history.pushState(null, '', here);
      else follow();
    };
    addEventListener('popstate', back);
    addEventListener('hocba:go', follow);
    document.addEventListener('click', takeLink);
    return () => {
      removeEventListener('popstate', back);
      removeEventListener('hocba:go', follow);
      document.removeEventListener('click', takeLink);
    };
  }, []);
  return address;
}

export function go(address: string): void {
  if (!mayLeave()) return;
  history.pushState(null, '', address);
  dispatchEvent(new Event('hocba:go'));
  scrollTo(0, 0);
}

/** A page with unsent work registers here, so that it is asked before it is left. */
let guard: (() => string | null) | null = null;
export function guardLeaving(ask: (() => string | null) | null): void {
  guard = ask;
}
function mayLeave(): boolean {
  const question = guard?.() ?? null;
  return question === null || confirm(question);
}

function takeLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey)
    return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (
    link.pathname.startsWith('/api/') ||
    link.pathname.startsWith('/x/') ||
    link.pathname.includes('.') ||
    link.pathname === '/kiem-tra-hoc-ba' ||
    (link.hash !== '' && link.pathname === location.pathname)
  )
    return;
  event.preventDefault();
  go(link.pathname + link.hash);
}

/** The parts of an address that match a pattern such as `/lop/:classId/mon/:subject`, or null. */
export function match(pattern: string, address: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = address.replace(/\/$/, '').split('/');
  if (wanted.length !== given.length) return null;
  const found: Record<string, string> = {};
  for (let n = 0; n < wanted.length; n++) {
    const part = wanted[n] ?? '';
    const value = given[n] ?? '';
    if (part.startsWith(':')) found[part.slice(1)] = decodeURIComponent(value);
    else if (part !== value) return null;
  }
  return found;
}
