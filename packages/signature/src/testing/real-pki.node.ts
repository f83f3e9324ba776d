import { randomBytes } from 'node:crypto';
import * as der from '../der/write.ts';
import {
  type Certificate,
  type ExtensionServices,
  NO_MATERIAL,
  type RevocationPort,
  writeOcspRequest,
} from '../index.ts';
import { type IssuedLeaf, nodeCrypto } from '../node.ts';
import { privateKeyPem } from '../pki/keys.node.ts';
import type { CertificatePlan, Issuer } from '../pki/write-certificate.node.ts';
import { readOcspRequest } from '../revocation/ocsp-request.ts';
import { type RegisterEntry, writeOcspResponse } from '../revocation/training-responder.node.ts';
import { readTimestampRequest } from '../time/request.ts';
import { CA, certify, forgeToken, TSA } from '../time/test-authority.node.ts';
import { ATTRIBUTE, PURPOSE } from '../x509/oids.ts';

/**
 * A PKI without the training policy, for tests of what real records must show: its root is made anew in each run and
 * is in nobody's trust. Root, issuing CA that answers for its own certificates, and a time-stamping authority.
 */
export interface RealPki {
  readonly root: Certificate;
  person(fullName: string, personalId: string): IssuedLeaf;
  seal(organisationName: string, taxCode: string): IssuedLeaf;
  /** Services of an authority whose certificate lasts so many days from the clock's time on. */
  services(authorityDays: number): ExtensionServices;
  setNow(now: Date): void;
  revoke(certificate: Certificate, entry: RegisterEntry): void;
}

const DAY = 86_400_000;

export function makeRealPki(start: Date): RealPki {
  let clock = start;
  const now = (): Date => clock;
  const register = new Map<string, RegisterEntry>();
  const lasting = (days: number): Pick<CertificatePlan, 'notBefore' | 'notAfter'> => ({
    notBefore: new Date(clock.getTime() - DAY),
    notAfter: new Date(clock.getTime() + days * DAY),
  });
  const named = (name: string, ...more: [string, string][]): [string, string][] => [
    [ATTRIBUTE.country, 'VN'],
    [ATTRIBUTE.commonName, name],
    ...more,
  ];
  // Both answer for their own certificates, which keyCertSign alone does not allow.
  const ca = { ...CA, keyUsage: ['keyCertSign', 'cRLSign', 'digitalSignature'] } as const;
  const root = certify({ ...ca, ...lasting(9_000), subject: named('Gốc của phép thử') }, null);
  const issuing = certify(
    { ...ca, pathLength: 0, ...lasting(8_000), subject: named('Cấp chứng thư của phép thử') },
    root,
  );
  const issue = (subject: [string, string][]): IssuedLeaf => {
    const { certificate, privateKey } = certify(
      {
        ...lasting(1_095),
        subject,
        keyUsage: ['digitalSignature', 'contentCommitment'],
        extendedKeyUsage: [PURPOSE.documentSigning],
      },
      issuing,
    );
    return {
      certificatePem: '',
      privateKeyPem: privateKeyPem(privateKey),
      chain: [certificate.der, issuing.certificate.der],
    };
  };
  const answer = (request: Uint8Array, by: Issuer): Uint8Array => {
    const { id, idDer, nonce } = readOcspRequest(request);
    const at = now();
    return writeOcspResponse({
      signer: by.certificate,
      key: by.privateKey,
      singles: [
        {
          idDer,
          entry: register.get(id.serial) ?? 'good',
          thisUpdate: at,
          nextUpdate: new Date(at.getTime() + DAY),
        },
      ],
      producedAt: at,
      nonce,
      certificates: [],
    });
  };
  const revocation: RevocationPort = async (certificate, issuer) => {
    const by = issuer.serial === issuing.certificate.serial ? issuing : root;
    return { ...NO_MATERIAL, ocsp: [answer(writeOcspRequest(nodeCrypto, { certificate, issuer }), by)] };
  };
  return {
    root: root.certificate,
    person: (fullName, personalId) => issue(named(fullName, [ATTRIBUTE.userId, `CCCD:${personalId}`])),
    seal: (organisationName, taxCode) =>
      issue([
        [ATTRIBUTE.country, 'VN'],
        [ATTRIBUTE.organisation, organisationName],
        [ATTRIBUTE.commonName, organisationName],
        [ATTRIBUTE.userId, `MST:${taxCode}`],
      ]),
    services: (authorityDays) => {
      const signer = certify(
        { ...TSA, ...lasting(authorityDays), subject: named('Dấu thời gian của phép thử') },
        issuing,
      );
      const timestamp = async (bytes: Uint8Array): Promise<Uint8Array> => {
        const { imprint, nonce } = readTimestampRequest(bytes);
        const token = forgeToken({
          signer,
          message: new Uint8Array(),
          imprint,
          time: now(),
          carried: [signer, issuing],
          ...(nonce === null ? {} : { nonce }),
        });
        return der.sequence(der.sequence(der.integer(Uint8Array.of(0))), token);
      };
      const nonce = (): Uint8Array => new Uint8Array(randomBytes(16));
      return { timestamp, revocation, nonce, now, roots: [root.certificate] };
    },
    setNow: (to) => {
      clock = to;
    },
    revoke: (certificate, entry) => void register.set(certificate.serial, entry),
  };
}
