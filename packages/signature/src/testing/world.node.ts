import { scanCanonical } from '@hocba/xml';
import {
  type Certificate,
  certificateFromPem,
  type ExtensionServices,
  extendSignature,
  type Level,
  type LevelFinding,
  type LevelTrust,
  parseCertificate,
  type RevocationMaterial,
  type RevocationPort,
  type ValidSignature,
  verifyLevel,
  verifySignature,
  writeOcspRequest,
} from '../index.ts';
import {
  issueTrainingResponder,
  issueTrainingTsa,
  nodeCrypto,
  type RegisterEntry,
  trainingResponder,
  trainingTsa,
  writeTrainingCrl,
} from '../node.ts';
import { NO_MATERIAL } from '../revocation/material.ts';
import { makeSigners, NOW, SCHOOL, type SlotId, signRecord, type TestSigners } from './record.ts';

/** A training world with a clock of its own: signers, a time-stamping authority, a responder, a root's list. */
export interface World {
  readonly signers: TestSigners;
  readonly record: Uint8Array;
  readonly roots: readonly Certificate[];
  readonly services: ExtensionServices;
  readonly revocation: RevocationPort;
  /** Moves the clock; all services follow. */
  setNow(now: Date): void;
  /** Puts a certificate into the issuing CA's register. */
  revoke(certificate: Certificate, entry: RegisterEntry): void;
  /** A second authority, with a certificate that lasts longer. */
  renewAuthority(now: Date): Promise<ExtensionServices>;
}

const DAY = 86_400_000;
/** Shortly after everybody signed. */
export const SIGNED = new Date('2026-05-28T13:14:05Z');
export const later = (days: number): Date => new Date(SIGNED.getTime() + days * DAY);

export async function makeWorld(): Promise<World> {
  const signers = await makeSigners();
  const { pki } = signers;
  const service = (days: number, now = NOW) => ({ organisation: SCHOOL, now, days });
  const tsa = await issueTrainingTsa(pki, service(1_400));
  const responder = await issueTrainingResponder(pki, service(3_000));
  const issuing = certificateFromPem(pki.issuing.certificatePem);
  let clock = new Date(SIGNED.getTime() + 2_000);
  const now = (): Date => clock;
  const register = new Map<string, RegisterEntry>();
  const respond = trainingResponder({
    ...responder,
    issuer: issuing.der,
    statusOf: (serial) => register.get(serial) ?? 'good',
    now,
  });
  const revocation: RevocationPort = async (certificate, issuer): Promise<RevocationMaterial> => {
    if (issuer.serial === issuing.serial)
      return { ...NO_MATERIAL, ocsp: [respond(writeOcspRequest(nodeCrypto, { certificate, issuer }))] };
    const thisUpdate = new Date(Math.floor(clock.getTime() / 1_000) * 1_000);
    const plan = { thisUpdate, nextUpdate: new Date(clock.getTime() + 30 * DAY), number: 1, entries: [] };
    return { ...NO_MATERIAL, crls: [writeTrainingCrl(pki.root, plan)] };
  };
  const roots = [certificateFromPem(pki.root.certificatePem)];
  let requests = 0;
  const nonce = (): Uint8Array => nodeCrypto.sha256(Uint8Array.of(++requests & 255)).subarray(0, 16);
  const servicesOf = (authority: typeof tsa): ExtensionServices => {
    const answer = trainingTsa({ ...authority, now });
    return { timestamp: async (request) => answer(request), revocation, nonce, now, roots };
  };
  return {
    signers,
    record: await signRecord(signers),
    roots,
    services: servicesOf(tsa),
    revocation,
    setNow: (to) => {
      clock = to;
    },
    revoke: (certificate, entry) => register.set(certificate.serial, entry),
    renewAuthority: async (at) => servicesOf(await issueTrainingTsa(pki, service(1_400, at))),
  };
}

export const leafOf = (chain: readonly Uint8Array[]): Certificate =>
  parseCertificate(chain[0] ?? new Uint8Array());

export function extend(
  world: World,
  level: Exclude<Level, 'B'>,
  xml = world.record,
  slot: SlotId = 'ky-phat-hanh',
) {
  return extendSignature(nodeCrypto, xml, slot, level, world.services);
}

/** The finding about a slot of a record as of `now`. */
export function findingOf(
  world: World,
  xml: Uint8Array,
  now: Date,
  changes: Partial<LevelTrust> = {},
  slot: SlotId = 'ky-phat-hanh',
): Promise<LevelFinding> {
  const doc = scanCanonical(xml);
  const element = doc.byId.get(`sig-${slot}`);
  if (element === undefined) throw new Error('no signature');
  return verifyLevel(nodeCrypto, doc, element, { roots: world.roots, now, ...changes });
}

/** `state level code` of it, for tables. */
export const said = ({ state, level, code }: LevelFinding): string => `${state} ${level} ${code}`;

/** The valid signatures of other slots, to be carried. */
export async function signaturesOf(xml: Uint8Array, slots: readonly SlotId[]): Promise<ValidSignature[]> {
  const doc = scanCanonical(xml);
  const found: ValidSignature[] = [];
  for (const slot of slots) {
    const element = doc.byId.get(`sig-${slot}`);
    const finding = element && (await verifySignature(nodeCrypto, doc, element));
    if (!finding?.valid) throw new Error(`${slot} does not hold`);
    found.push(finding);
  }
  return found;
}
