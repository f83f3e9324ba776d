import { framedText, uint64Bytes } from '../encoding/byte-fields.ts';
import { concatBytes, equalBytes } from '../encoding/bytes.ts';
import { utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import { documentCommitment } from '../leaf/issued-core.ts';
import type { Sha256 } from '../ports.ts';
import { HASH_LENGTH, leafHash, merkleRoot } from '../tree/merkle.ts';
import { inclusionProof, verifyInclusion } from '../tree/proof.ts';
import type { ChainHead } from './hash-chain.ts';

/** Where the chain of each class of a school stood at the end of a day. */
export interface SchoolDay {
  readonly school: string;
  /** `2026-05-28`, in Vietnam. */
  readonly day: string;
  /** Every class with a chain (or another chain of the school under its own name), in ascending order of `classId` (by UTF-16 units; identifiers are ASCII), each once. */
  readonly classes: readonly ({ readonly classId: string } & ChainHead)[];
}

function refuse(detail: string): never {
  throw new LedgerError('act-invalid', detail);
}

function checkDay(day: SchoolDay): void {
  const time = Date.parse(`${day.day}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day.day) || Number.isNaN(time)) refuse('day');
  if (new Date(time).toISOString().slice(0, 10) !== day.day) refuse('day');
  for (const name of [day.school, ...day.classes.map((one) => one.classId)]) {
    if (!/^[\x21-\x7e]{1,200}$/.test(name)) refuse('school or class');
  }
  day.classes.forEach((one, i) => {
    const last = day.classes[i - 1];
    if (last !== undefined && last.classId >= one.classId) refuse('order');
    if (!Number.isSafeInteger(one.seq) || one.seq < 0 || one.hash.length !== HASH_LENGTH) refuse('head');
  });
}

function encodeHead(one: SchoolDay['classes'][number]): Uint8Array {
  return concatBytes(framedText(one.classId), uint64Bytes(BigInt(one.seq)), one.hash);
}

/** Merkle root over the heads of the classes, so that one class can be shown without the others. @throws LedgerError 'act-invalid' */
export function dailyRoot(sha256: Sha256, day: SchoolDay): Uint8Array {
  checkDay(day);
  return merkleRoot(
    sha256,
    day.classes.map((one) => leafHash(sha256, encodeHead(one))),
  );
}

/** The document behind a leaf `dailyRoot`: domain, school, day, number of classes u64, root[32]. */
function encodeDay(school: string, day: string, count: number, root: Uint8Array): Uint8Array {
  return concatBytes(
    utf8('hocba.vn/school-day/v1\n'),
    framedText(school),
    framedText(day),
    uint64Bytes(BigInt(count)),
    root,
  );
}

/**
 * Commitment of the leaf `dailyRoot`.
 * @param salt 32 secret random bytes, kept with the day
 * @throws LedgerError 'act-invalid' | 'commitment-invalid'
 */
export function dailyCommitment(sha256: Sha256, day: SchoolDay, salt: Uint8Array): Uint8Array {
  const document = encodeDay(day.school, day.day, day.classes.length, dailyRoot(sha256, day));
  return documentCommitment(sha256, { kind: 'dailyRoot', salt, digest: sha256(document) });
}

/** One class's head in a day's root. */
export interface ClassDay extends ChainHead {
  readonly school: string;
  readonly day: string;
  readonly classId: string;
  readonly salt: Uint8Array;
  readonly index: number;
  readonly count: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/** The part of a day that concerns one class. @throws LedgerError 'act-invalid' when the class is not in it */
export async function classDay(
  sha256: Sha256,
  day: SchoolDay,
  salt: Uint8Array,
  classId: string,
): Promise<ClassDay> {
  const root = dailyRoot(sha256, day);
  const leaves = day.classes.map((one) => leafHash(sha256, encodeHead(one)));
  const index = day.classes.findIndex((one) => one.classId === classId);
  const head = day.classes[index];
  if (head === undefined) refuse('no such class');
  const range = async (start: number, end: number) => merkleRoot(sha256, leaves.slice(start, end));
  const proof = await inclusionProof(range, index, leaves.length);
  return { school: day.school, day: day.day, ...head, salt, index, count: leaves.length, root, proof };
}

/**
 * Whether this is the head that a leaf `dailyRoot` committed to; it is then an anchor for `verifyChain`.
 * @param commitment of the leaf, whose place in the log is proven by itself
 */
export function verifyClassDay(sha256: Sha256, shown: ClassDay, commitment: Uint8Array): boolean {
  try {
    const { school, day, classId, seq, hash, salt, index, count, root, proof } = shown;
    checkDay({ school, day, classes: [{ classId, seq, hash }] });
    if (root.length !== HASH_LENGTH || !Number.isSafeInteger(count) || count < 1) return false;
    const digest = sha256(encodeDay(school, day, count, root));
    const expected = documentCommitment(sha256, { kind: 'dailyRoot', salt, digest });
    if (!equalBytes(expected, commitment)) return false;
    const leaf = leafHash(sha256, encodeHead({ classId, seq, hash }));
    return verifyInclusion(sha256, { leaf, index, size: count, root, proof });
  } catch (error) {
    if (error instanceof LedgerError) return false;
    throw error;
  }
}
