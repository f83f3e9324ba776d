import type { HashAlgorithm } from '../algorithms.ts';
import { sameBytes } from '../bytes.ts';
import {
  contentOf,
  DerError,
  DerMembers,
  type DerValue,
  encodingOf,
  readDer,
  smallInteger,
} from '../der/read.ts';
import { context, OCTET_STRING, SEQUENCE } from '../der/tags.ts';
import * as der from '../der/write.ts';
import { hashAlgorithm, readHashAlgorithm } from '../x509/signature-algorithm.ts';

/** One ArchiveTimeStamp (RFC 4998 §4.1). */
export interface ArchiveTimestamp {
  readonly hash: HashAlgorithm;
  /** From the leaf's group to the root's: the hashes of each group, in binary ascending order. Empty without a tree. */
  readonly reducedTree: readonly (readonly Uint8Array[])[];
  /** DER of the token, a ContentInfo. */
  readonly token: Uint8Array;
}

/** An EvidenceRecord: chains, each of one hash, the newest last; in each chain the newest timestamp last. */
export interface EvidenceRecord {
  readonly chains: readonly (readonly ArchiveTimestamp[])[];
}

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_ITEMS = 64;

/** ArchiveTimeStampSequence in DER; also what a change of hash digests. */
export const writeSequence = ({ chains }: EvidenceRecord): Uint8Array =>
  der.sequence(...chains.map((chain) => der.sequence(...chain.map(writeArchiveTimestamp))));

function writeArchiveTimestamp({ hash, reducedTree, token }: ArchiveTimestamp): Uint8Array {
  // The module has implicit tags: [0] takes the place of the AlgorithmIdentifier's own.
  const algorithm = der.encode(context(0, true), contentOf(readDer(hashAlgorithm(hash))));
  if (reducedTree.length === 0) return der.sequence(algorithm, token);
  const groups = reducedTree.map((group) => der.sequence(...group.map(der.octetString)));
  return der.sequence(algorithm, der.encode(context(2, true), ...groups), token);
}

/** DER of an EvidenceRecord, version 1, without crypto and encryption information. */
export function writeEvidenceRecord(record: EvidenceRecord): Uint8Array {
  const hashes = [...new Set(record.chains.flatMap((chain) => chain.map(({ hash }) => hash)))];
  return der.sequence(
    der.integer(Uint8Array.of(1)),
    der.sequence(...hashes.map(hashAlgorithm)),
    writeSequence(record),
  );
}

/** Reads exactly what `writeEvidenceRecord` makes: one spelling, SHA-256 or better, one hash in a chain. Throws DerError. */
export function readEvidenceRecord(bytes: Uint8Array): EvidenceRecord {
  if (bytes.length > MAX_BYTES) throw new DerError('trailing-bytes');
  const outer = new DerMembers(readDer(bytes), SEQUENCE);
  if (smallInteger(outer.next()) !== 1) throw new DerError('bad-integer');
  outer.next(SEQUENCE);
  const chains = listOf(outer.next()).map((chain) => listOf(chain).map(readArchiveTimestamp));
  outer.done();
  for (const chain of chains)
    if (chain.some(({ hash }) => hash !== chain[0]?.hash)) throw new DerError('unexpected-tag');
  const record = { chains };
  // The list of algorithms, and every length and order, follow from the rest.
  if (!sameBytes(writeEvidenceRecord(record), bytes)) throw new DerError('unexpected-tag');
  return record;
}

function listOf(value: DerValue): DerValue[] {
  const items = new DerMembers(value, SEQUENCE).rest(SEQUENCE);
  if (items.length === 0 || items.length > MAX_ITEMS) throw new DerError('trailing-bytes');
  return items;
}

function readArchiveTimestamp(value: DerValue): ArchiveTimestamp {
  const members = new DerMembers(value, SEQUENCE);
  const algorithm = members.next(context(0, true));
  const hash = readHashAlgorithm(readDer(der.sequence(contentOf(algorithm))));
  if (hash === null) throw new DerError('unexpected-tag');
  const tree = members.optional(context(2, true));
  const token = encodingOf(members.next(SEQUENCE));
  members.done();
  const groups = tree === undefined ? [] : new DerMembers(tree, context(2, true)).rest(SEQUENCE);
  if (groups.length > MAX_ITEMS) throw new DerError('trailing-bytes');
  const reducedTree = groups.map((group) =>
    new DerMembers(group, SEQUENCE).rest(OCTET_STRING).map(contentOf),
  );
  if (reducedTree.some((group, n) => group.length < (n === 0 ? 1 : 2))) throw new DerError('truncated');
  return { hash, reducedTree, token };
}
