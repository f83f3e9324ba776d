import { generateKeyPairSync } from 'node:crypto';
import { formatNote, parsePolicy, signNote } from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { ALGORITHM_POLICY } from '@hocba/signature';
import { describe, expect, test } from 'vitest';
import { BundleError, goodUntil, type TrustBundle } from './bundle.ts';
import { openBundle, signBundle } from './signed-bundle.ts';
import { bundleText, readBundleText } from './spelling.ts';

const ORIGIN = 'hocba.example.vn/79/2026-2027';
const log = ed25519Signer(ORIGIN, generateLogKey());
const signer = ed25519Signer('hocba.example.vn/trust', generateLogKey());
const hex = (digit: string): string => digit.repeat(64);

function sampleBundle(change: Partial<TrustBundle> = {}): TrustBundle {
  return {
    asOf: 1_795_000_000,
    roots: [Uint8Array.of(0x30, 0x00)],
    authorityRoots: [Uint8Array.of(0x30, 0x01, 0x00)],
    algorithms: ALGORITHM_POLICY,
    policy: parsePolicy(nodeSha256, `log ${log.vkey}\nquorum none\n`),
    statusKeys: [{ origin: ORIGIN, vkey: log.vkey }],
    statusMaxAge: 7 * 86_400,
    schools: [
      {
        code: '79000001',
        name: 'Trường Tiểu học Mẫu',
        logs: [{ origin: ORIGIN, from: 1_780_000_000 }],
        seals: [
          { certificate: hex('a'), from: 1_700_000_000, until: 1_790_000_000 },
          { certificate: hex('b'), from: 1_790_000_000, until: null },
        ],
        successor: null,
      },
    ],
    suspicions: [
      {
        certificate: hex('a'),
        from: 1_785_000_000,
        to: null,
        decision: 'Quyết định 12/QĐ-SGDĐT',
        reattested: [{ origin: ORIGIN, index: 17 }],
      },
    ],
    claimKeys: [{ document: Uint8Array.of(1, 2), proof: Uint8Array.of(3) }],
    ...change,
  };
}

const open = (bytes: Uint8Array, vkey = signer.vkey) => openBundle(nodeSha256, nodeEd25519, [vkey], bytes);

describe('a trust bundle', () => {
  test('comes back as it was signed', async () => {
    const bytes = await signBundle(nodeSha256, nodeEd25519, signer, sampleBundle());
    expect(await open(bytes)).toEqual(sampleBundle());
  });

  test('names the last tree that is believed of a log whose key may be stolen', async () => {
    const [school] = sampleBundle().schools;
    if (school === undefined) throw new Error('no school');
    const last = { size: 12, root: new Uint8Array(32).fill(7) };
    const logs = [{ origin: ORIGIN, from: 1_780_000_000, last }];
    const bundle = sampleBundle({ schools: [{ ...school, logs }] });
    expect(await open(await signBundle(nodeSha256, nodeEd25519, signer, bundle))).toEqual(bundle);
    for (const wrong of [
      { ...last, size: 1.5 },
      { ...last, root: new Uint8Array(31) },
    ]) {
      const schools = [{ ...school, logs: [{ origin: ORIGIN, from: 1_780_000_000, last: wrong }] }];
      const text = bundleText(nodeSha256, sampleBundle({ schools }));
      expect(() => readBundleText(nodeSha256, text)).toThrow(BundleError);
    }
  });

  test('names a suspected key beside its certificate, which an older one does not', async () => {
    const [one] = sampleBundle().suspicions;
    if (one === undefined) throw new Error('no suspicion');
    const bundle = sampleBundle({ suspicions: [{ ...one, key: hex('c') }, one] });
    expect(await open(await signBundle(nodeSha256, nodeEd25519, signer, bundle))).toEqual(bundle);
    const text = bundleText(nodeSha256, sampleBundle({ suspicions: [{ ...one, key: hex('c').slice(2) }] }));
    expect(() => readBundleText(nodeSha256, text)).toThrow(BundleError);
  });

  const AS_IS: readonly [string, (text: string) => string] = ['nothing', (text) => text];
  const UNKNOWN: readonly (readonly [string, (text: string) => string])[] = [
    ['a member', (text) => text.replace('{', '{"a":1,')],
    ['an algorithm', (text) => text.replace('"sha256"', '"sha3"')],
    ['a word of the policy', (text) => text.replace('quorum none', 'quorum nobody')],
  ];
  test.each([
    ...[AS_IS, ...UNKNOWN].flatMap(([what, change]) =>
      ['v2', 'v10'].map((version) => [what, version, change, 'not-understood'] as const),
    ),
    ...UNKNOWN.map(([what, change]) => [what, 'v1', change, 'malformed'] as const),
    ...['v0', 'v01', 'v', 'w1'].map((version) => ['nothing', version, AS_IS[1], 'malformed'] as const),
  ])(
    'that is signed and has %s new, and says that it is %s, is refused whole: told to be newer, or wrongly made',
    async (_, version, change, code) => {
      const text = change(bundleText(nodeSha256, sampleBundle())).replace('/v1\n', `/${version}\n`);
      const note = formatNote({ text, signatures: [await signNote(nodeSha256, nodeEd25519, signer, text)] });
      await expect(open(note)).rejects.toMatchObject({ code });
      const other = ed25519Signer('hocba.example.vn/trust', generateLogKey());
      const forged = formatNote({ text, signatures: [await signNote(nodeSha256, nodeEd25519, other, text)] });
      await expect(open(forged)).rejects.toMatchObject({ code: 'wrong-signature' });
    },
  );

  test('of nobody known is not believed', async () => {
    const bytes = await signBundle(nodeSha256, nodeEd25519, signer, sampleBundle());
    const stranger = ed25519Signer('hocba.example.vn/trust', generateLogKey());
    await expect(open(bytes, stranger.vkey)).rejects.toMatchObject({ code: 'wrong-signature' });
    await expect(openBundle(nodeSha256, nodeEd25519, [], bytes)).rejects.toMatchObject({
      code: 'wrong-signature',
    });
  });

  test('with any byte changed is not believed', async () => {
    const bytes = await signBundle(nodeSha256, nodeEd25519, signer, sampleBundle());
    for (let at = 0; at < bytes.length; at += 7) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(open(changed)).rejects.toThrow(BundleError);
    }
  });
});

describe('the text of a bundle', () => {
  const good = bundleText(nodeSha256, sampleBundle());

  test('has these members in version 1 and no others: a new one belongs to a newer version, so that older readers know', () => {
    const [school] = sampleBundle().schools;
    const [suspicion] = sampleBundle().suspicions;
    if (school === undefined || suspicion === undefined) throw new Error('a school and a suspicion');
    const last = { size: 12, root: new Uint8Array(32) };
    const whole = sampleBundle({
      nextUpdate: 1_800_000_000,
      schools: [{ ...school, logs: [{ origin: ORIGIN, from: 1_780_000_000, last }] }],
      suspicions: [{ ...suspicion, key: hex('c') }],
    });
    const text = bundleText(nodeSha256, whole);
    const names = [...text.matchAll(/"(\w+)":/g)].map(([, name]) => name);
    expect(text).toMatch(/^hocba\.vn\/trust\/v1\n/);
    expect([...new Set(names)].sort().join(' ')).toBe(
      'algorithm algorithms asOf authorityRoots certificate claimKeys code decision document from index key last logs name nextUpdate notedFrom origin policy proof reattested refusedFrom root roots schools seals size source statusKeys statusMaxAge successor suspicions to until vkey',
    );
  });

  test('is read to the same bundle', () => {
    expect(readBundleText(nodeSha256, good)).toEqual(sampleBundle());
  });

  test('says when the next one comes, if it does', () => {
    const said = sampleBundle({ nextUpdate: 1_800_000_000 });
    expect(readBundleText(nodeSha256, bundleText(nodeSha256, said))).toEqual(said);
    expect([goodUntil(said), goodUntil(sampleBundle())]).toEqual([
      1_800_000_000,
      1_795_000_000 + 366 * 86_400,
    ]);
  });

  test.each<[string, (text: string) => string]>([
    ['a member that nobody knows', (t) => t.replace('"asOf"', '"aaa":1,"asOf"')],
    ['a member of a school that nobody knows', (t) => t.replace('"code"', '"aaa":1,"code"')],
    ['a member missing', (t) => t.replace(/"statusMaxAge":\d+,/, '')],
    [
      'its members in another order',
      (t) => t.replace(/("asOf":"[^"]*"),("authorityRoots":\[[^\]]*\])/, '$2,$1'),
    ],
    ['a member twice', (t) => t.replace('"asOf":', '"asOf":"2020-01-01T00:00:00Z","asOf":')],
    ['white space', (t) => t.replace('{"algorithms"', '{ "algorithms"')],
    ['a decomposed name', (t) => t.replace('Tiểu học', 'Tiểu học'.normalize('NFD'))],
    [
      'a next update before it was made',
      (t) => t.replace('"policy"', '"nextUpdate":"2020-01-01T00:00:00Z","policy"'),
    ],
    ['a day that is none', (t) => t.replace(/"asOf":"\d{4}-\d\d-\d\d/, '"asOf":"2026-02-30')],
    ['base64 of another spelling', (t) => t.replace('"MAA="', '"MAB="')],
    ['a fingerprint in capitals', (t) => t.replaceAll(hex('a'), hex('A'))],
    ['half a second', (t) => t.replace(/"statusMaxAge":\d+/, '"statusMaxAge":0.5')],
    ['a negative age', (t) => t.replace(/"statusMaxAge":\d+/, '"statusMaxAge":-1')],
    ['an algorithm that this version does not know', (t) => t.replace('"md5"', '"md4"')],
    ['a text where a number belongs', (t) => t.replace(/"index":17/, '"index":"17"')],
    ['a policy that is none', (t) => t.replace('quorum none', 'quorum nobody')],
    ['another version', (t) => t.replace('/v1', '/v2')],
    ['a line more', (t) => `${t}{}\n`],
    ['no line end', (t) => t.slice(0, -1)],
    ['nothing', () => ''],
  ])('with %s is refused', (_what, change) => {
    const changed = change(good);
    expect(changed).not.toBe(good);
    expect(() => readBundleText(nodeSha256, changed)).toThrow();
  });
});

test.each<[string, (bundle: TrustBundle) => Partial<TrustBundle>]>([
  [
    'a school',
    ({ schools }) => ({ schools: schools.flatMap((one) => [one, { ...one, logs: [], seals: [] }]) }),
  ],
  ['a status key', ({ statusKeys: keys }) => ({ statusKeys: [...keys, ...keys] })],
  [
    'a log of a school',
    ({ schools }) => ({
      schools: schools.map((one) => ({
        ...one,
        logs: one.logs.flatMap((log) => [log, { ...log, from: 0 }]),
      })),
    }),
  ],
])(
  'with %s twice a bundle is neither read nor signed: one part of a verifier would take the first, another the last',
  async (_, change) => {
    const twice = sampleBundle(change(sampleBundle()));
    expect(() => readBundleText(nodeSha256, bundleText(nodeSha256, twice))).toThrow(BundleError);
    await expect(signBundle(nodeSha256, nodeEd25519, signer, twice)).rejects.toThrow(BundleError);
  },
);

test('keys of other kinds sign no bundle', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const pem = rsa.export({ format: 'pem', type: 'pkcs8' }).toString();
  expect(() => ed25519Signer('x', pem)).toThrow();
});
