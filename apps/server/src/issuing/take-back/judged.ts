import { decodeLeaf, type Leaf, LedgerError, leafHash, parseProofFile, readReceipt } from '@hocba/ledger';
import { type ReadRecord, RecordReadError, readSignedFile } from '@hocba/record';
import { nodeCrypto } from '@hocba/signature/node';
import { verifyPades } from '@hocba/signature/pades';
import { decide, type FileVerdict, type Trust, verifyFile } from '@hocba/verify';
import { CanonicalXmlError } from '@hocba/xml';
import { Refusal } from '../../refusal.ts';
import { RecordUntrusted, type VerifiedSigned, verifySigned } from '../../signing/slots/verify-slots.ts';
import { isPrintOf } from '../delivery/deliver.ts';
import { coreOf } from '../issue/core.ts';
import { type SchoolHead, schoolOf } from '../issue/school-head.ts';
import { ed25519, KeyError, sha256 } from '../log/keys.ts';
import { NOTHING_SHOWN } from '../prints/sign-prints.ts';
import type { StatusDeps } from '../status/status.ts';
import { storeTrust } from '../trust/bundle.ts';
import { refuse, TakeBackError } from './refused.ts';

/** Who froze or sealed a record that was taken back: nobody knows. */
export const UNKNOWN_STAFF = '00000000-0000-0000-0000-000000000000';

/** What a family holds of one record. */
export interface FamilyFiles {
  readonly xml: Uint8Array;
  readonly proof: Uint8Array;
  /** Prints that came along: by the own one that the school has signed the public page is found under the address that stands on paper. */
  readonly prints?: readonly Uint8Array[];
}

/** A record that everybody's verifier holds genuine by what this store believes. */
export interface JudgedRecord {
  readonly school: SchoolHead & { readonly schoolId: string };
  readonly read: ReadRecord;
  readonly verified: VerifiedSigned;
  readonly salt: Uint8Array;
  readonly core: Uint8Array;
  readonly leaf: Uint8Array;
  readonly leafHash: Uint8Array;
  readonly decoded: Leaf;
  readonly index: number;
  /** The signed print, where a good one came along. */
  readonly print: GoodPrint | null;
}

export interface GoodPrint {
  readonly pdf: Uint8Array;
  /** Of the seal that signed it. */
  readonly certificate: Uint8Array;
  /** How many timestamps stand in it, and when it was first dated: then it was stored. */
  readonly timestamps: number;
  readonly datedAt: Date;
}

/**
 * Holds a family's record against all that its school's bundle says: document, signatures, certificates, time, leaf and seal. Whether it is still in
 * force is asked of the log itself, since a status may be of another day.
 * @throws TakeBackError
 */
export async function judgeFamilyFiles(deps: StatusDeps, files: FamilyFiles): Promise<JudgedRecord> {
  const read = recordIn(files.xml);
  const school = await schoolOfCode(deps, read.doc.school.code);
  const trust = await storeTrust(deps, school).catch((error: unknown) => {
    // No log of it was ever made here, or its key is gone.
    if (error instanceof Refusal || error instanceof KeyError) return refuse('not-in-this-log');
    throw error;
  });
  if (trust === null) return refuse('trust-missing');
  const ports = { crypto: nodeCrypto, ed25519, now: () => deps.now() };
  const found = await verifyFile({ name: 'hoc-ba.xml', bytes: files.xml, proof: files.proof }, trust, ports);
  // A training school vouches for its seals itself: what it lost with its store makes no record false.
  if (school.training && !holds(found) && holds(found, 'seal-not-registered'))
    return refuse('certificate-missing');
  if (!holds(found)) return refuse('not-genuine', found);
  const slotTrust = { crypto: nodeCrypto, roots: trust.roots, training: school.training, now: deps.now() };
  const verified = await verifySigned(slotTrust, files.xml).catch((error: unknown) => {
    throw error instanceof RecordUntrusted ? new TakeBackError('not-genuine', found) : error;
  });
  const { salt, leaf } = receiptIn(files.proof);
  const own = files.prints?.find((pdf) => isPrintOf(pdf, read.doc.uuid));
  const print = own === undefined ? null : await goodPrint(own, found, trust, deps.now());
  return {
    school,
    read,
    verified,
    salt,
    core: coreOf(verified, salt),
    leaf,
    leafHash: leafHash(sha256, leaf),
    decoded: decodeLeaf(leaf),
    index: found.leafIndex ?? -1,
    print,
  };
}

function recordIn(xml: Uint8Array): ReadRecord {
  try {
    const file = readSignedFile(xml);
    return file.kind === 'record' ? file.read : refuse('not-a-record');
  } catch (error) {
    if (error instanceof RecordReadError || error instanceof CanonicalXmlError) return refuse('not-a-record');
    throw error;
  }
}

async function schoolOfCode({ db }: StatusDeps, code: string): Promise<JudgedRecord['school']> {
  const row = await db.selectFrom('school').select('school_id').where('code', '=', code).executeTakeFirst();
  if (row === undefined) return refuse('school-unknown');
  return { schoolId: row.school_id, ...(await schoolOf(db, row.school_id)) };
}

/** Green, or what a training record has for green, but for a status and for witnesses: the log here is asked itself. */
function holds({ fragments, record }: FileVerdict, butFor?: string): boolean {
  const asked = fragments.map((one) => {
    if (one.code === butFor) return { ...one, state: 'valid', code: 'registered' } as typeof one;
    return (one.name === 'status' || one.name === 'witness') && one.state === 'not-checked'
      ? ({ ...one, state: 'valid', code: one.name === 'status' ? 'current' : 'met' } as typeof one)
      : one;
  });
  return record !== undefined && ['genuine', 'recalled', 'replaced'].includes(decide(asked, false, false));
}

function receiptIn(proof: Uint8Array): ReturnType<typeof readReceipt> {
  try {
    return readReceipt(parseProofFile(proof).extra ?? new Uint8Array());
  } catch (error) {
    if (error instanceof LedgerError) return refuse('not-genuine');
    throw error;
  }
}

/** A print counts where the school's signature covers all of it and the record in it is this one. */
async function goodPrint(
  pdf: Uint8Array,
  { leafIndex, record }: FileVerdict,
  trust: Trust,
  now: Date,
): Promise<GoodPrint | null> {
  const ports = { crypto: nodeCrypto, ed25519, now: () => now };
  const found = await verifyFile({ name: 'hoc-ba.pdf', bytes: pdf }, trust, ports);
  const valid = found.fragments.some(({ name, state }) => name === 'print' && state === 'valid');
  const same = found.leafIndex === leafIndex && found.record?.uuid === record?.uuid;
  if (!valid || !same || !holds(found)) return null;
  const signed = await verifyPades(nodeCrypto, pdf, {
    roots: trust.roots,
    now,
    lookOf: () => NOTHING_SHOWN,
  });
  const [signature] = signed.signatures;
  if (signed.state !== 'valid' || signature === undefined) return null;
  return {
    pdf,
    certificate: signature.certificate.der,
    timestamps: signed.times.length + (signed.level === 'B' ? 0 : 1),
    datedAt: signed.times[0]?.time ?? signature.provenAt ?? signature.claimedAt,
  };
}
