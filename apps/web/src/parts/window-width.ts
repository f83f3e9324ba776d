import { useEffect, useMemo, useState } from 'preact/hooks';

/** Does the window match a media query, also after it was turned or made smaller? */
export function useMatches(media: string): boolean {
  const query = useMemo(() => matchMedia(media), [media]);
  const [matches, setMatches] = useState(query.matches);
  useEffect(() => {
    const follow = (): void => setMatches(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, [query]);
  return matches;
}
