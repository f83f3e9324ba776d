import { isTest, type SourceFile, targetOf } from './read-imports.ts';

/**
 * Files that lead back to themselves, types included: what stands in a circle can only be understood, and changed, together.
 *
 * @returns a sentence for each circle among files whose path begins so, with its files from one to the next
 */
export function circles(sources: readonly SourceFile[], under: string): string[] {
  const files = sources.filter(({ path }) => path.startsWith(under) && !isTest(path));
  const targets = new Map(
    files.map(({ path, imports }) => [path, imports.flatMap(({ from }) => targetOf(path, from) ?? [])]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) found.push(`${[...way.slice(at), path].join(' → ')}: a circle`);
    if (at >= 0 || done.has(path)) return;
    for (const next of targets.get(path) ?? []) if (targets.has(next)) walk(next, [...way, path]);
    done.add(path);
  };
  for (const path of targets.keys()) walk(path, []);
  return found;
}
