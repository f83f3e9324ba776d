import { FILE_SEAL_PLACE, FORM_VERSION, renderYear, reprintInputs, signaturesOf } from '@hocba/form';
import { drawnSignature } from '@hocba/form/testing';
import { nodeEd25519 } from '@hocba/ledger/node';
import { readRecord } from '@hocba/record';
import {
  type ExtensionServices,
  extendPades,
  type PadesRequest,
  RENEWAL_MARGIN,
  signPades,
  unsignedPart,
} from '@hocba/signature';
import { type IssuedLeaf, issueTrainingSeal, nodeCrypto, softSigner } from '@hocba/signature/node';
import { makeRealPki } from '@hocba/signature/testing';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeWorld } from '../testing/issued.ts';
import {
  DATED_AT,
  fingerprint,
  makeRealWorld,
  REAL_NOW,
  type RealWorld,
  realDocument,
  type TrustChange,
} from '../testing/real-world.ts';
import type { TrustBundle } from '../trust/bundle.ts';
import type { Trust } from '../trust/trust.ts';
import type { FileVerdict, Reprint } from '../verdict/file-verdict.ts';
import { verifyFile } from '../verify-file.ts';

const SEALED_AT = '2026-05-28T20:45:00+07:00';
const QR = 'https://truong.example/x/31TLjiIBw0qo4iWtq2ihWe';
let world: RealWorld;
let services: ExtensionServices;
/** Before the signature, and signed by the school's seal at each level. */
let base: Uint8Array;
let B: Uint8Array;
let T: Uint8Array;
let LTA: Uint8Array;

beforeEach(() => world.pki.setNow(new Date(SEALED_AT)));
beforeAll(async () => {
  const other = realDocument({ uuid: '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f5a6' });
  world = await makeRealWorld({ docs: [realDocument(), other] });
  world.pki.setNow(new Date(SEALED_AT));
  services = world.pki.services(1_400);
  base = await printed({ sealedAt: SEALED_AT });
  B = await signed(base, world.seal);
  T = await signed(base, world.seal, services);
  LTA = await extendPades(nodeCrypto, T, 'LTA', services);
});

async function printed(more: {
  sealedAt?: string | null;
  leafIndex?: number;
  level?: string;
  pictured?: boolean;
}): Promise<Uint8Array> {
  const [record] = world.records;
  if (record === undefined) throw new Error('no record');
  const { leafIndex = 0, level, pictured = false, ...rest } = more;
  const { doc, slots } = readRecord(record.xml);
  const [first, ...others] = doc.subjects;
  const shown =
    level === undefined || first === undefined
      ? doc
      : { ...doc, subjects: [{ ...first, comment: level }, ...others] };
  const signatures = signaturesOf(doc, slots).map((one) =>
    pictured && one.role === 'principal' ? { ...one, image: drawnSignature() } : one,
  );
  const issued = { qrUrl: QR, leafIndex, signatures, ...rest };
  return renderYear({ doc: shown, xml: record.xml, proof: record.proof, issued });
}

function signed(
  pdf: Uint8Array,
  by: Pick<IssuedLeaf, 'privateKeyPem' | 'chain'>,
  dating?: ExtensionServices,
  more: Partial<PadesRequest> = {},
): Promise<Uint8Array> {
  const look = { ...FILE_SEAL_PLACE, content: new Uint8Array() };
  const request = { time: new Date(SEALED_AT), look, ...more };
  return signPades(nodeCrypto, pdf, softSigner(by.privateKeyPem, by.chain), request, dating);
}

const reprint: Reprint = async (pdf) => {
  const inputs = reprintInputs(pdf);
  if (inputs === null || inputs.formVersion !== FORM_VERSION) return null;
  const { doc, slots } = readRecord(inputs.xml);
  const { qrUrl, leafIndex, sealedAt } = inputs;
  const issued = { qrUrl, leafIndex, signatures: signaturesOf(doc, slots) };
  return renderYear({
    doc,
    xml: inputs.xml,
    proof: inputs.proof,
    issued: sealedAt === undefined ? issued : { ...issued, sealedAt },
  });
};

interface Asked {
  readonly trust?: TrustChange | null;
  readonly reprint?: Reprint;
  readonly now?: Date;
}
async function judged(bytes: Uint8Array, asked: Asked = {}): Promise<FileVerdict> {
  const { now = REAL_NOW, trust } = asked;
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => now };
  const believed: Trust | null = trust === null ? null : await world.trust(trust);
  const given = asked.reprint === undefined ? ports : { ...ports, reprint: asked.reprint };
  return verifyFile({ name: 'a.pdf', bytes }, believed, given);
}
const said = (found: FileVerdict, name = 'print'): string => {
  const fragment = found.fragments.find((one) => one.name === name);
  return `${found.verdict} ${fragment?.state}:${fragment?.code}`;
};
const otherSeal = (bundle: TrustBundle): TrustBundle => ({
  ...bundle,
  schools: bundle.schools.map((one) => ({
    ...one,
    seals: [...one.seals, { certificate: fingerprint(other), from: 0, until: null }],
  })),
});
let other: IssuedLeaf;
const withoutRoots = (bundle: TrustBundle): TrustBundle => ({ ...bundle, roots: [] });

describe('a print that the school has signed', () => {
  test('is genuine without a printer: in a browser, and of whatever form version', async () => {
    expect(said(await judged(LTA))).toBe('genuine valid:signed-by-school');
    expect(said(await judged(LTA, { reprint: async () => null }))).toBe('genuine valid:signed-by-school');
    expect(said(await judged(LTA, { reprint }))).toBe('genuine valid:signed-by-school');
  });

  test.each([
    ['recalled', 'recalled'],
    ['replaced', 'replaced'],
  ] as const)('of a record that was %s says so and is never false', async (state, verdict) => {
    const entry = { index: 0, by: 1 };
    const entries =
      state === 'recalled'
        ? [{ ...entry, state, reason: 'data-entry-error' as const }]
        : [{ ...entry, state }];
    expect(said(await judged(LTA, { trust: { entries } }))).toBe(`${verdict} valid:signed-by-school`);
  });

  test('below LT it does not say itself whether the seal was revoked: by its pages then, or not checked', async () => {
    for (const pdf of [B, T]) {
      expect(said(await judged(pdf))).toBe('not-fully-checked not-checked:signer-unknown');
      expect(said(await judged(pdf, { reprint }))).toBe('genuine valid:same-pages');
    }
  });

  test('with pictures of signatures, which no printer can print again, is genuine by the school’s signature alone', async () => {
    const pages = await printed({ sealedAt: SEALED_AT, pictured: true });
    const whole = await extendPades(
      nodeCrypto,
      await signed(pages, world.seal, services),
      'LTA',
      world.pki.services(1_400),
    );
    for (const with_ of [{}, { reprint }])
      expect(said(await judged(whole, with_))).toBe('genuine valid:signed-by-school');
    for (const with_ of [{}, { reprint }])
      expect(said(await judged(pages, with_))).toBe('not-genuine invalid:signature-removed');
    const silent = await printed({ pictured: true });
    expect(said(await judged(silent, { reprint }))).toBe('not-fully-checked not-checked:other-form-version');
    const other = await signed(
      await printed({ sealedAt: SEALED_AT, pictured: true, leafIndex: 1 }),
      world.seal,
    );
    expect(said(await judged(other, { reprint }))).toBe('not-genuine invalid:altered');
  });

  test('without trust nothing is green, and nothing false', async () => {
    expect(said(await judged(LTA, { trust: null }))).toBe('not-fully-checked not-checked:signer-unknown');
  });

  test('dated anew it keeps the record inside it: checked when every first authority has ended', async () => {
    const late = new Date('2029-12-01T00:00:00Z');
    const trust = {
      bundle: (b: TrustBundle): TrustBundle => ({
        ...b,
        statusMaxAge: 3_650 * 86_400,
        nextUpdate: b.asOf + 3_650 * 86_400,
      }),
    };
    world.pki.setNow(late);
    const renewed = await extendPades(nodeCrypto, LTA, 'LTA', world.pki.services(1_400));
    const after = new Date('2031-06-01T00:00:00Z');
    expect(after.getTime() - DATED_AT.getTime()).toBeGreaterThan(RENEWAL_MARGIN);
    expect(said(await judged(LTA, { now: after, trust }))).toMatch(/^not-fully-checked not-checked/);
    const found = await judged(renewed, { now: after, trust });
    expect([said(found), said(found, 'time')]).toEqual([
      'genuine valid:signed-by-school',
      'genuine valid:proven-for-long',
    ]);
  });
});

describe('is not genuine', () => {
  const painted = (): Promise<Uint8Array> =>
    printed({ sealedAt: SEALED_AT, level: 'Hoàn thành xuất sắc mọi mặt.' });

  test('with other words on its pages beside the genuine record, whoever has signed them', async () => {
    const pages = await painted();
    const T = await signed(pages, world.seal, services);
    const whole = await extendPades(nodeCrypto, T, 'LTA', services);
    expect(said(await judged(whole, { reprint }))).toBe('not-genuine invalid:altered');
  });

  test('with its signature taken off', async () => {
    const off = unsignedPart(LTA)?.base ?? new Uint8Array();
    expect(off).toEqual(base);
    for (const with_ of [{}, { reprint }])
      expect(said(await judged(off, with_))).toBe('not-genuine invalid:signature-removed');
  });

  test('with anything behind it; and with one byte changed it is never genuine', async () => {
    const survivors: number[] = [];
    for (let at = 11; at < LTA.length; at += 3_989) {
      const changed = LTA.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      // In what proves the time, a changed certificate may only leave the authority unknown.
      const { verdict } = await judged(changed);
      if (verdict === 'genuine' || (at < base.length && verdict !== 'not-genuine')) survivors.push(at);
    }
    expect(survivors).toEqual([]);
    const ends = ['\n', ' ', '%%EOF', '\n1 0 obj\n<<\n>>\nendobj\nstartxref\n0\n%%EOF'];
    for (const end of ends) {
      const longer = Buffer.concat([LTA, Buffer.from(end)]);
      expect((await judged(new Uint8Array(longer))).verdict).toBe('not-genuine');
    }
  });

  test('signed by a key that is not the school’s; by another registered one it is', async () => {
    const { seal } = realDocument();
    other = world.pki.seal(seal.organisationName, seal.taxCode);
    const pdf = await extendPades(nodeCrypto, await signed(base, other, services), 'LTA', services);
    expect(said(await judged(pdf))).toBe('not-genuine invalid:signed-by-other');
    expect(said(await judged(pdf, { trust: { bundle: otherSeal } }))).toBe('genuine valid:signed-by-school');
  });

  test('signed in the school’s place by a key of nobody known, though its pages are the school’s', async () => {
    const { seal } = realDocument();
    const elsewhere = makeRealPki(new Date('2026-05-28T12:00:00Z'));
    const stranger = elsewhere.seal(seal.organisationName, seal.taxCode);
    for (const dating of [undefined, services]) {
      const pdf = await signed(base, stranger, dating);
      for (const with_ of [{}, { reprint }])
        expect(said(await judged(pdf, with_))).toBe('not-genuine invalid:signed-by-other');
      // Who knows no register tells nothing of the signer.
      expect(said(await judged(pdf, { trust: null }))).toBe('not-fully-checked not-checked:signer-unknown');
    }
  });

  test('signed by a training key', async () => {
    const training = await makeWorld();
    const { seal } = realDocument();
    const leaf = await issueTrainingSeal(
      training.pki,
      { ...seal, key: 'p256' },
      new Date('2026-05-28T13:00:00Z'),
    );
    expect(said(await judged(await signed(base, leaf)))).toBe('not-genuine invalid:signed-by-other');
  });

  test('signed at another second than its cover says', async () => {
    const time = new Date(new Date(SEALED_AT).getTime() + 1_000);
    const pdf = await extendPades(
      nodeCrypto,
      await signed(base, world.seal, services, { time }),
      'LTA',
      services,
    );
    expect(said(await judged(pdf))).toBe('not-genuine invalid:signature-broken');
  });

  test('with something drawn by the signature’s field over what the page says', async () => {
    const content = new TextEncoder().encode('0 g 0 0 400 20 re f');
    const look = { ...FILE_SEAL_PLACE, content };
    const pdf = await extendPades(
      nodeCrypto,
      await signed(base, world.seal, services, { look }),
      'LTA',
      services,
    );
    expect(said(await judged(pdf))).toBe('not-genuine invalid:signature-broken');
  });

  test.each([
    ['that the school has not signed', null],
    ['that the school has signed', SEALED_AT],
  ])('with a stranger’s signature drawn over the pages of a print %s', async (_, sealedAt) => {
    const stranger = await makeWorld();
    const { seal } = realDocument();
    const own = { ...seal, key: 'p256' } as const;
    const leaf = await issueTrainingSeal(stranger.pki, own, new Date('2026-05-28T13:00:00Z'));
    const unknown = world.pki.seal(seal.organisationName, seal.taxCode);
    const content = new TextEncoder().encode('1 g 0 0 400 400 re f');
    const look = { page: 1, rect: [80, 300, 480, 700], content } as const;
    const pages = await printed({ sealedAt });
    for (const before of sealedAt === null ? [pages] : [await signed(pages, world.seal), T])
      for (const by of [leaf, unknown]) {
        const pdf = await signed(before, by, undefined, { look });
        for (const trust of [undefined, null, { bundle: withoutRoots }] as const)
          expect((await judged(pdf, { reprint, ...(trust === undefined ? {} : { trust }) })).verdict).toBe(
            'not-genuine',
          );
      }
  });

  test('with the number of another leaf', async () => {
    const pages = await printed({ sealedAt: SEALED_AT, leafIndex: 7 });
    const pdf = await extendPades(nodeCrypto, await signed(pages, world.seal, services), 'LTA', services);
    expect(said(await judged(pdf))).toBe('not-genuine invalid:altered');
  });
});

describe('a print that nobody has signed', () => {
  test('says so, and is right by its pages where there is a printer', async () => {
    const pages = await printed({ sealedAt: null });
    expect(said(await judged(pages, { reprint }))).toBe('genuine valid:same-pages');
    expect(said(await judged(pages))).toBe('not-fully-checked not-checked:no-printer-here');
  });
});
