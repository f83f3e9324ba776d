import type { CryptoPort } from '../crypto/crypto-port.ts';
import { DerError } from '../der/read.ts';
import { instantOf } from '../markup/vocabulary.ts';
import type { ValidationData } from '../properties/unsigned-properties.ts';
import type { RevocationCode } from '../revocation/answer.ts';
import { NO_MATERIAL, type RevocationMaterial } from '../revocation/material.ts';
import { statusAt } from '../revocation/status.ts';
import { obtainTimestamp, type TimestampPort } from '../time/obtain.ts';
import { parseTimestampToken } from '../time/token.ts';
import type { Certificate } from '../x509/certificate.ts';
import { distinct, isAmong } from '../x509/distinct.ts';
import { knownCertificateOf } from '../x509/known.ts';
import { type PathCode, type PathPurpose, validatePathFor } from '../x509/path.ts';
import { type ValidSignature, verifySignature } from '../xmldsig/verify.ts';
import {
  appendArchiveTimestamp,
  appendSignatureTimestamp,
  appendTimestampData,
  appendValues,
  type OpenSignature,
  openSignature,
} from './append.ts';
import { joinMaterial } from './evidence.ts';
import type { Level } from './level.ts';
import { SKEW } from './prove-times.ts';
import { archiveTimestampMessage, signatureTimestampMessage } from './timestamped.ts';
import { hasSigned } from './verify-level.ts';

/** Obtains answers about a certificate of `issuer`, from a responder, a list or a cache: one or more, DER. */
export type RevocationPort = (certificate: Certificate, issuer: Certificate) => Promise<RevocationMaterial>;

export interface ExtensionServices {
  readonly timestamp: TimestampPort;
  readonly revocation: RevocationPort;
  /** Fresh random octets for one request, 8 to 32. */
  readonly nonce: () => Uint8Array;
  readonly now: () => Date;
  readonly roots: readonly Certificate[];
  readonly authorityRoots?: readonly Certificate[];
  /** Valid signatures whose validation data are to be carried as well: earlier ones, whose values this one signed. */
  readonly carries?: readonly ValidSignature[];
}

/** Why a signature did not reach its level. */
export type ExtensionCode =
  | 'signature-invalid'
  | 'no-path'
  /** A signer's certificate, or one above it. */
  | 'revoked'
  /** That of the authority which gave the time. */
  | 'authority-revoked'
  | 'status-unknown'
  /** What stands states a time that has not come: a timestamp of now would contradict it for ever. */
  | 'clock-behind'
  | 'already-there';

export class ExtensionError extends Error {
  readonly code: ExtensionCode;
  readonly detail: PathCode | RevocationCode | undefined;

  constructor(code: ExtensionCode, detail?: PathCode | RevocationCode) {
    super(`not extended: ${code}`);
    this.name = 'ExtensionError';
    this.code = code;
    this.detail = detail;
  }
}

/**
 * Brings the signature of a slot to a level, through those below it that are missing: document bytes in, document
 * bytes out, with nothing that stands changed. Each token and answer is verified before it is put in. For a signature
 * at LTA, `LTA` adds a layer: data about the last authority, and a new archive timestamp (renewal).
 * Throws ExtensionError, AppendError, TimestampError; what the ports throw goes through.
 */
export async function extendSignature(
  crypto: CryptoPort,
  xml: Uint8Array,
  slotId: string,
  level: Exclude<Level, 'B'>,
  services: ExtensionServices,
): Promise<Uint8Array> {
  let open = openSignature(xml, slotId);
  const signature = await verifySignature(crypto, open.doc, open.element);
  if (!signature.valid) throw new ExtensionError('signature-invalid');
  const { signatureTimestamp, values } = open.unsigned;
  if (signatureTimestamp === null) {
    const signed = [signature, ...(services.carries ?? [])].map(({ signingTime }) => instantOf(signingTime));
    const token = await dated(crypto, services, signatureTimestampMessage(open.doc, open.element), signed);
    const bytes = appendSignatureTimestamp(open, token);
    if (level === 'T') return bytes;
    open = openSignature(bytes, slotId);
  } else if (level === 'T') throw new ExtensionError('already-there');
  if (values === null) {
    const bytes = await withValues(crypto, open, signature, services);
    if (level === 'LT') return bytes;
    open = openSignature(bytes, slotId);
  } else if (level === 'LT') throw new ExtensionError('already-there');
  open = await withAuthorityData(crypto, open, services);
  const before = stampsOf(open).map((token) => readToken(token).time);
  const message = archiveTimestampMessage(open.doc, open.element);
  return appendArchiveTimestamp(open, await dated(crypto, services, message, before));
}

/** Tokens of a signature, the first one first. */
const stampsOf = ({ unsigned: { signatureTimestamp, layers } }: OpenSignature): Uint8Array[] =>
  [signatureTimestamp, ...layers.map(({ archive }) => archive)].flatMap((stamp) => stamp?.token ?? []);

/** A token that is not older than what it dates, as far as that states a time. */
export async function dated(
  crypto: CryptoPort,
  {
    timestamp: port,
    nonce,
    now,
    roots,
    authorityRoots,
  }: Pick<ExtensionServices, 'timestamp' | 'nonce' | 'now' | 'roots' | 'authorityRoots'>,
  message: Uint8Array | readonly Uint8Array[],
  stated: readonly (Date | null)[],
): Promise<Uint8Array> {
  const isBehind = (at: Date): boolean =>
    stated.some((one) => one !== null && one.getTime() > at.getTime() + SKEW);
  // Seen before anybody is asked: a token may cost money.
  if (isBehind(now())) throw new ExtensionError('clock-behind');
  const options = { port, nonce: nonce(), roots: authorityRoots ?? roots };
  const { token, finding } = await obtainTimestamp(crypto, message, options);
  if (isBehind(finding.time)) throw new ExtensionError('clock-behind');
  return token;
}

async function withValues(
  crypto: CryptoPort,
  open: OpenSignature,
  signature: ValidSignature,
  services: ExtensionServices,
): Promise<Uint8Array> {
  const token = open.unsigned.signatureTimestamp?.token ?? new Uint8Array();
  const { time } = readToken(token);
  let signer: ValidationData = { certificates: [], ...NO_MATERIAL };
  const others = (services.carries ?? []).filter((other) => hasSigned(signature, other));
  for (const { certificate, chain } of [signature, ...others]) {
    const subject = { certificate, between: chain, inPlace: chain, at: time, purpose: 'document' } as const;
    signer = await gathered(crypto, subject, signer, services, services.roots);
  }
  const all = await gathered(
    crypto,
    authoritySubject(token, services),
    signer,
    services,
    authorities(services),
  );
  return appendValues(open, signer, without(all, signer));
}

/** With what the last timestamp's authority still lacks to be good as of now, if it lacks anything. */
async function withAuthorityData(
  crypto: CryptoPort,
  open: OpenSignature,
  services: ExtensionServices,
): Promise<OpenSignature> {
  const { values, layers } = open.unsigned;
  const data = [values, ...layers.map(({ data }) => data)].filter((d) => d !== null);
  const carried: ValidationData = {
    certificates: data.flatMap(({ certificates }) => certificates),
    ocsp: data.flatMap(({ ocsp }) => ocsp),
    crls: data.flatMap(({ crls }) => crls),
  };
  const subject = authoritySubject(stampsOf(open).at(-1) ?? new Uint8Array(), services);
  const all = await gathered(crypto, subject, carried, services, authorities(services));
  const missing = without(all, carried);
  const none = missing.certificates.length + missing.ocsp.length + missing.crls.length === 0;
  return none ? open : openSignature(appendTimestampData(open, missing), open.slotId);
}

export const authorities = ({ authorityRoots, roots }: ExtensionServices): readonly Certificate[] =>
  authorityRoots ?? roots;

function readToken(der: Uint8Array) {
  try {
    return parseTimestampToken(der);
  } catch (error) {
    throw error instanceof DerError ? new ExtensionError('signature-invalid') : error;
  }
}

interface Subject {
  readonly certificate: Certificate;
  readonly between: readonly Certificate[];
  /** Certificates that stand in the signature or the token and need not be repeated. */
  readonly inPlace: readonly Certificate[];
  readonly at: Date;
  readonly purpose: PathPurpose;
}

/** The authority behind a token, as of now: what dates the token next must find it good. */
export function authoritySubject(der: Uint8Array, { now }: ExtensionServices): Subject {
  const token = readToken(der);
  const inPlace = token.cms.certificates.map(knownCertificateOf);
  const certificate = inPlace.find(({ basicConstraints }) => basicConstraints?.ca !== true);
  if (certificate === undefined) throw new ExtensionError('no-path');
  return { certificate, between: inPlace, inPlace, at: now(), purpose: 'time-stamp' };
}

/** `known` with what a subject's path needs beyond it: roots, and a good answer for every certificate below them. */
export async function gathered(
  crypto: CryptoPort,
  { certificate, between, inPlace, at, purpose }: Subject,
  known: ValidationData,
  { revocation, now }: ExtensionServices,
  roots: readonly Certificate[],
): Promise<ValidationData> {
  const others = distinct(between).filter((c) => c !== certificate && !isAmong(roots, c));
  const { valid, code, path } = await validatePathFor(crypto, purpose, certificate, others, roots, at);
  if (!valid) throw new ExtensionError('no-path', code);
  let { ocsp, crls } = known;
  for (const [n, subject] of path.entries()) {
    const issuer = path[n + 1];
    if (issuer === undefined) break;
    const question = { certificate: subject, issuer, at, existed: now() };
    let status = await statusAt(crypto, { ocsp, crls }, question);
    if (status.state === 'unknown') {
      const fresh = await revocation(subject, issuer);
      status = await statusAt(crypto, fresh, { ...question, existed: now() });
      const used = status.state === 'good' ? status.answers.slice(0, 1) : [];
      ({ ocsp, crls } = joinMaterial(
        { ocsp, crls },
        {
          ocsp: used.filter(({ kind }) => kind === 'ocsp').map(({ der }) => der),
          crls: used.filter(({ kind }) => kind === 'crl').map(({ der }) => der),
        },
      ));
    }
    if (status.state === 'revoked')
      throw new ExtensionError(purpose === 'time-stamp' ? 'authority-revoked' : 'revoked');
    if (status.state === 'unknown') throw new ExtensionError('status-unknown', status.code);
  }
  const held = [...inPlace, ...known.certificates.map(knownCertificateOf)];
  const missing = path.filter((c) => !isAmong(held, c)).map(({ der }) => der);
  return { certificates: [...known.certificates, ...missing], ocsp, crls };
}

/** What is in `all` beyond `part`, which is its beginning. */
export const without = (all: ValidationData, part: ValidationData): ValidationData => ({
  certificates: all.certificates.slice(part.certificates.length),
  ocsp: all.ocsp.slice(part.ocsp.length),
  crls: all.crls.slice(part.crls.length),
});
