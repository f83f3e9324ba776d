import { createPrivateKey } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { joinBytes } from '../../bytes.ts';
import { nodeCrypto } from '../../node.ts';
import { latin1, octets } from '../../pades/octets.ts';
import { junk, ranges, updates } from '../../pades/testing/shadows.ts';
import { type SignedPdfs, SOON, signedPdfs } from '../../pades/testing/signed.node.ts';
import { spkiOf } from '../../pki/keys.node.ts';
import { writeCertificate } from '../../pki/write-certificate.node.ts';
import { type OtherOptions, otherPdf, signedByOther } from '../../testing/other-software.node.ts';
import { makeRealPki } from '../../testing/real-pki.node.ts';
import { validatePath } from '../../x509/path.ts';
import { judgeForeignPdf } from './judge.ts';

/** PDFs that OpenSSL signed in a layout of their own, and ours read without knowing them. */
const START = new Date('2026-05-28T01:00:00Z');
const pki = makeRealPki(START);
const person = pki.person('Nguyễn Thị Mẫu', '000183000001');
const other = pki.person('Trần Văn Mẫu', '000083000002');
const base = otherPdf('Hoan thanh tot');
const once = signedByOther(base, person);
const judged = (pdf: Uint8Array) =>
  judgeForeignPdf(nodeCrypto, pdf, { roots: [pki.root], authorityRoots: [pki.root], now: new Date() });
const told = async (pdf: Uint8Array) =>
  (await judged(pdf))?.map(({ state, whole }) => `${state}${whole ? ' whole' : ''}`);

/** Whether a file passes as signed, unchanged, to its end. */
async function passes(pdf: Uint8Array): Promise<boolean> {
  const found = await judged(pdf);
  if (found === null || found.length === 0) return false;
  return found.every(({ state }) => state === 'intact') && (found.at(-1)?.whole ?? false);
}

describe('what other software signed', () => {
  test.each<[string, OtherOptions]>([
    ['as Adobe has it', {}],
    ['by SHA-512', { digest: 'sha512' }],
    ['as PAdES has it', { subFilter: 'ETSI.CAdES.detached', cades: true }],
  ])('%s is intact, whose it is and when that says it was', async (_, options) => {
    const [found, ...others] = (await judged(signedByOther(base, person, options))) ?? [];
    expect(others).toEqual([]);
    expect(found).toMatchObject({ kind: 'signature', state: 'intact', whole: true, provenAt: null });
    expect(found?.chain.map(({ der }) => der)).toEqual(person.chain);
    expect(Math.abs((found?.claimedAt?.getTime() ?? 0) - Date.now())).toBeLessThan(600_000);
  });

  /** Another certificate of the same key, and so of its identifier; as long a name as puts it before or behind the signer's own in a SET. */
  const twin = (name: string): Uint8Array => {
    const key = createPrivateKey(person.privateKeyPem);
    const plan = {
      subject: [['2.5.4.3', name]] as const,
      notBefore: new Date(0),
      notAfter: new Date('2040-01-01T00:00:00Z'),
      pathLength: null,
      keyUsage: ['digitalSignature'] as const,
    };
    return writeCertificate(plan, spkiOf(key), null, key);
  };
  test.each<[string, string[], OtherOptions, string]>([
    ['alone', [], {}, 'intact whole'],
    ['beside another of its key', ['A'], { cades: true }, 'intact whole'],
    ['… that comes behind it', ['A'.repeat(300)], { cades: true }, 'intact whole'],
    ['beside both', ['A', 'A'.repeat(300)], { cades: true }, 'intact whole'],
    ['beside another, and neither named among what is signed', ['A'], {}, 'unreadable whole'],
  ])('by a signer who is named by the identifier of the key, %s', async (_, twins, options, expected) => {
    const by = { ...person, chain: [...person.chain, ...twins.map(twin)] };
    const pdf = signedByOther(base, by, { ...options, keyId: true });
    expect(await told(pdf)).toEqual([expected]);
    if (expected.startsWith('intact'))
      expect((await judged(pdf))?.[0]?.chain[0]?.der).toEqual(person.chain[0]);
  });

  test('twice: the later one covers the file, the earlier one what stood before', async () => {
    expect(await told(signedByOther(once, other))).toEqual(['intact', 'intact whole']);
  });

  test('and ended by further line ends is whole; unsigned is nothing', async () => {
    expect(await told(joinBytes(once, octets('\r\n\n')))).toEqual(['intact whole']);
    expect(await judged(base)).toEqual([]);
  });

  test('inside a stream of another file signs nothing of that', async () => {
    const stream = `9 0 obj <</Length ${once.length}>>stream\n${latin1(once)}\nendstream endobj\n`;
    const outer = joinBytes(base, octets(stream));
    expect(await told(outer)).toEqual([]);
    expect(await told(signedByOther(outer, other))).toEqual(['intact whole']);
  });
});

describe('invalid files', () => {
  test('no byte that is covered may change, nor who signed', async () => {
    const survivors: number[] = [];
    const [first, second] = [
      latin1(once).indexOf('/Contents <') + 11,
      latin1(once).lastIndexOf('> >> endobj'),
    ];
    for (let at = 0; at < once.length; at++) {
      const inValue = at >= first && at < second;
      if (inValue && at % 97 !== 0) continue;
      const changed = Uint8Array.from(once);
      changed[at] = (changed[at] ?? 0) ^ 1;
      if (!(await passes(changed))) continue;
      // Without PAdES' attribute nothing but their own issuers covers the certificates: one that was changed leads nowhere.
      const [leaf, ...above] = (await judged(changed))?.[0]?.chain ?? [];
      const path = leaf && (await validatePath(nodeCrypto, leaf, above, [pki.root], START));
      const same = leaf !== undefined && Buffer.compare(leaf.der, person.chain[0] ?? new Uint8Array()) === 0;
      if (!inValue || (path?.valid && !same)) survivors.push(at);
    }
    expect(survivors).toEqual([]);
  });

  const wrongRange: [string, NonNullable<OtherOptions['range']>][] = [
    ['begins later', ([, b = 0, c = 0, d = 0]) => [1, b - 1, c, d]],
    ['leaves out more before the value', ([, b = 0, c = 0, d = 0]) => [0, b - 40, c, d]],
    ['leaves out more behind the value', ([, b = 0, c = 0, d = 0]) => [0, b, c + 20, d - 20]],
    ['covers the value too', ([, b = 0, c = 0, d = 0]) => [0, b + 200, c, d]],
    ['points beyond the file', ([, b = 0, c = 0, d = 0]) => [0, b, c, d + 100]],
    ['ends before the file', ([, b = 0, c = 0, d = 0]) => [0, b, c, d - 30]],
    ['covers nothing', () => [0, 0, 0, 0]],
    ['has no second part', ([, b = 0, c = 0]) => [0, b, c, 0]],
  ];
  test.each(wrongRange)('a range that %s', async (_, range) => {
    expect(await passes(signedByOther(base, person, { range }))).toBe(false);
  });

  test.each<[string, () => Uint8Array, string[]]>([
    ['by SHA-1', () => signedByOther(base, person, { digest: 'sha1' }), ['weak whole']],
    [
      'in the way that is SHA-1',
      () => signedByOther(base, person, { subFilter: 'adbe.pkcs7.sha1' }),
      ['weak whole'],
    ],
    ['in BER of indefinite length', () => signedByOther(base, person, { ber: true }), ['unreadable whole']],
    ['with something behind the value', () => signedByOther(base, person, { behind: '00ff' }), ['broken']],
    [
      'of a kind that nobody knows',
      () => signedByOther(base, person, { subFilter: 'X.own' }),
      ['unreadable whole'],
    ],
    [
      'as PAdES, without naming its certificate',
      () => signedByOther(base, person, { subFilter: 'ETSI.CAdES.detached' }),
      ['broken whole'],
    ],
    [
      'added to afterwards',
      () => joinBytes(once, octets('3 0 obj <</Type/Page/Contents 9 0 R>> endobj\n')),
      ['intact'],
    ],
    [
      'added to, and signed anew over a broken one',
      () => signedByOther(swapped(once, 'Hoan thanh tot', 'Hoan thanh TOT'), other),
      ['broken', 'intact whole'],
    ],
    ['with a value twice', () => swapped(once, '/Contents <', '/Contents <00>/Contents <'), ['broken']],
    [
      'by another one’s value',
      () => joinBytes(otherPdf('Chua hoan thanh'), once.subarray(base.length)),
      ['broken'],
    ],
    [
      'with a name that is spelt with an escape',
      () => swapped(once, '/M(D', '/Cont#65nts <00> /M(D'),
      ['broken'],
    ],
    ['with its range spelt with an escape', () => swapped(once, '/ByteRange', '/Byte#52ange'), []],
    [
      'with an empty value',
      () => octets(latin1(once).replace(/\/Contents <[0-9a-f]+>/, '/Contents <>')),
      ['broken'],
    ],
  ])('signed %s', async (_, make, expected) => {
    const pdf = make();
    expect(await told(pdf)).toEqual(expected);
    expect(expected.every((one) => one.startsWith('intact')) && (await passes(pdf))).toBe(false);
  });

  describe('shadows over a file that is read without its layout', () => {
    let pdfs: SignedPdfs;
    beforeAll(async () => {
      pdfs = await signedPdfs();
    });
    test.each(['B', 'LTA'] as const)('at %s: none passes, the valid one does', async (level) => {
      const pdf = pdfs[level];
      const roots = pdfs.world.roots;
      const clean = async (file: Uint8Array): Promise<boolean> => {
        const found = await judgeForeignPdf(nodeCrypto, file, { roots, authorityRoots: roots, now: SOON });
        return (
          found !== null &&
          found.length > 0 &&
          found.every(({ state }) => state === 'intact') &&
          (found.at(-1)?.whole ?? false)
        );
      };
      expect(await clean(pdf)).toBe(true);
      const attacks = [...updates(level, pdf), ...junk(level, pdf), ...ranges(level, pdf)];
      const accepted: string[] = [];
      for (const { kind, name, make } of attacks) {
        const file = await make();
        if ((await clean(file)) && !onlyLineEnds(pdf, file)) accepted.push(`${kind}: ${name}`);
      }
      expect(attacks.length).toBeGreaterThan(150);
      // An earlier revision is a signed file too, and a value may be spelt in capitals where nobody knows the layout.
      const harmless = /cut off after revision 1$|in upper case$/;
      expect(accepted.filter((name) => !harmless.test(name))).toEqual([]);
    });
  });
});

/** Line ends behind a file show nothing. */
function onlyLineEnds(before: Uint8Array, after: Uint8Array): boolean {
  return latin1(after).startsWith(latin1(before)) && /^[\r\n ]*$/.test(latin1(after, before.length));
}

function swapped(pdf: Uint8Array, from: string, to: string): Uint8Array {
  const text = latin1(pdf);
  if (!text.includes(from)) throw new Error(from);
  return octets(text.replace(from, to));
}
