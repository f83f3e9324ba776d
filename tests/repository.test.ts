import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Texts of the repository as it would be committed, by path; what .gitignore names is left out. */
function readTexts(): Map<string, string> {
  const texts = new Map<string, string>();
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (['node_modules', 'dist', 'data', '.git'].includes(entry.name) || /^out/.test(path)) continue;
      if (entry.isDirectory()) walk(path);
      else if (
        /(^|\/)(run|apt-install)$|\.(tsx?|mjs|json|css|html|md|sql|sh|txt|xml|typ|svg|webmanifest)$/.test(
          path,
        )
      ) {
        texts.set(path, readFileSync(join(root, path), 'utf8'));
      }
    }
  };
  walk('.');
  return texts;
}

const texts = readTexts();
const code = [...texts].filter(([path]) => /\.(tsx?|mjs)$/.test(path));

/** @returns `path:line` of every line that matches */
function linesWith(pattern: RegExp, among: Iterable<[string, string]>): string[] {
  return [...among].flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  );
}

/** Absolute paths of somebody's machine; put together so that this file does not hold one. */
const machinePath = new RegExp(
  ['work', 'root', 'home', 'Users']
    .map((name) => `(^|[\\s'"\`(=:])/${name}/`)
    .join('|')
    .concat('|[A-Z]:\\\\Users\\\\'),
);

describe('every committed text', () => {
  test('is seen', () => {
    expect(texts.has('README.md') || texts.has('package.json')).toBe(true);
    expect(code.length).toBeGreaterThan(50);
  });

  test('names no path of a machine', () => {
    expect(linesWith(machinePath, texts)).toEqual([]);
  });

  test.each([`cd /${'work'}/x`, `'/${'home'}/me'`, `in "/${'root'}/x"`, `C:${'\\Users'}\\me`])(
    'which %j would be',
    (line) => {
      expect(linesWith(machinePath, [['a', line]])).toHaveLength(1);
    },
  );

  test.each(['/api/home/', 'https://example.vn/work/', 'the root: /', '../home/x'])(
    'and %j would not',
    (line) => {
      expect(linesWith(machinePath, [['a', line]])).toEqual([]);
    },
  );

  test('is in composed Unicode (NFC)', () => {
    expect([...texts].filter(([, text]) => text !== text.normalize('NFC')).map(([path]) => path)).toEqual([]);
  });
});

describe('every source', () => {
  test('holds one idea: at most 400 lines', () => {
    const long = code.filter(([path, text]) => path.includes('/src/') && text.split('\n').length > 401);
    expect(long.map(([path]) => path)).toEqual([]);
  });

  test('leaves nothing for later and no test aside', () => {
    const marks = new RegExp(
      ['TO' + 'DO\\b', 'FIX' + 'ME\\b', '\\b(test|it|describe)\\.(skip|only|todo)\\b'].join('|'),
    );
    expect(linesWith(marks, code)).toEqual([]);
  });

  test('takes its randomness from the system', () => {
    expect(linesWith(new RegExp(`Math\\.${'random'}`), code)).toEqual([]);
  });

  test('stands in a folder or file with a name of its own', () => {
    const vague = /(^|[/-])(utils?|helpers?|common|misc|services?|managers?)(\.|\/|$)/;
    expect([...texts.keys()].filter((path) => /\/src\//.test(path) && vague.test(path))).toEqual([]);
  });
});
