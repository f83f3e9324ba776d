import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/*
 * The ministry's forms write “kỳ” (học kỳ, đánh giá định kỳ), so whatever a person reads here does too: pages, messages, guides,
 * prints and what the command line says. Only what reads other people's files knows the other spelling.
 */
const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const READ = /\.(?:tsx?|typ|md|html)$/;
const TOLD = ['apps', 'packages', 'docs/huong-dan', 'README.md'];
const READS_OTHERS = ['packages/sheet/src/headers.ts'];
const OTHER = /(?<!\p{L})kì(?!\p{L})/iu;

function filesIn(folder: string): string[] {
  if (READ.test(folder)) return [folder];
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) =>
    ['node_modules', 'dist'].includes(entry.name)
      ? []
      : entry.isDirectory() || READ.test(entry.name)
        ? filesIn(`${folder}/${entry.name}`)
        : [],
  );
}

const told = TOLD.flatMap(filesIn).filter(
  (name) => !name.endsWith('.test.ts') && !READS_OTHERS.includes(name),
);

test('“kỳ” is written one way in all that is said', () => {
  expect(told.length).toBeGreaterThan(900);
  const differing = told.filter((name) =>
    OTHER.test(readFileSync(join(ROOT, name), 'utf8').normalize('NFC')),
  );
  expect(differing).toEqual([]);
});

test('the other spelling is seen in either case and either form of letters, and no longer word is taken for it', () => {
  for (const said of ['đánh giá định kì', 'Kì này', 'HỌC KÌ'.normalize('NFD')])
    expect(OTHER.test(said.normalize('NFC'))).toBe(true);
  for (const said of ['học kỳ', 'kìm', 'thì']) expect(OTHER.test(said)).toBe(false);
});
