import fc from 'fast-check';
import { expect, test } from 'vitest';
import { besideEachOther, proofAmong } from './beside.ts';

/** @returns `record > proof` for each record, and the proofs that are left */
function paired(...names: string[]): string[] {
  const text = new TextEncoder();
  const { files, alone } = besideEachOther(names.map((name) => ({ name, bytes: text.encode(name) })));
  const of = ({ name, proof }: { name: string; proof?: Uint8Array }): string =>
    proof === undefined ? name : `${name} > ${new TextDecoder().decode(proof)}`;
  return [...files.map(of), ...alone];
}

test.each<[string, string[], string[]]>([
  [
    'numbered by a browser, beside another pair',
    ['a.xml', 'a (1).tlog-proof', 'b.xml', 'b.tlog-proof'],
    ['a.xml > a (1).tlog-proof', 'b.xml > b.tlog-proof'],
  ],
  ['of a numbered record', ['a (2).xml', 'a.tlog-proof', 'b.xml'], ['a (2).xml > a.tlog-proof', 'b.xml']],
  ['both numbered', ['a (2).xml', 'a(3).tlog-proof', 'b.xml'], ['a (2).xml > a(3).tlog-proof', 'b.xml']],
  [
    'beside one of just the name',
    ['a.xml', 'a.tlog-proof', 'a (1).tlog-proof', 'b.xml'],
    ['a.xml > a.tlog-proof', 'b.xml', 'a (1).tlog-proof'],
  ],
  [
    'two of them, for which nobody could choose',
    ['a.xml', 'a (1).tlog-proof', 'a (2).tlog-proof', 'b.xml'],
    ['a.xml', 'b.xml', 'a (1).tlog-proof', 'a (2).tlog-proof'],
  ],
  [
    'that two records might want',
    ['a.xml', 'a (1).xml', 'a (2).tlog-proof'],
    ['a.xml', 'a (1).xml', 'a (2).tlog-proof'],
  ],
  [
    'of a record that was saved twice, each with its own',
    ['a.xml', 'a.tlog-proof', 'a (1).xml', 'a (1).tlog-proof'],
    ['a.xml > a.tlog-proof', 'a (1).xml > a (1).tlog-proof'],
  ],
  [
    'in another folder',
    ['x/a.xml', 'y/a (1).tlog-proof', 'b.xml'],
    ['x/a.xml', 'b.xml', 'y/a (1).tlog-proof'],
  ],
  ['beside a PDF', ['a.pdf', 'b.xml', 'a (1).tlog-proof'], ['a.pdf', 'b.xml', 'a (1).tlog-proof']],
  [
    'with a number that is none of a browser’s',
    ['a.xml', 'b.xml', 'a (2026).tlog-proof'],
    ['a.xml', 'b.xml', 'a (2026).tlog-proof'],
  ],
  [
    'of a name that a Mac spelt apart',
    ['Hồng.xml'.normalize('NFC'), 'Hồng (1).tlog-proof'.normalize('NFD'), 'b.xml'],
    ['Hồng.xml > Hồng (1).tlog-proof'.replace('Hồng (1)', 'Hồng (1)'.normalize('NFD')), 'b.xml'],
  ],
])('a proof %s', (_, names, expected) => expect(paired(...names)).toEqual(expected));

test.each([
  ['a.tlog-proof.txt', 'a.xml', 'a.xml > proof'],
  ['a.TLOG-PROOF.TXT', 'A.xml', 'A.xml > proof'],
  ['a.txt', 'a.xml', 'a.xml > proof'],
  ['a', 'a.xml', 'a.xml > proof'],
  ['x/a.tlog-proof.bin', 'y/a.xml', 'y/a.xml'],
])('a proof that a phone has called %s is known by what it holds', (name, record, expected) => {
  const came = [
    { name, text: 'c2sp.org/tlog-proof@v1\nindex 0\n' },
    { name: record, text: '<HOC_BA/>' },
    { name: 'b.xml', text: '<HOC_BA/>' },
  ].map((one) => ({ name: one.name, bytes: new TextEncoder().encode(one.text) }));
  const { files, alone } = besideEachOther(came);
  const said = files.map((one) => (one.proof === undefined ? one.name : `${one.name} > proof`));
  expect([...said, ...alone]).toEqual([expected, 'b.xml', ...(expected.includes('>') ? [] : [name])]);
});

test('no proof is ever given to two records, and one of the very name goes before all others', () => {
  const name = fc
    .tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('', ' (1)', ' (2)', '(3)'))
    .map((both) => both.join(''));
  const all = fc.uniqueArray(
    fc.tuple(name, fc.constantFrom('.xml', '.pdf', '.tlog-proof')).map((both) => both.join('')),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(all, (names) => {
      const given = names
        .filter((one) => one.endsWith('.xml'))
        .map((one) => [one, proofAmong(one, names)] as const);
      const proofs = given.flatMap(([, proof]) => proof ?? []);
      expect(new Set(proofs).size).toBe(proofs.length);
      for (const [record, proof] of given) {
        const exact = record.replace('.xml', '.tlog-proof');
        if (names.includes(exact)) expect(proof).toBe(exact);
      }
    }),
  );
});
