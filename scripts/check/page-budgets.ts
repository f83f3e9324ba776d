import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseSync } from 'vite';

export interface PageSize {
  /** The page's file in the built application. */
  readonly page: string;
  /** Scripts that the page names itself. */
  readonly files: number;
  /** Bytes of all JavaScript that the page loads for everybody, each file compressed with gzip. */
  readonly scripts: number;
  /** The same of what it asks for only when somebody's own file or act needs it. */
  readonly onDemand: number;
  readonly styles: number;
}

/** The design's budget: 90 kB of JavaScript, gzip, for any page of the application, without what is on demand. */
export const SCRIPT_BUDGET = 90_000;

/** A browser opens six connections to one host: the style and the session want theirs. */
export const SCRIPT_FILES = 4;

/** @param dist folder of the built web application; @returns one entry for each HTML file in it */
export function pageSizes(dist: string): PageSize[] {
  const pages = readdirSync(dist).filter((name) => name.endsWith('.html'));
  return pages.map((page) => {
    const html = readFileSync(join(dist, page), 'utf8');
    const files = [...html.matchAll(/(?:src|href)="\/?([^"]+\.(?:js|css))"/g)].map(([, path]) => path ?? '');
    const entries = files.filter((path) => path.endsWith('.js'));
    const first = reachable(dist, entries, (path) => !isOnDemand(path));
    // What two on-demand files share stands beside them, and comes with them.
    const late = reachable(dist, entries, () => true).filter((path) => !first.includes(path));
    return {
      page,
      files: entries.length,
      scripts: compressed(dist, first),
      onDemand: compressed(dist, late),
      styles: compressed(
        dist,
        files.filter((p) => p.endsWith('.css')),
      ),
    };
  });
}

/** The folder into which the build puts what vite.config.ts names. */
const isOnDemand = (path: string): boolean => path.includes('/on-demand/');

/** Follows static and dynamic imports, as far as `goes`: what is loaded late still has to come over the same slow line. */
function reachable(dist: string, entries: readonly string[], goes: (path: string) => boolean): string[] {
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path) || !goes(path)) return;
    seen.add(path);
    const text = readFileSync(join(dist, path), 'utf8');
    const { module } = parseSync(path, text);
    const names = module.staticImports.map(({ moduleRequest }) => moduleRequest.value);
    for (const { entries: exported } of module.staticExports) {
      for (const { moduleRequest } of exported) if (moduleRequest) names.push(moduleRequest.value);
    }
    for (const [, name] of text.matchAll(/import\(\s*["'`](\.[^"'`]+)["'`]/g)) names.push(name ?? '');
    for (const name of names) visit(posix.join(posix.dirname(path), name));
  };
  for (const entry of entries) visit(entry);
  return [...seen];
}

function compressed(dist: string, paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length, 0);
}
