import { CanonicalXmlError, decodeUtf8, encodeUtf8 } from '@hocba/xml';
import {
  appendArchiveTimestamp,
  appendSignatureTimestamp,
  appendValues,
  certificateFromPem,
  extendSignature,
  openSignature,
  type RevocationMaterial,
  type ValidationData,
  writeOcspRequest,
} from '../../index.ts';
import {
  issueTrainingResponder,
  issueTrainingTsa,
  makeTrainingPki,
  nodeCrypto,
  trainingResponder,
  trainingTsa,
} from '../../node.ts';
import { obtainTimestamp } from '../../time/obtain.ts';
import { AT, CA, certify, forgeToken, TSA } from '../../time/test-authority.node.ts';
import { extend, findingOf, later, leafOf, SIGNED, signaturesOf, type World } from '../world.node.ts';

/** An attack on what a signature's level rests on: tokens, answers, certificates of authorities. */
export interface LevelAttack {
  readonly kind: string;
  readonly name: string;
  readonly accepted: () => Promise<boolean>;
}

const SLOT = 'ky-phat-hanh';
const SOON = new Date(SIGNED.getTime() + 3_000);

/** True if it is valid, at the level that the attacker wants. */
async function accepts(
  world: World,
  xml: Uint8Array | string,
  level: 'T' | 'LT' | 'LTA',
  now = SOON,
): Promise<boolean> {
  try {
    const found = await findingOf(world, typeof xml === 'string' ? encodeUtf8(xml) : xml, now);
    return found.state === 'valid' && found.level === level;
  } catch (error) {
    if (error instanceof CanonicalXmlError) return false;
    throw error;
  }
}

/** Answers of responders: forged, stale, about others; and revocation itself. */
export async function revocation(world: World): Promise<LevelAttack[]> {
  const issuing = certificateFromPem(world.signers.pki.issuing.certificatePem);
  const [root] = world.roots;
  const t = await extend(world, 'T');
  const [seal] = await signaturesOf(t, [SLOT]);
  if (seal === undefined || root === undefined) throw new Error('no seal');
  const { crls } = await world.revocation(issuing, root);
  const honest = await world.revocation(seal.certificate, issuing);
  const request = writeOcspRequest(nodeCrypto, { certificate: seal.certificate, issuer: issuing });
  const other = await makeTrainingPki({ organisation: 'Lạ', now: SIGNED });
  const responder = async (pki: typeof other, days = 30, now = SIGNED) =>
    issueTrainingResponder(pki, { organisation: 'Lạ', now, days });
  const answer = (by: Awaited<ReturnType<typeof responder>>, at = SIGNED) =>
    trainingResponder({ ...by, issuer: issuing.der, statusOf: () => 'good', now: () => at })(request);
  const own = await responder(world.signers.pki);
  const nobody: ValidationData = { certificates: [], ocsp: [], crls: [] };
  const answered = (material: RevocationMaterial) =>
    accepts(
      world,
      appendValues(openSignature(t, SLOT), { certificates: [root.der], ...material }, nobody),
      'LT',
    );
  if (!(await answered({ ...honest, crls }))) throw new Error('the honest answer is refused');
  const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
    bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
  const [good = new Uint8Array()] = honest.ocsp;
  const principal = await world.revocation(leafOf(world.signers.principal.chain), issuing);
  const list: readonly [string, RevocationMaterial][] = [
    ['by a responder of another authority', { ocsp: [answer(await responder(other))], crls }],
    ['by a teacher', { ocsp: [answer(world.signers.principal)], crls }],
    ['by the signer about itself', { ocsp: [answer(world.signers.seal)], crls }],
    ['about somebody else', { ocsp: principal.ocsp, crls }],
    ['a day too old', { ocsp: [answer(own, later(-1))], crls }],
    ['from the future', { ocsp: [answer(own, later(2))], crls }],
    ['of an authority only', { ocsp: [], crls }],
    ['twice the same', { ocsp: [good, good], crls }],
    ['with a forged one beside it', { ocsp: [good, answer(await responder(other))], crls }],
    ['without the list about the authority', { ocsp: [good], crls: [] }],
    ['that is no answer', { ocsp: [Uint8Array.of(0x30, 0x03, 0x0a, 0x01, 0x00)], crls }],
    ['that says try later', { ocsp: [Uint8Array.of(0x30, 0x03, 0x0a, 0x01, 0x03)], crls }],
    ['with a byte after it', { ocsp: [Uint8Array.from([...good, 0])], crls }],
    ...Array.from({ length: 20 }, (_, n): [string, RevocationMaterial] => {
      const at = Math.floor(((n + 1) * good.length) / 22);
      return [`with byte ${n + 1} of 20 changed`, { ocsp: [flipped(good, at)], crls }];
    }),
    ...Array.from({ length: 10 }, (_, n): [string, RevocationMaterial] => {
      const [crl = new Uint8Array()] = crls;
      return [
        `beside a list with byte ${n + 1} of 10 changed`,
        { ocsp: [good], crls: [flipped(crl, Math.floor(((n + 1) * crl.length) / 12))] },
      ];
    }),
  ];
  const revokedBy =
    (revokedAt: Date, reason: 'keyCompromise' | 'certificateHold') => async (): Promise<boolean> => {
      world.revoke(leafOf(world.signers.seal.chain), { revokedAt, reason });
      try {
        const answers = await world.revocation(seal.certificate, issuing);
        return await answered({ ...answers, crls });
      } finally {
        world.revoke(leafOf(world.signers.seal.chain), 'good');
      }
    };
  const withoutProof = async (): Promise<boolean> => {
    world.revoke(leafOf(world.signers.seal.chain), { revokedAt: later(5), reason: 'keyCompromise' });
    world.setNow(later(10));
    try {
      const answers = await world.revocation(seal.certificate, issuing);
      const found = await findingOf(world, world.record, later(10), { answers: { ...answers, crls } });
      return found.state === 'valid';
    } finally {
      world.revoke(leafOf(world.signers.seal.chain), 'good');
      world.setNow(new Date(SIGNED.getTime() + 2_000));
    }
  };
  const attacks = list.map(([name, material]) => ({
    kind: 'revocation',
    name: `answer ${name}`,
    accepted: () => answered(material),
  }));
  return [
    ...attacks,
    { kind: 'revocation', name: 'revoked before signing', accepted: revokedBy(later(-1), 'keyCompromise') },
    { kind: 'revocation', name: 'on hold when signing', accepted: revokedBy(later(-1), 'certificateHold') },
    { kind: 'revocation', name: 'revoked after signing, time not proven', accepted: withoutProof },
  ];
}

/** Tokens: of other bytes, by others, changed, moved; properties edited. */
export async function timestamps(world: World): Promise<LevelAttack[]> {
  const t = await extend(world, 'T');
  const lt = await extend(world, 'LT', t);
  const lta = await extend(world, 'LTA', lt);
  const other = await makeTrainingPki({ organisation: 'Lạ', now: SIGNED });
  const strangers = trainingTsa({
    ...(await issueTrainingTsa(other, { organisation: 'Lạ', now: SIGNED, days: 300 })),
    now: () => SIGNED,
  });
  const message = encodeUtf8('other bytes');
  const obtain = async (port: typeof world.services.timestamp, roots = world.roots) =>
    (await obtainTimestamp(nodeCrypto, message, { port, nonce: new Uint8Array(16).fill(7), roots })).token;
  const otherBytes = await obtain(world.services.timestamp);
  const untrusted = await obtain(async (r) => strangers(r), [certificateFromPem(other.root.certificatePem)]);
  const root = certify(CA, null);
  const authority = (changes: object) => certify({ ...TSA, ...changes }, root);
  const forged = (signer: ReturnType<typeof authority>) => forgeToken({ signer, message, time: AT });
  const token = (xml: Uint8Array, name: string): string =>
    new RegExp(`<${name}[ >].*?<EncapsulatedTimeStamp[^>]*>([^<]*)`, 's').exec(decodeUtf8(xml))?.[1] ?? '';
  const exchange = (xml: Uint8Array, name: string, to: string): string =>
    decodeUtf8(xml).replace(token(xml, name), () => to);
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  const property = (name: string): string =>
    new RegExp(`<${name}[ >].*?</${name}>`, 's').exec(decodeUtf8(lta))?.[0] ?? '';
  const without = (name: string): string => decodeUtf8(lta).replace(property(name), '');
  const list: [string, 'T' | 'LT' | 'LTA', Uint8Array | string][] = [
    [
      'of other bytes as a signature timestamp',
      'T',
      appendSignatureTimestamp(openSignature(world.record, SLOT), otherBytes),
    ],
    [
      'of other bytes as an archive timestamp',
      'LTA',
      appendArchiveTimestamp(openSignature(lt, SLOT), otherBytes),
    ],
    ['of an unknown authority', 'T', appendSignatureTimestamp(openSignature(world.record, SLOT), untrusted)],
    [
      'of an unknown authority for the archive',
      'LTA',
      appendArchiveTimestamp(openSignature(lt, SLOT), untrusted),
    ],
    ...(['serverAuth', 'any', 'documentSigning'] as const).map((purpose): [string, 'T', Uint8Array] => [
      `by a certificate for ${purpose}`,
      'T',
      appendSignatureTimestamp(
        openSignature(world.record, SLOT),
        forged(
          authority({
            extendedKeyUsage: [
              purpose === 'serverAuth'
                ? '1.3.6.1.5.5.7.3.1'
                : purpose === 'any'
                  ? '2.5.29.37.0'
                  : '1.3.6.1.5.5.7.3.36',
            ],
          }),
        ),
      ),
    ]),
    [
      'of the archive in the place of the first',
      'LTA',
      exchange(lta, 'SignatureTimeStamp', token(lta, 'ArchiveTimeStamp')),
    ],
    [
      'of the signature in the place of the archive',
      'LTA',
      exchange(lta, 'ArchiveTimeStamp', token(lta, 'SignatureTimeStamp')),
    ],
    ['that is nothing', 'LTA', exchange(lta, 'ArchiveTimeStamp', '')],
    [
      'that is a certificate',
      'LTA',
      exchange(lta, 'ArchiveTimeStamp', base64(leafOf(world.signers.seal.chain).der)),
    ],
    ...['SignatureTimeStamp', 'CertificateValues', 'RevocationValues', 'TimeStampValidationData'].map(
      (name): [string, 'LTA', string] => [`without ${name}`, 'LTA', without(name)],
    ),
    ...[
      'SignatureTimeStamp',
      'CertificateValues',
      'RevocationValues',
      'TimeStampValidationData',
      'ArchiveTimeStamp',
    ].map((name): [string, 'LTA', string] => [
      `with ${name} twice`,
      'LTA',
      decodeUtf8(lta).replace(property(name), (found) => found + found),
    ]),
    [
      'with the values after the archive',
      'LTA',
      without('CertificateValues').replace(
        '</UnsignedSignatureProperties>',
        (found) => property('CertificateValues') + found,
      ),
    ],
    ...Array.from({ length: 20 }, (_, n): [string, 'LTA', string] => {
      const name = n < 10 ? 'SignatureTimeStamp' : 'ArchiveTimeStamp';
      const bytes = Buffer.from(token(lta, name), 'base64');
      const at = Math.floor((((n % 10) + 1) * bytes.length) / 12);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      return [
        `with byte ${(n % 10) + 1} of 10 in ${name} changed`,
        'LTA',
        exchange(lta, name, base64(bytes)),
      ];
    }),
  ];
  const expired = async () => accepts(world, lta, 'LTA', later(1_750));
  const trusting = async () => {
    const stranger = certificateFromPem(other.root.certificatePem);
    const found = await findingOf(world, lta, SOON, { authorityRoots: [stranger] });
    return found.state === 'valid';
  };
  const raised = async () => {
    try {
      await extendSignature(nodeCrypto, world.record, SLOT, 'T', {
        ...world.services,
        timestamp: async (r) => strangers(r),
      });
      return true;
    } catch {
      return false;
    }
  };
  return [
    ...list.map(([name, level, xml]) => ({
      kind: 'timestamps',
      name: `token ${name}`,
      accepted: () => accepts(world, xml, level),
    })),
    { kind: 'timestamps', name: 'authority expired and nothing dated anew', accepted: expired },
    { kind: 'timestamps', name: 'training authority where real ones are trusted', accepted: trusting },
    { kind: 'timestamps', name: "put in from a stranger's service", accepted: raised },
  ];
}
