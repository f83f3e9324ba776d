import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

/**
 * A guide quotes a page's word in italics, one after the other along the way (*Ký* → *Cách ký*). Whatever it quotes must be
 * what a page says, letter by letter: in the words of the pages, in a verdict, or in a sentence of the server.
 */
const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const GUIDES = join(ROOT, 'docs', 'huong-dan');
const SPEAKERS = [
  'apps/web/src/words/vi',
  'apps/server/src/assessment',
  'packages/verify/src/words',
  'packages/record/src',
];
/** Titles that carry a class's name, and what they are called in a sentence. */
const OPEN_ENDED = ['Học bạ lớp'];

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(ROOT, folder, name), 'utf8'));
}

const said = new Set(
  SPEAKERS.flatMap(sources).flatMap((text) =>
    [...text.matchAll(/'((?:[^'\\\n]|\\.)*)'|`([^`]*)`/g)].map((found) => found[1] ?? found[2] ?? ''),
  ),
);

/** What a guide quotes, without its code, pictures and bold words. */
function quoted(markdown: string): string[] {
  const plain = markdown
    .replace(/```[\s\S]*?```/g, '')
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/\*\*[^*]*\*\*/g, '')
    .replace(/\s*\n\s*/g, ' ');
  return [...plain.matchAll(/\*([^*]+)\*/g)].flatMap((found) => (found[1] ?? '').split(' → '));
}

const guides = readdirSync(GUIDES).filter((name) => name.endsWith('.md'));

test('there are guides, and they quote', () => {
  expect(guides.length).toBeGreaterThan(4);
  expect(quoted(readFileSync(join(GUIDES, 'van-thu.md'), 'utf8')).length).toBeGreaterThan(10);
});

test('a quotation is read along its way, over the end of a line, and nothing that is bold', () => {
  expect(quoted('**Ký** → *Cách\n  ký* → *A → B*, `*c*`')).toEqual(['Cách ký', 'A', 'B', 'c']);
});

describe.each(guides)('%s', (name) => {
  test('quotes what pages say', () => {
    const unknown = quoted(readFileSync(join(GUIDES, name), 'utf8')).filter(
      (label) => !said.has(label) && !OPEN_ENDED.includes(label),
    );
    expect(unknown).toEqual([]);
  });
});
