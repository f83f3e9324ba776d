import { isClassTable } from '@hocba/record';
import type { FileToVerify } from '../file-verdict.ts';

export interface Beside {
  /** Every file that is no proof, with the proof of the same name and the class tables that lay beside it. */
  readonly files: readonly FileToVerify[];
  /** Proofs without a record: they prove nothing by themselves. */
  readonly alone: readonly string[];
}

/** Whether a file of that name is the proof of another one. */
export const isProof = (name: string): boolean => name.toLowerCase().endsWith('.tlog-proof');
/** Composed: a Mac, and what it packs, spells a name's accents apart. */
const stem = (name: string): string =>
  name
    .replace(/\.[^./]*$/, '')
    .normalize('NFC')
    .toLowerCase();

/** Whether a file of the one name is the proof of the XML of the other, folders included. */
export const isProofOf = (proof: string, record: string): boolean =>
  isProof(proof) && !/\.pdf$/i.test(record) && stem(proof) === stem(record);

/**
 * What came together belongs together by its names, folders included: a proof to the XML of the same name. Of one XML and
 * one proof, they belong together anyway.
 */
export function besideEachOther(came: readonly Pick<FileToVerify, 'name' | 'bytes'>[]): Beside {
  const proofs = came.filter(({ name }) => isProof(name));
  const records = came.filter(({ name }) => !isProof(name));
  const used = new Set<string>();
  const files = records.map(({ name, bytes }): FileToVerify => {
    const only = records.length === 1 && proofs.length === 1 ? proofs[0] : undefined;
    // A PDF carries its own; a proof of its name is the XML's beside it.
    const own = proofs.find((proof) => isProofOf(proof.name, name));
    const proof = own ?? only;
    if (proof !== undefined) used.add(proof.name);
    return { name, bytes, ...(proof === undefined ? {} : { proof: proof.bytes }) };
  });
  const tables = files.filter(({ bytes }) => isClassTable(bytes));
  return {
    files: tables.length === 0 ? files : files.map((file) => ({ ...file, tables })),
    alone: proofs.map(({ name }) => name).filter((name) => !used.has(name)),
  };
}

/** By its first bytes: PKWARE APPNOTE 6.3.10 §4.3.7; an empty one has the end record alone (§4.3.16). */
export function isArchive(bytes: Uint8Array): boolean {
  const [p, k, a, b] = bytes;
  return p === 0x50 && k === 0x4b && ((a === 3 && b === 4) || (a === 5 && b === 6));
}
