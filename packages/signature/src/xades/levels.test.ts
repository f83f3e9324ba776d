import { scanCanonical } from '@hocba/xml';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  ALGORITHM_POLICY,
  AppendError,
  certificateFromPem,
  ExtensionError,
  extendSignature,
  verifyLevel,
  webCrypto,
} from '../index.ts';
import { makeTrainingPki, nodeCrypto } from '../node.ts';
import { FROZEN, insert, requestFor, signed } from '../testing/record.ts';
import {
  extend,
  findingOf,
  later,
  leafOf,
  makeWorld,
  SIGNED,
  said,
  signaturesOf,
  type World,
} from '../testing/world.node.ts';

let world: World;
let levels: Record<'B' | 'T' | 'LT' | 'LTA', Uint8Array>;
const SOON = new Date(SIGNED.getTime() + 3_000);
beforeAll(async () => {
  world = await makeWorld();
  const T = await extend(world, 'T');
  const LT = await extend(world, 'LT', T);
  levels = { B: world.record, T, LT, LTA: await extend(world, 'LTA', LT) };
});

describe('levels', () => {
  test('each is reached from the one below, and nothing that stood is changed', async () => {
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const close = '</QualifyingProperties></Object></Signature></KY_PHAT_HANH></PHAT_HANH_HOC_BA></HOC_BA>';
    let below = text(levels.B).slice(0, -close.length);
    for (const level of ['T', 'LT', 'LTA'] as const) {
      expect(text(levels[level]).startsWith(below)).toBe(true);
      below = text(levels[level]).replace(/<\/UnsignedSignatureProperties>.*$/, '');
    }
    const order = [
      ...text(levels.LTA).matchAll(
        /<(SignatureTimeStamp|CertificateValues|RevocationValues|TimeStampValidationData|ArchiveTimeStamp)[ >]/g,
      ),
    ];
    expect(order.map(([, name]) => name)).toEqual([
      'SignatureTimeStamp',
      'CertificateValues',
      'RevocationValues',
      'TimeStampValidationData',
      'RevocationValues',
      'ArchiveTimeStamp',
    ]);
  });

  test('and says so', async () => {
    const all = await Promise.all(Object.values(levels).map((xml) => findingOf(world, xml, SOON)));
    expect(all.map(said)).toEqual([
      'indeterminate B signer-status-unknown',
      'indeterminate T signer-status-unknown',
      'valid LT valid',
      'valid LTA valid',
    ]);
    const [, , , lta] = all;
    expect(lta?.times.map(({ kind, revocationChecked }) => [kind, revocationChecked])).toEqual([
      ['signature', true],
      ['archive', true],
    ]);
    const [, old] = (await findingOf(world, levels.LTA, later(1))).times;
    expect(old?.revocationChecked).toBe(false);
    expect(lta?.provenAt).toEqual(new Date(SIGNED.getTime() + 2_000));
    expect(lta?.training).toBe(true);
    // The school's seal here is RSA-2048.
    expect(lta?.noted).toEqual(['rsa-2048']);
    const policy = ALGORITHM_POLICY.map((r) =>
      r.algorithm === 'rsa-2048' ? { ...r, refusedFrom: '2026-05-01' } : r,
    );
    expect(said(await findingOf(world, levels.LTA, SOON, { policy }))).toBe(
      'indeterminate B algorithm-refused',
    );
    const next = policy.map((r) => (r.algorithm === 'rsa-2048' ? { ...r, refusedFrom: '2027-01-01' } : r));
    expect(said(await findingOf(world, levels.LTA, later(500), { policy: next }))).toBe('valid LTA valid');
    expect(lta?.renewBefore?.getUTCFullYear()).toBe(2030);
    expect(lta?.revocation.map(({ kind }) => kind).sort()).toEqual(['crl', 'ocsp', 'ocsp']);
  });

  test('at once in one call, and in a browser', async () => {
    const xml = await extend(world, 'LTA');
    const doc = scanCanonical(xml);
    const element = doc.byId.get('sig-ky-phat-hanh');
    if (element === undefined) throw new Error('no signature');
    expect(said(await verifyLevel(webCrypto(), doc, element, { roots: world.roots, now: SOON }))).toBe(
      'valid LTA valid',
    );
  });

  test('B and T are valid where somebody asks now', async () => {
    const { certificate } = (await signaturesOf(levels.B, ['ky-phat-hanh']))[0] ?? {};
    const issuing = certificateFromPem(world.signers.pki.issuing.certificatePem);
    const [root] = world.roots;
    if (certificate === undefined || root === undefined) throw new Error('no certificate');
    const [a, b] = [await world.revocation(certificate, issuing), await world.revocation(issuing, root)];
    const answers = { ocsp: a.ocsp, crls: b.crls };
    expect(said(await findingOf(world, levels.B, SOON, { answers }))).toBe('valid B valid');
    expect(said(await findingOf(world, levels.T, SOON, { answers }))).toBe('valid T valid');
  });
});

describe('as years go by', () => {
  test.each([
    ['LT', 1, 'valid LT valid'],
    ['LTA', 1, 'valid LTA valid'],
    ['LT', 365, 'valid LT valid'],
    ['LTA', 365, 'valid LTA valid'],
    // The signer's certificate has ended (three years), the authority's not yet.
    ['B', 1_200, 'indeterminate B signer-not-trusted'],
    ['LT', 1_200, 'valid LT valid'],
    ['LTA', 1_200, 'valid LTA valid'],
    // The authority's has ended too, and nothing was dated anew.
    ['T', 1_750, 'indeterminate B authority-expired'],
    ['LT', 1_750, 'indeterminate B authority-expired'],
    ['LTA', 1_750, 'indeterminate B authority-expired'],
  ] as const)('%s after %i days: %s', async (level, days, expected) => {
    expect(said(await findingOf(world, levels[level], later(days)))).toBe(expected);
  });

  test('dated anew before the authority ends, it outlives it: twice', async () => {
    const other = await makeWorld();
    let xml = await extend(other, 'LTA');
    for (const days of [1_300, 2_500]) {
      other.setNow(later(days));
      const services = await other.renewAuthority(later(days - 1));
      xml = await extendSignature(nodeCrypto, xml, 'ky-phat-hanh', 'LTA', services);
      expect(said(await findingOf(other, xml, later(days + 1)))).toBe('valid LTA valid');
      expect(said(await findingOf(other, xml, later(days + 1_000)))).toBe('valid LTA valid');
    }
    const found = await findingOf(other, xml, later(2_600));
    expect(found.times).toHaveLength(4);
    expect(said(await findingOf(other, xml, later(4_000)))).toBe('indeterminate B authority-expired');
  });

  test('archived days after LT, when the answers about the authority have aged', async () => {
    const other = await makeWorld();
    const lt = await extend(other, 'LT');
    other.setNow(later(40));
    const lta = await extend(other, 'LTA', lt);
    expect(said(await findingOf(other, lta, later(41)))).toBe('valid LTA valid');
    expect(new TextDecoder().decode(lta).split('<TimeStampValidationData ')).toHaveLength(3);
  });
});

describe('revocation', () => {
  test('a year later changes nothing; before the proven time it is the end', async () => {
    const other = await makeWorld();
    const seal = leafOf(other.signers.seal.chain);
    const t = await extend(other, 'T');
    other.revoke(seal, { revokedAt: later(365), reason: 'keyCompromise' });
    other.setNow(later(366));
    expect(said(await findingOf(other, await extend(other, 'LTA', t), later(367)))).toBe('valid LTA valid');
    const fresh = await other.revocation(seal, certificateFromPem(other.signers.pki.issuing.certificatePem));
    expect(said(await findingOf(other, other.record, later(366), { answers: fresh }))).toBe(
      'indeterminate B signer-revoked-no-proof',
    );
    other.revoke(seal, { revokedAt: later(-1), reason: 'keyCompromise' });
    await expect(extend(other, 'LT', t)).rejects.toThrow(new ExtensionError('revoked'));
    const revoked = await other.revocation(
      seal,
      certificateFromPem(other.signers.pki.issuing.certificatePem),
    );
    expect(said(await findingOf(other, t, later(367), { answers: revoked }))).toBe(
      'invalid T signer-revoked',
    );
  });

  test('of the authority, before its token is dated by another', async () => {
    const lt = levels.LT;
    const authority = (await findingOf(world, lt, SOON)).times[0]?.certificate;
    const issuing = certificateFromPem(world.signers.pki.issuing.certificatePem);
    if (authority === undefined) throw new Error('no authority');
    world.revoke(authority, { revokedAt: later(10) });
    world.setNow(later(20));
    const answers = await world.revocation(authority, issuing);
    world.revoke(authority, 'good');
    world.setNow(new Date(SIGNED.getTime() + 2_000));
    expect(said(await findingOf(world, lt, later(20), { answers }))).toBe(
      'indeterminate B authority-revoked',
    );
    expect(said(await findingOf(world, lt, later(5), { answers }))).toBe('valid LT valid');
  });
});

describe("teachers' answers in the seal", () => {
  test('are judged as of the time that the seal proves', async () => {
    const slots = ['gvbm-1', 'gvcn', 'cbql'] as const;
    const carries = await signaturesOf(world.record, slots);
    const services = { ...world.services, carries };
    const xml = await extendSignature(nodeCrypto, world.record, 'ky-phat-hanh', 'LTA', services);
    const found = await findingOf(world, xml, later(1_300), { carries: await signaturesOf(xml, slots) });
    expect(said(found)).toBe('valid LTA valid');
    expect(found.carried.map(({ slotId, state, at }) => [slotId, state, at])).toEqual(
      slots.map((slot) => [slot, 'valid', found.provenAt]),
    );
    // Read without them, it carries what is nobody's.
    expect(said(await findingOf(world, xml, later(1_300)))).toBe('invalid B spare-validation-data');
  });

  test('not of a signature that the seal did not sign', async () => {
    const carries = await signaturesOf(world.record, ['ky-phat-hanh']);
    const principal = { ...world.services, carries };
    const xml = await extendSignature(nodeCrypto, world.record, 'cbql', 'LT', principal);
    const found = await findingOf(world, xml, SOON, { carries }, 'cbql');
    expect([said(found), found.carried]).toEqual(['valid LT valid', []]);
  });
});

describe('a teacher at LT before the principal signs', () => {
  test('both hold, and the teacher cannot be raised any more', async () => {
    const { subjectTeacher, principal } = world.signers;
    const first = insert(
      FROZEN,
      'gvbm-1',
      await signed(requestFor(FROZEN, 'gvbm-1', subjectTeacher, ['mon-TV']), subjectTeacher),
    );
    const raised = await extend(world, 'LT', first, 'gvbm-1');
    const both = insert(
      raised,
      'cbql',
      await signed(requestFor(raised, 'cbql', principal, ['data']), principal),
    );
    const xml = await extend(world, 'LTA', both, 'cbql');
    expect(said(await findingOf(world, xml, later(400), {}, 'gvbm-1'))).toBe('valid LT valid');
    expect(said(await findingOf(world, xml, later(400), {}, 'cbql'))).toBe('valid LTA valid');
    await expect(extend(world, 'LTA', xml, 'gvbm-1')).rejects.toThrow(
      new AppendError('covered-by-another-signature'),
    );
  });
});

describe('not extended', () => {
  test('a signature inside what another signed', async () => {
    await expect(extend(world, 'T', world.record, 'gvbm-1')).rejects.toThrow(
      new AppendError('covered-by-another-signature'),
    );
  });
  test('to where it is', async () => {
    await expect(extend(world, 'T', levels.T)).rejects.toThrow(new ExtensionError('already-there'));
    await expect(extend(world, 'LT', levels.LTA)).rejects.toThrow(new ExtensionError('already-there'));
  });
  test('one that does not hold', async () => {
    const wrong = new TextEncoder().encode(new TextDecoder().decode(world.record).replace('>9<', '>8<'));
    await expect(extend(world, 'T', wrong)).rejects.toThrow(new ExtensionError('signature-invalid'));
  });
  test('one that is not there', async () => {
    await expect(extendSignature(nodeCrypto, world.record, 'gvbm-9', 'T', world.services)).rejects.toThrow(
      new AppendError('no-such-signature'),
    );
  });
  test('with an authority that is not trusted, or no answers', async () => {
    const stranger = certificateFromPem(
      (await makeTrainingPki({ organisation: 'Lạ', now: SIGNED })).root.certificatePem,
    );
    const act = (changes: object) =>
      extendSignature(nodeCrypto, world.record, 'ky-phat-hanh', 'LT', { ...world.services, ...changes });
    await expect(act({ authorityRoots: [stranger] })).rejects.toMatchObject({
      code: 'authority-not-trusted',
    });
    await expect(act({ revocation: async () => ({ ocsp: [], crls: [] }) })).rejects.toThrow(
      new ExtensionError('status-unknown', 'no-answer'),
    );
  });
});
