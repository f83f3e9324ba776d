import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSync } from 'vite';

export interface Import {
  /** As written: `./x.ts`, `@hocba/record`, `node:fs`. */
  readonly from: string;
  /** Erased before it runs (`import type`). */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  /** Relative to the repository, with `/`. */
  readonly path: string;
  readonly imports: readonly Import[];
}

/** @returns every TypeScript source of packages, apps, scripts and tests */
export function readSources(root: string): SourceFile[] {
  const sources: SourceFile[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (['node_modules', 'dist', 'samples', 'vectors'].includes(entry.name)) continue;
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (/\.tsx?$/.test(entry.name)) {
        sources.push({ path, imports: importsOf(path, readFileSync(join(root, path), 'utf8')) });
      }
    }
  };
  for (const folder of ['packages', 'apps', 'scripts', 'tests']) walk(folder);
  return sources;
}

/** All ways in which one file names another: import, export from, import(), and URLs handed to workers. */
export function importsOf(path: string, text: string): Import[] {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]?.message}`);
  const imports: Import[] = module.staticImports.map(({ start, moduleRequest }) => ({
    from: moduleRequest.value,
    typeOnly: /^import\s+type\b/.test(text.slice(start)),
  }));
  for (const { start, entries } of module.staticExports) {
    const from = entries.find(({ moduleRequest }) => moduleRequest)?.moduleRequest?.value;
    if (from !== undefined) imports.push({ from, typeOnly: /^export\s+type\b/.test(text.slice(start)) });
  }
  for (const [, from] of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)) {
    imports.push({ from: from ?? '', typeOnly: false });
  }
  for (const [, from] of text.matchAll(/new URL\(\s*['"](\.[^'"]+\.tsx?)['"],\s*import\.meta\.url/g)) {
    imports.push({ from: from ?? '', typeOnly: false });
  }
  return imports;
}

/** @returns the repository's path that a relative import points to, or null for a package or a built-in */
export function targetOf(path: string, from: string): string | null {
  return from.startsWith('.') ? posix.join(posix.dirname(path), from) : null;
}

export function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.startsWith('tests/') || path.includes('/testing/');
}
