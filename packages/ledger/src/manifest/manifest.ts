import { framed, framedText, readFields, uint16Bytes, uint64Bytes } from '../encoding/byte-fields.ts';
import { concatBytes, equalBytes } from '../encoding/bytes.ts';
import { utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import { documentCommitment, SALT_LENGTH } from '../leaf/issued-core.ts';
import type { Sha256 } from '../ports.ts';
import { HASH_LENGTH, leafHash, merkleRoot } from '../tree/merkle.ts';

/** Why a pupil of the class has no issued record of the year. */
export type NoRecordReason =
  /** Moved to another school, which issues. */
  | 'transferred'
  /** Left school. */
  | 'left'
  | 'deceased'
  /** The result is not decided yet: training in summer, assessed again (TT 27/2020 Điều 11). */
  | 'undecided'
  /** Anything else; the note says what. */
  | 'other';

/** One pupil of the class: an issued record by its leaf, or none and why. */
export type ManifestEntry = {
  /** 32 secret random bytes of this entry, so that its place in the tree tells nothing. */
  readonly salt: Uint8Array;
  /** The pupil's identifier in the school, one spelling for ever. */
  readonly pupil: string;
} & (
  | { readonly state: 'issued'; readonly leafIndex: bigint; readonly leafHash: Uint8Array }
  | { readonly state: 'none'; readonly reason: NoRecordReason; readonly note: string }
);

/** Whose class it is. The path of one pupil carries this and the class's size, and nothing else of the others. */
export interface ManifestHead {
  /** Origin of the log in which the records are. */
  readonly origin: string;
  readonly school: string;
  /** `2025-2026` */
  readonly schoolYear: string;
  readonly classId: string;
}

/** All pupils of a class at the close of a year: who has a record, who has none. Homeroom teacher and school sign its head. */
export interface Manifest extends ManifestHead {
  /** In ascending order of the pupils' identifiers (by UTF-8 bytes), each once. */
  readonly entries: readonly ManifestEntry[];
}

export const MAX_MANIFEST_ENTRIES = 1024;
const MAX_TEXT = 256;
const MAX_NOTE = 1000;
const MAX_INDEX = BigInt(Number.MAX_SAFE_INTEGER);
const ENTRY_VERSION = 1;
const ISSUED = 1;
const NONE = 2;
const REASON_CODES: Readonly<Record<NoRecordReason, number>> = {
  transferred: 1,
  left: 2,
  deceased: 3,
  undecided: 4,
  other: 5,
};
const REASON_OF_CODE = new Map(
  Object.entries(REASON_CODES).map(([name, code]) => [code, name as NoRecordReason]),
);
const MAGIC = utf8('hocba.vn/manifest/v1\n');

export function refuseManifest(detail: string): never {
  throw new LedgerError('manifest-invalid', detail);
}

/** Text as it may stand in a manifest: NFC, no control or format character, no surrounding space. */
function checkText(text: string, limit: number, what: string): void {
  if (!text.isWellFormed() || text !== text.normalize('NFC') || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text))
    refuseManifest(what);
  if (text !== text.trim() || utf8(text).length > limit) refuseManifest(what);
}

/** @throws LedgerError 'manifest-invalid' */
export function checkManifestHead(head: ManifestHead): void {
  for (const [what, text] of [
    ['origin', head.origin],
    ['school', head.school],
    ['class', head.classId],
  ] as const) {
    checkText(text, MAX_TEXT, what);
    if (text === '' || /\s/.test(text)) refuseManifest(what);
  }
  const years = /^(\d{4})-(\d{4})$/.exec(head.schoolYear);
  if (years === null || Number(years[2]) !== Number(years[1]) + 1) refuseManifest('school year');
}

function checkEntry(entry: ManifestEntry): void {
  if (entry.salt.length !== SALT_LENGTH) refuseManifest('salt');
  checkText(entry.pupil, MAX_TEXT, 'pupil');
  if (entry.pupil === '' || /\s/.test(entry.pupil)) refuseManifest('pupil');
  if (entry.state === 'issued') {
    if (entry.leafIndex < 0n || entry.leafIndex > MAX_INDEX) refuseManifest('leaf index');
    if (entry.leafHash.length !== HASH_LENGTH) refuseManifest('leaf hash');
  } else if (entry.state === 'none') {
    if (!Object.hasOwn(REASON_CODES, entry.reason)) refuseManifest('reason');
    checkText(entry.note, MAX_NOTE, 'note');
    // A reason that says nothing by itself needs words, else a pupil could be left out without any.
    if (entry.reason === 'other' && entry.note === '') refuseManifest('no note');
  } else {
    refuseManifest('state');
  }
}

/**
 * Encodes one entry: `01 ‖ state u8 ‖ salt[32] ‖ pupil`, then `leafIndex u64 ‖ leafHash[32]` or `reason u8 ‖ note`; texts as UTF-8
 * after their length as uint16, numbers most significant byte first.
 * @throws LedgerError 'manifest-invalid'
 */
export function encodeManifestEntry(entry: ManifestEntry): Uint8Array {
  checkEntry(entry);
  const head = [
    Uint8Array.of(ENTRY_VERSION, entry.state === 'issued' ? ISSUED : NONE),
    entry.salt,
    framedText(entry.pupil),
  ];
  if (entry.state === 'none') {
    return concatBytes(...head, Uint8Array.of(REASON_CODES[entry.reason]), framedText(entry.note));
  }
  return concatBytes(...head, uint64Bytes(entry.leafIndex), entry.leafHash);
}

/** Decodes an entry strictly: exactly the bytes that `encodeManifestEntry` gives. @throws LedgerError 'manifest-invalid' */
export function decodeManifestEntry(bytes: Uint8Array): ManifestEntry {
  const reader = readFields(bytes, refuseManifest);
  if (reader.byte() !== ENTRY_VERSION) refuseManifest('entry version');
  const state = reader.byte();
  const base = { salt: reader.take(SALT_LENGTH), pupil: reader.text() };
  let entry: ManifestEntry;
  if (state === ISSUED) {
    entry = { ...base, state: 'issued', leafIndex: reader.uint64(), leafHash: reader.take(HASH_LENGTH) };
  } else if (state === NONE) {
    const reason = REASON_OF_CODE.get(reader.byte()) ?? refuseManifest('reason');
    entry = { ...base, state: 'none', reason, note: reader.text() };
  } else {
    refuseManifest('state');
  }
  reader.end();
  checkEntry(entry);
  return entry;
}

/** Whether `a` stands before `b` in a manifest: by UTF-8 bytes, the same in every language and database. */
function before(a: string, b: string): boolean {
  const [x, y] = [utf8(a), utf8(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    if (x[i] !== y[i]) return (x[i] ?? 0) < (y[i] ?? 0);
  }
  return x.length < y.length;
}

function checkManifest(manifest: Manifest): void {
  checkManifestHead(manifest);
  const { entries } = manifest;
  if (entries.length === 0 || entries.length > MAX_MANIFEST_ENTRIES) refuseManifest('size');
  const salts = new Set<string>();
  const leaves = new Set<bigint>();
  entries.forEach((entry, i) => {
    const last = entries[i - 1];
    if (last !== undefined && !before(last.pupil, entry.pupil)) refuseManifest('order');
    // The same salt twice is a broken random source; the same leaf twice gives one record to two pupils.
    const salt = String(entry.salt);
    if (salts.has(salt) || (entry.state === 'issued' && leaves.has(entry.leafIndex))) refuseManifest('twice');
    salts.add(salt);
    if (entry.state === 'issued') leaves.add(entry.leafIndex);
  });
}

/** Puts entries into the order of a manifest. */
export function sortManifestEntries(entries: readonly ManifestEntry[]): ManifestEntry[] {
  return [...entries].sort((a, b) => (before(a.pupil, b.pupil) ? -1 : before(b.pupil, a.pupil) ? 1 : 0));
}

/**
 * The whole manifest as the school keeps it: magic, origin, school, year, class, count u16, entries, each text and entry after its
 * length as uint16. It names pupils and never leaves the school; what is public is the commitment to its head.
 * @throws LedgerError 'manifest-invalid'
 */
export function encodeManifest(manifest: Manifest): Uint8Array {
  checkManifest(manifest);
  const { origin, school, schoolYear, classId, entries } = manifest;
  return concatBytes(
    MAGIC,
    ...[origin, school, schoolYear, classId].map(framedText),
    uint16Bytes(entries.length),
    ...entries.map((entry) => framed(encodeManifestEntry(entry))),
  );
}

/** Decodes a manifest strictly: exactly the bytes that `encodeManifest` gives. @throws LedgerError 'manifest-invalid' */
export function decodeManifest(bytes: Uint8Array): Manifest {
  const reader = readFields(bytes, refuseManifest);
  if (!equalBytes(reader.take(MAGIC.length), MAGIC)) refuseManifest('magic');
  const head = {
    origin: reader.text(),
    school: reader.text(),
    schoolYear: reader.text(),
    classId: reader.text(),
  };
  const count = reader.uint16();
  if (count > MAX_MANIFEST_ENTRIES) refuseManifest('size');
  const entries = Array.from({ length: count }, () => decodeManifestEntry(reader.framed()));
  reader.end();
  const manifest: Manifest = { ...head, entries };
  checkManifest(manifest);
  return manifest;
}

/** Hashes of the entries as leaves of the manifest's tree, in order. */
export function manifestLeaves(sha256: Sha256, manifest: Manifest): Uint8Array[] {
  checkManifest(manifest);
  return manifest.entries.map((entry) => leafHash(sha256, encodeManifestEntry(entry)));
}

/** The head with size and root: the words that are signed and committed to. */
export interface ManifestRoot extends ManifestHead {
  readonly size: number;
  readonly root: Uint8Array;
}

export function manifestRoot(sha256: Sha256, manifest: Manifest): ManifestRoot {
  const { origin, school, schoolYear, classId, entries } = manifest;
  const root = merkleRoot(sha256, manifestLeaves(sha256, manifest));
  return { origin, school, schoolYear, classId, size: entries.length, root };
}

/**
 * The document that homeroom teacher and school sign and the leaf commits to: magic, origin, school, year, class, size u16, root[32].
 * @throws LedgerError 'manifest-invalid'
 */
export function encodeManifestRoot(root: ManifestRoot): Uint8Array {
  checkManifestHead(root);
  if (!Number.isInteger(root.size) || root.size < 1 || root.size > MAX_MANIFEST_ENTRIES)
    refuseManifest('size');
  if (root.root.length !== HASH_LENGTH) refuseManifest('root');
  return concatBytes(
    utf8('hocba.vn/manifest-root/v1\n'),
    ...[root.origin, root.school, root.schoolYear, root.classId].map(framedText),
    uint16Bytes(root.size),
    root.root,
  );
}

/** Who signs a manifest. */
export type ManifestSigner = 'homeroomTeacher' | 'schoolSeal';

/**
 * The bytes that homeroom teacher and school sign: magic, who signs, when (as records are signed: `2026-05-28T20:14:05+07:00`), the
 * root's document. Its first line is of no XML, so that no signature over a record can be shown as one over a manifest.
 * @throws LedgerError 'manifest-invalid'
 */
export function manifestSignedBytes(
  root: ManifestRoot,
  signer: ManifestSigner,
  signingTime: string,
): Uint8Array {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}$/.test(signingTime))
    refuseManifest('signing time');
  return concatBytes(
    utf8('hocba.vn/manifest-signature/v1\n'),
    framedText(signer),
    framedText(signingTime),
    encodeManifestRoot(root),
  );
}

/**
 * Commitment of the leaf `manifest`.
 * @param salt 32 secret random bytes, kept with the manifest and carried by each pupil's path
 * @throws LedgerError 'manifest-invalid' | 'commitment-invalid'
 */
export function manifestCommitment(sha256: Sha256, root: ManifestRoot, salt: Uint8Array): Uint8Array {
  return documentCommitment(sha256, { kind: 'manifest', salt, digest: sha256(encodeManifestRoot(root)) });
}
