import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { browserViolations } from './import-direction/browser.ts';
import { circles } from './import-direction/circles.ts';
import { exportsOf, readManifest, undeclared } from './import-direction/declared.ts';
import { layerViolations, PARTS } from './import-direction/layers.ts';
import { importsOf, readSources } from './import-direction/read-imports.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = readSources(root);
const exported = exportsOf(root, Object.keys(PARTS));
const manifestOf = (part: string) => readManifest(root, part);

describe('the house as it stands', () => {
  test('there is something to look at', () => {
    expect(sources.length).toBeGreaterThan(50);
  });
  test('imports point downwards', () => {
    expect(layerViolations(sources)).toEqual([]);
  });
  test('no file leads back to itself, types included', () => {
    expect(circles(sources, '')).toEqual([]);
  });
  test('what a browser loads needs no Node', () => {
    expect(browserViolations(sources, exported)).toEqual([]);
  });
  test('every package that is used is declared', () => {
    expect(undeclared(sources, manifestOf)).toEqual([]);
  });
});

const file = (path: string, ...lines: string[]) => ({ path, imports: importsOf(path, lines.join('\n')) });

describe('a circle is found', () => {
  const to = (name: string): string => `import type { X } from './${name}.ts';`;
  test.each([
    ['of two', [file('apps/a.ts', to('b')), file('apps/b.ts', to('a'))], 1],
    [
      'behind a tail',
      [file('apps/a.ts', to('b')), file('apps/b.ts', to('c')), file('apps/c.ts', to('b'))],
      1,
    ],
    [
      'two of them',
      [file('apps/a.ts', to('b'), to('c')), file('apps/b.ts', to('a')), file('apps/c.ts', to('a'))],
      2,
    ],
    [
      'none where ways meet',
      [file('apps/a.ts', to('b'), to('c')), file('apps/b.ts', to('c')), file('apps/c.ts')],
      0,
    ],
    ['none through a test', [file('apps/a.ts', to('a.test')), file('apps/a.test.ts', to('a'))], 0],
  ] as const)('%s', (_, files, count) => {
    expect(circles(files, 'apps/')).toHaveLength(count);
  });
});

describe('a wrong import is found', () => {
  test.each([
    ['packages/xml/src/a.ts', `import { x } from '@hocba/record';`],
    ['packages/record/src/a.ts', `import { x } from '@hocba/signature';`],
    ['packages/signature/src/a.ts', `export * from '@hocba/ledger';`],
    ['packages/ledger/src/a.ts', `const x = await import('@hocba/xml');`],
    ['packages/form/src/a.ts', `import type { X } from '@hocba/verify';`],
    ['packages/verify/src/a.ts', `import '@hocba/server';`],
    ['packages/record/src/a.ts', `import { x } from '../../xml/src/scan.ts';`],
    ['packages/record/src/a.ts', `type X = import('@hocba/server').X;`],
    ['apps/server/src/http/a.ts', `import { x } from '@hocba/cli';`],
    ['apps/web/src/a.tsx', `import { access } from '@hocba/server/api';`],
    ['apps/web/src/a.tsx', `import type { Store } from '@hocba/server';`],
    ['packages/newcomer/src/a.ts', ''],
    ['apps/server/src/store/a.ts', `import { x } from '../roster/a.ts';`],
    ['apps/server/src/roster/a.ts', `import type { X } from '../assessment/a.ts';`],
    ['apps/server/src/signing/a.ts', `import { x } from '../issuing/a.ts';`],
    ['apps/server/src/issuing/a.ts', `import { x } from '../http/errors.ts';`],
    ['apps/server/src/issuing/a.ts', `new Worker(new URL('../http/errors.ts', import.meta.url));`],
    ['apps/server/src/http/api/a.ts', `import { x } from '../errors.ts';`],
    ['apps/server/src/access/a.ts', `import { x } from '../main.ts';`],
    ['apps/server/src/refusal.ts', `import { x } from './store/database.ts';`],
    ['apps/server/src/cellar/a.ts', ''],
    ['apps/server/src/signing/items/a.ts', `import { x } from '../signers/a.ts';`],
    ['apps/server/src/signing/records/a.ts', `import { x } from '../batch/a.ts';`],
    ['apps/web/src/words/a.ts', `import { x } from '../api/a.ts';`],
    ['packages/ledger/src/tree/a.ts', `import { x } from '../note/note.ts';`],
    ['packages/ledger/src/error.ts', `import { x } from './encoding/bytes.ts';`],
    ['packages/ledger/src/leaf/a.ts', `import { x } from '../index.ts';`],
    ['packages/ledger/src/leaf/a.ts', `import { x } from '../testing/ports.node.ts';`],
    ['packages/ledger/src/cellar/a.ts', ''],
  ])('%s: %s', (path, line) => {
    expect(layerViolations([file(path, line)])).toHaveLength(1);
  });

  test.each([
    ['packages/verify/src/a.ts', `import { x } from '@hocba/form/attachments';`],
    ['packages/signature/src/a.ts', `import { x } from '@hocba/xml';`],
    ['apps/web/src/a.tsx', `import type { access } from '@hocba/server/api';`],
    ['apps/cli/src/a.ts', `import { x } from '@hocba/server';`],
    ['apps/server/src/main.ts', `import { x } from './http/server.ts';`],
    [
      'apps/server/src/issuing/a.ts',
      `import { x } from '../signing/a.ts'; import { y } from '../http/api/index.ts';`,
    ],
    ['apps/server/src/store/a.test.ts', `import { x } from '../roster/a.ts';`],
    ['packages/ledger/src/note/a.ts', `import { x } from '../tree/a.ts'; import { y } from '../error.ts';`],
    ['packages/record/src/a.ts', `// import { x } from '@hocba/server';`],
  ])('and a right one is not: %s: %s', (path, line) => {
    expect(layerViolations([file(path, line)])).toEqual([]);
  });

  test('Node in a package for browsers, by name or by a detour', () => {
    const direct = file('packages/xml/src/index.ts', `import { readFile } from 'node:fs';`);
    expect(browserViolations([direct], exported)).not.toEqual([]);
    const bare = file('packages/ledger/src/x.ts', `import fs from 'fs';`);
    expect(browserViolations([bare], exported)).not.toEqual([]);
    const named = file('packages/ledger/src/x.node.ts', `import { readFile } from 'node:fs';`);
    expect(browserViolations([named], exported)).toEqual([]);
    const detour = file('packages/ledger/src/index.ts', `export * from './x.node.ts';`);
    expect(browserViolations([named, detour], exported)).not.toEqual([]);
    const erased = file('packages/ledger/src/index.ts', `export type * from './x.node.ts';`);
    expect(browserViolations([named, erased], exported)).toEqual([]);
    const page = file('apps/web/src/page.tsx', `import { x } from '@hocba/ledger/node';`);
    const entry = file('packages/ledger/src/node.ts', `export * from './x.node.ts';`);
    expect(browserViolations([page, entry, named], exported)).not.toEqual([]);
  });

  test('a package that is there by accident', () => {
    expect(undeclared([file('packages/xml/src/a.ts', `import { z } from 'zod';`)], manifestOf)).toHaveLength(
      1,
    );
    expect(
      undeclared([file('packages/xml/src/a.ts', `import { test } from 'vitest';`)], manifestOf),
    ).toHaveLength(1);
    expect(
      undeclared([file('packages/xml/src/a.test.ts', `import { test } from 'vitest';`)], manifestOf),
    ).toEqual([]);
    expect(undeclared([file('apps/server/src/a.ts', `import pg from 'pg';`)], manifestOf)).toEqual([]);
  });
});
