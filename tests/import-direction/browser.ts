import { builtinModules } from 'node:module';
import { isTest, type SourceFile, targetOf } from './read-imports.ts';

/** Packages that also run in a browser, where there is no Node. */
export const BROWSER_PARTS = ['xml', 'record', 'signature', 'ledger', 'verify'].map(
  (name) => `packages/${name}`,
);

const builtins = new Set(builtinModules);

function isBuiltin(from: string): boolean {
  return from.startsWith('node:') || builtins.has(from);
}

/** Where `@hocba/NAME[/SUB]` leads, by each package's `exports`. */
export type Exports = (name: string) => string | null;

/**
 * Built-in modules of Node in files of a browser package that do not say so by their name (`*.node.ts`), and
 * built-ins that a page would reach through whatever it imports.
 *
 * @returns one sentence each
 */
export function browserViolations(sources: readonly SourceFile[], exported: Exports): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const found: string[] = [];
  for (const { path, imports } of sources) {
    if (!BROWSER_PARTS.some((part) => path.startsWith(`${part}/src/`)) || isTest(path)) continue;
    if (/(^|[./])node\.ts$/.test(path)) continue;
    for (const { from } of imports)
      if (isBuiltin(from)) found.push(`${path}: ${from} in a package for browsers`);
  }
  const entries = sources
    .filter(({ path }) => path.startsWith('apps/web/src/') && !isTest(path))
    .map(({ path }) => path)
    .concat(BROWSER_PARTS.map((part) => `${part}/src/index.ts`));
  const seen = new Set<string>();
  const visit = (path: string, by: string) => {
    const source = byPath.get(path);
    if (source === undefined || seen.has(path)) return;
    seen.add(path);
    for (const { from, typeOnly } of source.imports) {
      if (typeOnly) continue;
      if (isBuiltin(from)) found.push(`${path}: ${from} reached by the browser (from ${by})`);
      const target = targetOf(path, from) ?? (from.startsWith('@hocba/') ? exported(from) : null);
      if (target !== null) visit(target, path);
    }
  };
  for (const entry of entries) visit(entry, entry);
  return found;
}
