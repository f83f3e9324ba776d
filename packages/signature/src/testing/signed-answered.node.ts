import { judgeForeignPdf } from '../foreign/pdf/judge.ts';
import { nodeCrypto } from '../node.ts';
import { privateKeyPem } from '../pki/keys.node.ts';
import type { Issuer } from '../pki/write-certificate.node.ts';
import { writeCertId } from '../revocation/cert-id.ts';
import type { RevocationMaterial } from '../revocation/material.ts';
import { type RegisterEntry, writeOcspResponse } from '../revocation/training-responder.node.ts';
import { writeCrl } from '../revocation/write-crl.node.ts';
import { CA, certify, forgeToken, TSA } from '../time/test-authority.node.ts';
import { otherPdf } from './other-software.node.ts';
import { datedWhole, signedWith, stored } from './other-validation.node.ts';

/** Signers of PDFs of other software, by the times and answers that travel in the file: SIGNED, dated, answered, and looked at. */
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const SIGNED = new Date('2026-05-28T13:00:00Z');
export const plus = (ms: number, from = SIGNED) => new Date(from.getTime() + ms);
export const NOW = plus(30 * DAY);
export const lasting = (days: number) => ({ notBefore: plus(-DAY), notAfter: plus(days * DAY) });

export const ca = { ...CA, keyUsage: ['keyCertSign', 'cRLSign', 'digitalSignature'] } as const;
export const root = certify({ ...ca, ...lasting(9_000), subject: [['2.5.4.3', 'Goc']] }, null);
export const issuing = certify({ ...ca, ...lasting(8_000), subject: [['2.5.4.3', 'Cap']] }, root);
export const person = certify({ ...lasting(1_000), subject: [['2.5.4.3', 'Nguoi ky']] }, issuing);
export const somebody = certify({ ...lasting(1_000), subject: [['2.5.4.3', 'Nguoi khac']] }, issuing);
export const tsa = certify({ ...TSA, ...lasting(2_000), subject: [['2.5.4.3', 'Dau']] }, root);
export const short = certify({ ...TSA, ...lasting(10), subject: [['2.5.4.3', 'Dau ngan']] }, root);
export const signer = {
  chain: [person.certificate.der, issuing.certificate.der],
  privateKeyPem: privateKeyPem(person.privateKey),
};
export const trust = { roots: [root.certificate], authorityRoots: [root.certificate], now: NOW };

export interface Said {
  readonly of?: Issuer;
  readonly by?: Issuer;
  readonly entry?: RegisterEntry;
  readonly at?: Date;
  readonly until?: Date;
}
export function ocsp({
  of = person,
  by = issuing,
  entry = 'good',
  at = plus(HOUR),
  until,
}: Said = {}): Uint8Array {
  return writeOcspResponse({
    signer: by.certificate,
    key: by.privateKey,
    singles: [
      {
        idDer: writeCertId(nodeCrypto, 'sha256', of.certificate, by.certificate),
        entry,
        thisUpdate: at,
        nextUpdate: until ?? plus(DAY, at),
      },
    ],
    producedAt: at,
    certificates: [],
  });
}
export const above = ocsp({ of: issuing, by: root });
/** About the authority too, which must be known to have been good when the file was dated. */
export const ofTsa = ocsp({ of: tsa, by: root });
export const answers = (...about: Uint8Array[]): RevocationMaterial => ({
  ocsp: [...about, above, ofTsa],
  crls: [],
});
export const list = (by: Issuer, entries: Parameters<typeof writeCrl>[1]['entries'] = []): Uint8Array =>
  writeCrl(by, { thisUpdate: plus(HOUR), nextUpdate: plus(DAY), number: 1, entries });
export const lists = (...revoked: Parameters<typeof writeCrl>[1]['entries']): RevocationMaterial => ({
  ocsp: [],
  crls: [list(issuing, revoked), list(root)],
});
export const dating =
  (at: Date, by = tsa) =>
  (message: Uint8Array) =>
    forgeToken({ signer: by, message, time: at });
export const revokedAt = (at: Date): Uint8Array =>
  ocsp({ entry: { revokedAt: at, reason: 'keyCompromise' } });

export const base = otherPdf('Hoan thanh tot');
export const bare = await signedWith(base, signer);
export const dated = await signedWith(base, signer, { token: dating(SIGNED) });
/** With what came an hour later, all of it dated another hour after that. */
export const kept = async (
  pdf: Uint8Array | Promise<Uint8Array>,
  data: RevocationMaterial,
  ...more: [Parameters<typeof stored>[2]?]
) => datedWhole(stored(await pdf, data, ...more), dating(plus(2 * HOUR)));

/** What is said of the file's signer, and as of which hour. @throws Error where a signature of the file is broken */
export async function told(
  file: Uint8Array | Promise<Uint8Array>,
  change: Partial<typeof trust> = {},
): Promise<string> {
  const pdf = await file;
  const found = (await judgeForeignPdf(nodeCrypto, pdf, { ...trust, ...change })) ?? [];
  const [one] = found.filter(({ kind }) => kind === 'signature');
  if (found.some(({ state }) => state !== 'intact')) throw new Error('a signature of the file is broken');
  return `${one?.standing} ${one?.provenAt?.toISOString().slice(0, 13) ?? 'unproven'}`;
}
export const AT_SIGNING = '2026-05-28T13';
export const BY_DOCUMENT = '2026-05-28T15';
