import { existsSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, posix } from 'node:path';
import type { Exports } from './browser.ts';
import { isTest, type SourceFile } from './read-imports.ts';

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export function readManifest(root: string, part: string): Manifest | null {
  const path = join(root, part, 'package.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

/** @returns how an import of one of our packages finds its file */
export function exportsOf(root: string, parts: readonly string[]): Exports {
  const manifests = parts.map((part) => ({ part, manifest: readManifest(root, part) }));
  return (from) => {
    const name = from.split('/').slice(0, 2).join('/');
    const found = manifests.find(({ manifest }) => manifest?.name === name);
    const target = found?.manifest?.exports?.[`.${from.slice(name.length)}`];
    return found === undefined || target === undefined ? null : posix.join(found.part, target);
  };
}

/**
 * Packages that a source uses and its workspace does not name: they would be there by accident only. Tests may
 * use what the root has for development.
 *
 * @returns one sentence each
 */
export function undeclared(
  sources: readonly SourceFile[],
  manifestOf: (part: string) => Manifest | null,
): string[] {
  const root = manifestOf('.');
  const found: string[] = [];
  for (const { path, imports } of sources) {
    if (!path.startsWith('packages/') && !path.startsWith('apps/')) continue;
    const manifest = manifestOf(path.split('/').slice(0, 2).join('/'));
    const inSource = path.includes('/src/') && !isTest(path);
    const known = new Set([
      ...Object.keys(manifest?.dependencies ?? {}),
      ...Object.keys(manifest?.optionalDependencies ?? {}),
      ...(inSource
        ? []
        : [...Object.keys(manifest?.devDependencies ?? {}), ...Object.keys(root?.devDependencies ?? {})]),
    ]);
    for (const { from, typeOnly } of imports) {
      if (from.startsWith('.') || from.startsWith('node:') || builtinModules.includes(from)) continue;
      const name = from
        .split('/')
        .slice(0, from.startsWith('@') ? 2 : 1)
        .join('/');
      if (known.has(name) || name === manifest?.name) continue;
      if (typeOnly && (manifest?.devDependencies?.[name] ?? manifest?.devDependencies?.[`@types/${name}`]))
        continue;
      found.push(`${path}: ${name} is not among its workspace's dependencies`);
    }
  }
  return found;
}
