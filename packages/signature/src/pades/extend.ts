import type { CryptoPort } from '../crypto/crypto-port.ts';
import type { ValidationData } from '../properties/unsigned-properties.ts';
import { NO_MATERIAL } from '../revocation/material.ts';
import { parseTimestampToken } from '../time/token.ts';
import { parseCertificate } from '../x509/certificate.ts';
import {
  authorities,
  authoritySubject,
  dated,
  ExtensionError,
  type ExtensionServices,
  gathered,
  without,
} from '../xades/extend.ts';
import { appendStore } from './dss.ts';
import { PadesError } from './error.ts';
import { appendField, signedBytes, UNSEEN, withValue } from './field.ts';
import { type ReadUpdate, readUpdates } from './revisions.ts';
import { openPdf, pagesOf } from './source.ts';
import { readPadesValue } from './value.ts';

/** Octets kept for a document timestamp's token. */
const ROOM = 8_192;

/**
 * Brings a signed PDF of ours to LT (validation data of every signature and its authority) or LTA (a document timestamp
 * over all of it), nothing that stands changed; each signature must have its timestamp. For a file at LTA, `LTA` adds
 * data about the last authority and dates all anew (renewal). Each token and answer is verified before it is put in.
 * Throws PadesError, ExtensionError, TimestampError; what the ports throw goes through.
 */
export async function extendPades(
  crypto: CryptoPort,
  pdf: Uint8Array,
  level: 'LT' | 'LTA',
  services: ExtensionServices,
): Promise<Uint8Array> {
  const source = openPdf(pdf);
  const updates = readUpdates(source);
  if (!updates.some(({ kind }) => kind === 'signature')) throw new PadesError('not-signed');
  const stores = updates.some(({ kind }) => kind === 'store');
  if (level === 'LT' && stores) throw new ExtensionError('already-there');
  const carried = carriedData(updates);
  const all = await neededData(crypto, updates, carried, services);
  const missing = without(all, carried);
  const none = missing.certificates.length + missing.ocsp.length + missing.crls.length === 0;
  const bytes = none ? pdf : appendStore(source, missing);
  return level === 'LT' ? bytes : withTimestamp(crypto, bytes, await timesIn(crypto, updates), services);
}

function carriedData(updates: readonly ReadUpdate[]): ValidationData {
  const data = updates.flatMap((update) => (update.kind === 'store' ? [update.data] : []));
  return {
    certificates: data.flatMap(({ certificates }) => certificates),
    ocsp: data.flatMap(({ ocsp }) => ocsp),
    crls: data.flatMap(({ crls }) => crls),
  };
}

/** What is carried, and what the signatures and their authorities still lack; for a dated file, the last authority. */
async function neededData(
  crypto: CryptoPort,
  updates: readonly ReadUpdate[],
  carried: ValidationData,
  services: ExtensionServices,
): Promise<ValidationData> {
  const archive = updates.findLast(({ kind }) => kind === 'timestamp');
  if (archive !== undefined && archive.kind !== 'store') {
    const subject = authoritySubject(archive.value, services);
    return gathered(crypto, subject, carried, services, authorities(services));
  }
  let data: ValidationData =
    carried.certificates.length === 0 ? { certificates: [], ...NO_MATERIAL } : carried;
  for (const update of updates) {
    if (update.kind !== 'signature') continue;
    const value = await readPadesValue(crypto, update);
    if (!value.valid) throw new ExtensionError('signature-invalid');
    if (value.timestamp === null) throw new ExtensionError('signature-invalid');
    const { time } = parseTimestampToken(value.timestamp);
    const { certificate, chain } = value;
    const subject = { certificate, between: chain, inPlace: chain, at: time, purpose: 'document' } as const;
    data = await gathered(crypto, subject, data, services, services.roots);
    data = await gathered(
      crypto,
      authoritySubject(value.timestamp, services),
      data,
      services,
      authorities(services),
    );
  }
  return data;
}

/** What the tokens of a file say of time. */
async function timesIn(crypto: CryptoPort, updates: readonly ReadUpdate[]): Promise<Date[]> {
  const times: Date[] = [];
  for (const update of updates) {
    if (update.kind === 'timestamp') times.push(parseTimestampToken(update.value).time);
    if (update.kind !== 'signature') continue;
    const value = await readPadesValue(crypto, update);
    if (value.valid && value.timestamp !== null) times.push(parseTimestampToken(value.timestamp).time);
  }
  return times;
}

/** The file with a document timestamp over all of it (EN 319 142-1 §5.4.3). */
async function withTimestamp(
  crypto: CryptoPort,
  pdf: Uint8Array,
  stated: readonly Date[],
  services: ExtensionServices,
): Promise<Uint8Array> {
  const source = openPdf(pdf);
  const page = pagesOf(source)[0];
  if (page === undefined) throw new PadesError('no-such-page');
  const field = appendField(source, {
    kind: 'timestamp',
    page,
    rect: UNSEEN,
    look: new Uint8Array(0),
    time: null,
    room: ROOM,
  });
  const token = await dated(crypto, services, signedBytes(field.pdf, field.range), stated);
  return withValue(field.pdf, field.range, token);
}

/**
 * By when a file at LTA must be dated anew: the first end among the certificates in its outermost document timestamp.
 * Null below LTA. Read from the bytes alone. Throws PadesError, DerError.
 */
export function padesRenewBeforeOf(pdf: Uint8Array): Date | null {
  const outermost = readUpdates(openPdf(pdf)).findLast(({ kind }) => kind === 'timestamp');
  if (outermost === undefined || outermost.kind === 'store') return null;
  const ends = parseTimestampToken(outermost.value).cms.certificates.map(
    (der) => parseCertificate(der).notAfter,
  );
  return ends.length === 0 ? null : new Date(Math.min(...ends.map((end) => end.getTime())));
}
