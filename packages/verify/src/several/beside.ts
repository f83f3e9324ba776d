import { isClassTable } from '@hocba/record';
import { headOf } from '../as-it-came/on-its-way.ts';
import { isListProof } from '../issuance/class-list.ts';
import type { FileToVerify } from '../verdict/file-verdict.ts';

export interface Beside {
  /** Every file that is no proof, with the proof of the same name and the class tables that lay beside it. */
  readonly files: readonly FileToVerify[];
  /** Proofs without a record: they prove nothing by themselves. */
  readonly alone: readonly string[];
  /** Proofs of class lists beside records, by the names that they came under. */
  readonly lists: readonly Pick<FileToVerify, 'name' | 'bytes'>[];
}

/** How names end of what is read here: records, archives of them, and proofs. */
export const READ_ENDINGS = ['.xml', '.pdf', '.zip', '.tlog-proof'] as const;
/** Whether a file that was found in a folder may be one of these. */
export const mayBeRead = (name: string): boolean =>
  READ_ENDINGS.some((ending) =>
    name
      .toLowerCase()
      .replace(/\.txt$/, '')
      .endsWith(ending),
  );

/** Whether a file of that name is the proof of another one. */
export const isProof = (name: string): boolean => name.toLowerCase().endsWith('.tlog-proof');
/** Composed: a Mac, and what it packs, spells a name's accents apart. */
const stem = (name: string): string =>
  name
    .replace(/\.[^./]*$/, '')
    .normalize('NFC')
    .toLowerCase();

/** Whether a file of the one name is the proof of the XML of the other, folders included. */
const isProofOf = (proof: string, record: string): boolean =>
  isProof(proof) && !/\.pdf$/i.test(record) && stem(proof) === stem(record);

/** Without the number that a browser puts behind a name that it has saved before: `a (1)`. */
const unnumbered = (name: string): string => stem(name).replace(/ ?\(\d{1,3}\)$/, '');

/**
 * The proof of a record among the names that came together: the one of the same name. Else the one that a browser has numbered, or whose
 * record it has, where both are the only ones of that name that are still without the other: between two of them nobody could choose.
 *
 * @param names of all that came, proofs and records
 */
export function proofAmong(record: string, names: readonly string[]): string | undefined {
  const proofs = names.filter(isProof);
  const own = proofs.find((proof) => isProofOf(proof, record));
  // A PDF carries its own; a proof of its name is the XML's beside it.
  if (own !== undefined || /\.pdf$/i.test(record)) return own;
  const records = names.filter((name) => !isProof(name) && !/\.pdf$/i.test(name));
  const like = unnumbered(record);
  const without = (all: readonly string[], others: readonly string[]): string[] => {
    const taken = new Set(others.map(stem));
    return all.filter((name) => unnumbered(name) === like && !taken.has(stem(name)));
  };
  const freeProofs = without(proofs, records);
  const freeRecords = without(records, proofs);
  return freeRecords.length === 1 && freeProofs.length === 1 ? freeProofs[0] : undefined;
}

/** What every proof begins with (c2sp.org/tlog-proof). */
const PROOF_HEAD = 'c2sp.org/tlog-proof@';

/** The name that a proof would have: phones and mail put another ending behind one that they do not know, or take it off. */
function nameAsProof({ name, bytes }: Pick<FileToVerify, 'name' | 'bytes'>): string {
  if (isProof(name) || !headOf(bytes).startsWith(PROOF_HEAD)) return name;
  const bare = name.replace(/\.(?:txt|bin|dat|text)$/i, '');
  return isProof(bare) ? bare : `${bare}.tlog-proof`;
}

/**
 * What came together belongs together by its names, folders included: a proof to the XML of the same name. Of one XML and
 * one proof, they belong together anyway. A proof is known by what it begins with where its name does not tell.
 */
export function besideEachOther(given: readonly Pick<FileToVerify, 'name' | 'bytes'>[]): Beside {
  const came = given.map((one) => ({ ...one, name: nameAsProof(one), cameAs: one.name }));
  const [lists, others] = apart(came, ({ name, bytes }) => isProof(name) && isListProof(bytes));
  const [proofs, records] = apart(others, ({ name }) => isProof(name));
  const names = others.map(({ name }) => name);
  const used = new Set<string>();
  const files = records.map(({ name, bytes }): FileToVerify => {
    const only = records.length === 1 && proofs.length === 1 ? proofs[0] : undefined;
    const own = proofAmong(name, names);
    const proof = proofs.find((one) => one.name === own) ?? only;
    if (proof !== undefined) used.add(proof.name);
    return { name, bytes, ...(proof === undefined ? {} : { proof: proof.bytes }) };
  });
  const tables = files.filter(({ bytes }) => isClassTable(bytes));
  const beside = {
    ...(tables.length === 0 ? {} : { tables }),
    ...(lists.length === 0 ? {} : { lists: lists.map(({ bytes }) => bytes) }),
  };
  const unused = proofs.filter(({ name }) => !used.has(name));
  return {
    files: files.map((file) => ({ ...file, ...beside })),
    alone: (records.length === 0 ? [...unused, ...lists] : unused).map(({ cameAs }) => cameAs),
    lists: records.length === 0 ? [] : lists.map(({ cameAs, bytes }) => ({ name: cameAs, bytes })),
  };
}

function apart<T>(all: readonly T[], is: (one: T) => boolean): readonly [T[], T[]] {
  return [all.filter(is), all.filter((one) => !is(one))];
}
