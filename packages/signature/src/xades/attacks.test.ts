import { CanonicalXmlError, decodeUtf8, encodeUtf8, scanCanonical } from '@hocba/xml';
import { beforeAll, describe, expect, test } from 'vitest';
import { joinBytes } from '../bytes.ts';
import {
  appendArchiveTimestamp,
  appendSignatureTimestamp,
  appendValues,
  archiveTimestampMessage,
  certificateFromPem,
  extendSignature,
  type LevelFinding,
  openSignature,
  type RevocationMaterial,
  signatureTimestampMessage,
  writeOcspRequest,
} from '../index.ts';
import {
  issueTrainingResponder,
  issueTrainingTsa,
  makeTrainingPki,
  nodeCrypto,
  trainingResponder,
} from '../node.ts';
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
import { obtainTimestamp } from '../time/obtain.ts';
import { trainingTsa } from '../time/training-tsa.node.ts';

/** Everything that somebody can do to unsigned properties; none of it may leave a level valid. */

let world: World;
let lt: Uint8Array;
let lta: Uint8Array;
const SLOT = 'ky-phat-hanh';
const SOON = new Date(SIGNED.getTime() + 3_000);
beforeAll(async () => {
  world = await makeWorld();
  lt = await extend(world, 'LT');
  lta = await extend(world, 'LTA', lt);
});

const check = async (xml: Uint8Array | string, now = SOON): Promise<LevelFinding | 'not read'> => {
  try {
    return await findingOf(world, typeof xml === 'string' ? encodeUtf8(xml) : xml, now);
  } catch (error) {
    if (error instanceof CanonicalXmlError) return 'not read';
    throw error;
  }
};
const spoken = async (xml: Uint8Array | string, now = SOON): Promise<string> => {
  const found = await check(xml, now);
  return found === 'not read' ? found : said(found);
};

describe('a changed byte', () => {
  /** Offsets within every unsigned property: all of its start, and every nth after. */
  function offsets(xml: Uint8Array, step: number): [string, number[]][] {
    const element = scanCanonical(xml).byId.get(`sig-${SLOT}`);
    const list = element?.children.at(-1)?.children[0]?.children[1]?.children[0]?.children ?? [];
    return list.map(({ name, start, end }) => {
      const all = Array.from({ length: end - start }, (_, i) => start + i);
      return [name, all.filter((at, i) => i < 40 || at > end - 40 || i % step === 0)];
    });
  }

  test.each<[string, () => Uint8Array]>([
    ['LT', () => lt],
    ['LTA', () => lta],
  ])('in any property of %s is noticed', async (_, make) => {
    const xml = make();
    const properties = offsets(xml, 61);
    expect(properties.length).toBeGreaterThanOrEqual(4);
    const unnoticed: string[] = [];
    for (const [name, places] of properties) {
      for (const at of places) {
        const changed = Uint8Array.from(xml);
        changed[at] = (changed[at] ?? 0) ^ 1;
        const found = await check(changed);
        if (found !== 'not read' && found.state === 'valid') unnoticed.push(`${name} ${at}`);
      }
    }
    expect(unnoticed).toEqual([]);
  });
});

describe('edited properties', () => {
  const without = (xml: Uint8Array, name: string): string =>
    decodeUtf8(xml).replace(new RegExp(`<${name}[ >].*?</${name}>`), '');
  const property = (xml: Uint8Array, name: string): string =>
    new RegExp(`<${name}[ >].*?</${name}>`).exec(decodeUtf8(xml))?.[0] ?? '';

  test.each<[string, string, () => string]>([
    ['archive timestamp taken away: LT is left', 'valid LT valid', () => without(lta, 'ArchiveTimeStamp')],
    [
      'all taken away: B is left',
      'indeterminate B signer-status-unknown',
      () => without(lta, 'UnsignedProperties'),
    ],
    [
      'signature timestamp taken away',
      'invalid B unsigned-properties-malformed',
      () => without(lta, 'SignatureTimeStamp'),
    ],
    [
      'certificates taken away',
      'invalid B unsigned-properties-malformed',
      () => without(lta, 'CertificateValues'),
    ],
    ['answers taken away', 'invalid B unsigned-properties-malformed', () => without(lta, 'RevocationValues')],
    [
      'answers about the authority taken away',
      'invalid B timestamp-invalid',
      () => without(lta, 'TimeStampValidationData'),
    ],
    [
      'twice the same timestamp',
      'not read',
      () => decodeUtf8(lta).replace(/<SignatureTimeStamp.*?<\/SignatureTimeStamp>/, '$&$&'),
    ],
    [
      'a counter signature',
      'invalid B signature-invalid',
      () => decodeUtf8(lta).replace('<CertificateValues>', '<CounterSignature></CounterSignature>$&'),
    ],
    [
      'another order',
      'invalid B unsigned-properties-malformed',
      () => {
        const values = property(lta, 'CertificateValues');
        return decodeUtf8(lta).replace(values, '').replace('</RevocationValues>', `$&${values}`);
      },
    ],
    [
      'data about another timestamp',
      'invalid B unsigned-properties-malformed',
      () => decodeUtf8(lta).replace(`URI="#sts-${SLOT}"`, `URI="#ats-${SLOT}-1"`),
    ],
    [
      'another canonicalisation',
      'invalid B unsigned-properties-malformed',
      () => {
        const stamp = property(lta, 'SignatureTimeStamp');
        return decodeUtf8(lta).replace(stamp, stamp.replace('xml-exc-c14n#', 'xml-exc-c14n#WithComments'));
      },
    ],
    [
      'the token of the archive as that of the signature',
      'invalid B timestamp-invalid',
      () => {
        const [own = '', other = ''] = [
          ...decodeUtf8(lta).matchAll(/<EncapsulatedTimeStamp[^>]*>([^<]*)/g),
        ].map(([, token]) => token ?? '');
        return decodeUtf8(lta).replace(own, other);
      },
    ],
    [
      'an answer repeated',
      'invalid B spare-validation-data',
      () => decodeUtf8(lt).replace(/<EncapsulatedOCSPValue>.*?<\/EncapsulatedOCSPValue>/, '$&$&'),
    ],
    [
      "a stranger's certificate added",
      'invalid B spare-validation-data',
      () => {
        const stranger = leafOf(world.signers.subjectTeacher.chain).der;
        const value = `<EncapsulatedX509Certificate>${Buffer.from(stranger).toString('base64')}</EncapsulatedX509Certificate>`;
        return decodeUtf8(lt).replace('</CertificateValues>', `${value}$&`);
      },
    ],
    [
      'a certificate that is none',
      'invalid B unsigned-properties-malformed',
      () => decodeUtf8(lt).replace(/(<EncapsulatedX509Certificate>)[^<]*/, '$1AAAA'),
    ],
  ])('%s: %s', async (_, expected, make) => {
    expect(await spoken(make())).toBe(expected);
  });
});

describe('tokens and answers of others', () => {
  const messageOf = (xml: Uint8Array, archive = false): Uint8Array => {
    const doc = scanCanonical(xml);
    const element = doc.byId.get(`sig-${SLOT}`);
    if (element === undefined) throw new Error('no signature');
    return archive
      ? joinBytes(...archiveTimestampMessage(doc, element))
      : signatureTimestampMessage(doc, element);
  };
  const token = async (message: Uint8Array): Promise<Uint8Array> => {
    const { timestamp: port, nonce, roots } = world.services;
    return (await obtainTimestamp(nodeCrypto, message, { port, nonce: nonce(), roots })).token;
  };

  test('a timestamp of other bytes, or of another signature', async () => {
    const other = await token(encodeUtf8('other'));
    expect(await spoken(appendSignatureTimestamp(openSignature(world.record, SLOT), other))).toBe(
      'invalid B timestamp-invalid',
    );
    expect(await spoken(appendArchiveTimestamp(openSignature(lt, SLOT), other))).toBe(
      'invalid B timestamp-invalid',
    );
    const principal = await extend(world, 'T', world.record, 'cbql');
    const stolen = /Id="sts-cbql">.*?<EncapsulatedTimeStamp>([^<]*)/.exec(decodeUtf8(principal))?.[1] ?? '';
    const bytes = Uint8Array.from(Buffer.from(stolen, 'base64'));
    expect(await spoken(appendSignatureTimestamp(openSignature(world.record, SLOT), bytes))).toBe(
      'invalid B timestamp-invalid',
    );
  });

  test('a timestamp of an authority that nobody trusts', async () => {
    const pki = await makeTrainingPki({ organisation: 'Lạ', now: SIGNED });
    const tsa = await issueTrainingTsa(pki, { organisation: 'Lạ', now: SIGNED, days: 100 });
    const answer = trainingTsa({ ...tsa, now: () => SIGNED });
    const services = {
      ...world.services,
      timestamp: async (request: Uint8Array) => answer(request),
      authorityRoots: [certificateFromPem(pki.root.certificatePem)],
    };
    const xml = await extendSignature(nodeCrypto, world.record, SLOT, 'T', services);
    expect(await spoken(xml)).toBe('indeterminate B authority-not-trusted');
  });

  test('a timestamp from before the signature was made; we ourselves make none', async () => {
    world.setNow(new Date(SIGNED.getTime() - 600_000));
    const extending = (now: () => Date) =>
      extendSignature(nodeCrypto, world.record, SLOT, 'T', { ...world.services, now });
    // By the clock here, and where only the authority's is behind.
    for (const now of [world.services.now, () => SIGNED])
      await expect(extending(now)).rejects.toMatchObject({ code: 'clock-behind' });
    const early = appendSignatureTimestamp(
      openSignature(world.record, SLOT),
      await token(messageOf(world.record)),
    );
    world.setNow(new Date(SIGNED.getTime() + 2_000));
    expect(await spoken(early)).toBe('invalid B times-out-of-order');
  });

  test('a timestamp from the future, and an archive older than what it dates', async () => {
    world.setNow(later(2));
    const late = await token(messageOf(world.record));
    world.setNow(new Date(SIGNED.getTime() + 2_000));
    const xml = appendSignatureTimestamp(openSignature(world.record, SLOT), late);
    expect(await spoken(xml)).toBe('indeterminate B clock-behind');
    const [seal] = await signaturesOf(world.record, [SLOT]);
    if (seal === undefined) throw new Error('no seal');
    const issuing = certificateFromPem(world.signers.pki.issuing.certificatePem);
    const { ocsp } = await world.revocation(seal.certificate, issuing);
    const values = appendValues(
      openSignature(xml, SLOT),
      { certificates: [issuing.der], ocsp, crls: [] },
      { certificates: [], ocsp: [], crls: [] },
    );
    const archived = appendArchiveTimestamp(
      openSignature(values, SLOT),
      await token(messageOf(values, true)),
    );
    expect(await spoken(archived, later(3))).toBe('invalid B times-out-of-order');
  });

  const answered = async (
    change: (honest: RevocationMaterial) => Promise<RevocationMaterial>,
  ): Promise<string> => {
    const t = await extend(world, 'T');
    const [seal] = await signaturesOf(t, [SLOT]);
    const issuing = certificateFromPem(world.signers.pki.issuing.certificatePem);
    const [root] = world.roots;
    if (seal === undefined || root === undefined) throw new Error('no seal');
    const honest = await world.revocation(seal.certificate, issuing);
    const { crls } = await world.revocation(issuing, root);
    const { ocsp } = await change(honest);
    const nobody = { certificates: [], ocsp: [], crls: [] };
    return spoken(appendValues(openSignature(t, SLOT), { certificates: [root.der], ocsp, crls }, nobody));
  };

  test('answers', async () => {
    const pki = await makeTrainingPki({ organisation: 'Lạ', now: SIGNED });
    const issuing = certificateFromPem(world.signers.pki.issuing.certificatePem);
    const seal = leafOf(world.signers.seal.chain);
    const forger = await issueTrainingResponder(pki, { organisation: 'Lạ', now: SIGNED, days: 30 });
    const request = writeOcspRequest(nodeCrypto, { certificate: seal, issuer: issuing });
    const respond = (by: typeof forger) =>
      trainingResponder({ ...by, issuer: issuing.der, statusOf: () => 'good', now: () => SIGNED });

    expect(await answered(async (honest) => honest)).toBe('valid LT valid');
    // By a responder of another CA; by a teacher; about somebody else; a day too old.
    const forged = respond(forger)(request);
    expect(await answered(async () => ({ ocsp: [forged], crls: [] }))).toBe(
      'indeterminate T signer-status-unknown',
    );
    const teacher = respond(world.signers.principal)(request);
    expect(await answered(async () => ({ ocsp: [teacher], crls: [] }))).toBe(
      'indeterminate T signer-status-unknown',
    );
    const principal = await world.revocation(leafOf(world.signers.principal.chain), issuing);
    expect(await answered(async () => principal)).toBe('indeterminate T signer-status-unknown');
    world.setNow(later(-1 / 24));
    const stale = await world.revocation(seal, issuing);
    world.setNow(new Date(SIGNED.getTime() + 2_000));
    expect(await answered(async () => stale)).toBe('indeterminate T signer-status-unknown');
    // A forged one beside the honest one.
    expect(await answered(async ({ ocsp }) => ({ ocsp: [...ocsp, forged], crls: [] }))).toBe(
      'invalid B spare-validation-data',
    );
  });

  test('the signer revoked before, and the answer kept with the signature', async () => {
    world.revoke(leafOf(world.signers.seal.chain), { revokedAt: later(-1), reason: 'keyCompromise' });
    expect(await answered(async (honest) => honest)).toBe('invalid T signer-revoked');
    world.revoke(leafOf(world.signers.seal.chain), 'good');
  });
});
