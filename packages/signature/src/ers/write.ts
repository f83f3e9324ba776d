import type { HashAlgorithm } from '../algorithms.ts';
import { joinBytes } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import { type ObtainOptions, obtainTimestamp } from '../time/obtain.ts';
import { type ReducedTree, reducedTrees } from './hash-tree.ts';
import { type EvidenceRecord, readEvidenceRecord, writeEvidenceRecord, writeSequence } from './record.ts';

/**
 * Evidence Records (RFC 4998) over records of many pupils, one for each record and one token for all: the way through a
 * change of hash, and out of dating a whole archive file by file. Nothing of the records themselves is touched, and one
 * pupil's evidence says of the others no more than hashes.
 */
export type EvidenceServices = Omit<ObtainOptions, 'hash'>;

async function stamped(
  crypto: CryptoPort,
  { below }: ReducedTree,
  hash: HashAlgorithm,
  services: EvidenceServices,
): Promise<Uint8Array> {
  return (await obtainTimestamp(crypto, below, { ...services, hash })).token;
}

/** An EvidenceRecord (DER) for each record, in their order. Throws TimestampError, RangeError for no records. */
export async function writeEvidence(
  crypto: CryptoPort,
  records: readonly Uint8Array[],
  hash: HashAlgorithm,
  services: EvidenceServices,
): Promise<Uint8Array[]> {
  const trees = reducedTrees(crypto, hash, records);
  const token = await stamped(crypto, trees, hash, services);
  return trees.groups.map((reducedTree) => writeEvidenceRecord({ chains: [[{ hash, reducedTree, token }]] }));
}

/**
 * Timestamp renewal (RFC 4998 §5.2), before the authority's certificate ends: one new token over the newest tokens of
 * all that are given. They must be of the same hash. Throws DerError, TimestampError, RangeError.
 * @param records new records that the same token dates
 * @returns the evidence renewed, in its order, then that of the records
 */
export async function renewEvidence(
  crypto: CryptoPort,
  evidence: readonly Uint8Array[],
  services: EvidenceServices,
  records: readonly Uint8Array[] = [],
): Promise<Uint8Array[]> {
  const read = evidence.map(readEvidenceRecord);
  const newest = read.map(newestOf);
  const hash = newest[0]?.hash;
  if (hash === undefined || newest.some((stamp) => stamp.hash !== hash))
    throw new RangeError('evidence of several hashes is renewed apart');
  const trees = reducedTrees(crypto, hash, [...newest.map(({ token }) => token), ...records]);
  const token = await stamped(crypto, trees, hash, services);
  const renewed = read.map(({ chains }, n) => {
    const chain = [...(chains.at(-1) ?? []), { hash, reducedTree: trees.groups[n] ?? [], token }];
    return writeEvidenceRecord({ chains: [...chains.slice(0, -1), chain] });
  });
  const made = records.map((_, n) => {
    const reducedTree = trees.groups[read.length + n] ?? [];
    return writeEvidenceRecord({ chains: [[{ hash, reducedTree, token }]] });
  });
  return [...renewed, ...made];
}

/**
 * Hash-tree renewal (RFC 4998 §5.2), before the old hash falls: a new chain of the new hash over each record together
 * with all that its evidence is so far. Throws DerError, TimestampError, RangeError.
 */
export async function changeEvidenceHash(
  crypto: CryptoPort,
  items: readonly { readonly record: Uint8Array; readonly evidence: Uint8Array }[],
  hash: HashAlgorithm,
  services: EvidenceServices,
): Promise<Uint8Array[]> {
  const read = items.map(({ evidence }) => readEvidenceRecord(evidence));
  const messages = items.map(({ record }, n) => rehashed(crypto, hash, record, read[n] ?? { chains: [] }));
  const trees = reducedTrees(crypto, hash, messages);
  const token = await stamped(crypto, trees, hash, services);
  return read.map(({ chains }, n) =>
    writeEvidenceRecord({ chains: [...chains, [{ hash, reducedTree: trees.groups[n] ?? [], token }]] }),
  );
}

/** What the first leaf of a later chain is the hash of: the record's hash, then that of the chains before it. */
export const rehashed = (
  crypto: CryptoPort,
  hash: HashAlgorithm,
  record: Uint8Array,
  before: EvidenceRecord,
): Uint8Array => joinBytes(crypto[hash](record), crypto[hash](writeSequence(before)));

/** The hash that the newest timestamp of an EvidenceRecord relies on. Throws DerError. */
export function evidenceHash(evidence: Uint8Array): HashAlgorithm {
  return newestOf(readEvidenceRecord(evidence)).hash;
}

function newestOf({ chains }: EvidenceRecord) {
  const stamp = chains.at(-1)?.at(-1);
  if (stamp === undefined) throw new RangeError('evidence without a timestamp');
  return stamp;
}
