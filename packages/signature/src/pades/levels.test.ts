import { beforeAll, describe, expect, test } from 'vitest';
import {
  completePades,
  ExtensionError,
  extendPades,
  PadesError,
  type PadesRequest,
  padesRenewBeforeOf,
  preparePades,
  RENEWAL_MARGIN,
  signPades,
  verifyPades,
  webCrypto,
} from '../index.ts';
import { nodeCrypto } from '../node.ts';
import { signerOf } from '../testing/record.ts';
import { makeWorld } from '../testing/world.node.ts';
import { handMadePdf } from './testing/hand-made.ts';
import { accepts, judged, later, SIGNED, type SignedPdfs, SOON, signedPdfs } from './testing/signed.node.ts';

let pdfs: SignedPdfs;
beforeAll(async () => {
  pdfs = await signedPdfs();
});
const request = { time: SIGNED };
const requestOf = (): PadesRequest => {
  const { chain, algorithm } = signerOf(pdfs.world.signers.principal);
  return { ...request, chain, algorithm };
};

describe('levels', () => {
  test('each stands behind the one below, whose bytes are kept', () => {
    const begins = (longer: Uint8Array, shorter: Uint8Array) =>
      Buffer.from(longer.subarray(0, shorter.length)).equals(Buffer.from(shorter));
    const { base, B, T, LT, LTA } = pdfs;
    expect([begins(B, base), begins(T, base), begins(LT, T), begins(LTA, LT)]).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test('are what they say, with two signers each', async () => {
    const { B, T, LT, LTA } = pdfs;
    const found = await Promise.all([B, T, LT, LTA].map((pdf) => judged(pdfs, pdf)));
    expect(found.map(({ state, code, level }) => `${state} ${level} ${code}`)).toEqual([
      'indeterminate B signer-status-unknown',
      'indeterminate T signer-status-unknown',
      'valid LT valid',
      'valid LTA valid',
    ]);
    const [, , , lta] = found;
    expect(lta?.signatures.map(({ field, level, visible }) => [field, level, visible])).toEqual([
      ['Signature1', 'LTA', false],
      ['Signature2', 'LTA', false],
    ]);
    expect(lta?.signatures.map(({ claimedAt }) => claimedAt)).toEqual([SIGNED, SIGNED]);
    expect([lta?.training, lta?.noted, lta?.times.length]).toEqual([true, ['rsa-2048'], 1]);
    expect(lta?.renewBefore).toEqual(padesRenewBeforeOf(LTA));
    expect(padesRenewBeforeOf(LT)).toBe(null);
  });

  test('a browser judges likewise', async () => {
    const found = await verifyPades(webCrypto(), pdfs.LTA, { roots: pdfs.world.roots, now: SOON });
    expect([found.state, found.level]).toEqual(['valid', 'LTA']);
  });

  test.each([
    [365, 'valid'],
    [1_200, 'valid'],
    [1_750, 'authority-expired'],
  ] as const)('LTA after %i days: %s', async (days, code) => {
    expect((await judged(pdfs, pdfs.LTA, later(days))).code).toBe(code);
  });

  test('dated anew before the authority ends, it outlives it', async () => {
    const world = await makeWorld();
    const once = await signPades(
      nodeCrypto,
      handMadePdf(),
      signerOf(world.signers.seal),
      request,
      world.services,
    );
    let pdf = await extendPades(nodeCrypto, once, 'LTA', world.services);
    const before = padesRenewBeforeOf(pdf)?.getTime() ?? 0;
    expect(before - later(1_300).getTime()).toBeLessThan(RENEWAL_MARGIN);
    for (const days of [1_300, 2_500]) {
      world.setNow(later(days));
      pdf = await extendPades(nodeCrypto, pdf, 'LTA', await world.renewAuthority(later(days - 1)));
      for (const more of [1, 1_000]) {
        const found = await judged({ world }, pdf, later(days + more));
        expect([found.state, found.level]).toEqual(['valid', 'LTA']);
      }
    }
  });

  test('revoked after the proven time changes nothing, before it everything', async () => {
    const world = await makeWorld();
    const seal = signerOf(world.signers.seal);
    const signed = await signPades(nodeCrypto, handMadePdf(), seal, request, world.services);
    const good = await extendPades(nodeCrypto, signed, 'LTA', world.services);
    const certificate = (await judged({ world }, good)).signatures[0]?.certificate;
    if (certificate === undefined) throw new Error('no signature');
    world.revoke(certificate, { revokedAt: SIGNED, reason: 'keyCompromise' });
    await expect(extendPades(nodeCrypto, signed, 'LT', world.services)).rejects.toThrow(ExtensionError);
    expect((await judged({ world }, good)).state).toBe('valid');
  });
});

describe('two steps', () => {
  test('same input, same bytes; the value comes in another process', async () => {
    const prepared = preparePades(nodeCrypto, pdfs.base, requestOf());
    const again = preparePades(webCrypto(), pdfs.base, requestOf());
    expect(again).toEqual(prepared);
    const stored = structuredClone(prepared);
    const [value = new Uint8Array()] = await signerOf(pdfs.world.signers.principal).sign([stored.message]);
    const inBuffer = { ...stored, pdf: Buffer.from(stored.pdf) };
    const pdf = await completePades(nodeCrypto, inBuffer, value);
    // What a database gives is a Buffer; the stored file stays as it was.
    expect(new Uint8Array(inBuffer.pdf)).toEqual(new Uint8Array(stored.pdf));
    expect((await judged(pdfs, pdf)).code).toBe('signer-status-unknown');
  });

  test('a value of another, or of other bytes, is not put in', async () => {
    const prepared = preparePades(nodeCrypto, pdfs.base, requestOf());
    const other = preparePades(nodeCrypto, handMadePdf('Chua hoan thanh'), requestOf());
    const [of = new Uint8Array()] = await signerOf(pdfs.world.signers.principal).sign([other.message]);
    const [by = new Uint8Array()] = await signerOf(pdfs.world.signers.subjectTeacher).sign([
      prepared.message,
    ]);
    for (const value of [of, by, new Uint8Array(64)])
      await expect(completePades(nodeCrypto, prepared, value)).rejects.toThrow(PadesError);
  });

  test.each([
    ['no room', () => ({ ...requestOf(), room: 500 }), 'no-room'],
    [
      'no such page',
      () => ({ ...requestOf(), look: { page: 2, rect: [0, 0, 1, 1], content: new Uint8Array() } }),
      'no-such-page',
    ],
  ] as const)('%s', async (_, of, code) => {
    const run = async () => {
      const prepared = preparePades(nodeCrypto, pdfs.base, of() as PadesRequest);
      const [value = new Uint8Array()] = await signerOf(pdfs.world.signers.principal).sign([
        prepared.message,
      ]);
      return completePades(nodeCrypto, prepared, value);
    };
    await expect(run()).rejects.toMatchObject({ code });
  });

  test('what is not of our layout is refused before anybody signs', () => {
    const junk = [new Uint8Array(), new TextEncoder().encode('%PDF-1.7\n'), pdfs.base.subarray(0, -1)];
    for (const pdf of junk) expect(() => preparePades(nodeCrypto, pdf, requestOf())).toThrow(PadesError);
  });
});

describe('a signature that can be seen', () => {
  test('is valid only with the look that it must have', async () => {
    const { seal } = pdfs.world.signers;
    const lookOf = () => new TextEncoder().encode('0 g 1 1 10 10 re f');
    const look = { page: 1, rect: [300, 60, 520, 120.5] as const, content: lookOf() };
    const signed = await signPades(
      nodeCrypto,
      pdfs.base,
      signerOf(seal),
      { ...request, look },
      pdfs.world.services,
    );
    const pdf = await extendPades(nodeCrypto, signed, 'LT', pdfs.world.services);
    const trust = { roots: pdfs.world.roots, now: SOON };
    const codeOf = async (more: object) => (await verifyPades(nodeCrypto, pdf, { ...trust, ...more })).code;
    expect(await codeOf({})).toBe('look-unknown');
    expect(await codeOf({ lookOf })).toBe('valid');
    expect(await codeOf({ lookOf: () => new Uint8Array(3) })).toBe('look-changed');
  });
});

test('the file with both signatures is accepted as such', async () => {
  expect(await accepts(pdfs, pdfs.LTA)).toBe(true);
  expect(await accepts(pdfs, pdfs.LT)).toBe(true);
});
