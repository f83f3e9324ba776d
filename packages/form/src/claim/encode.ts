import type { Grade, OverallResult, SubjectCode, SubjectLevel, TraitCode, TraitLevel } from '@hocba/record';
import { packBits, unpackBits } from './bits.ts';
import type { ClaimContent } from './content.ts';
import { dayNumber, dayOf } from './day.ts';
import { ClaimError } from './error.ts';

/**
 * Version 1 of the claim's bytes; never changed, a later version stands beside it.
 *
 * ```
 * 01 ‖ flags ‖ keyId[4] ‖ year u8 ‖ birth u16 ‖ issue u16 ‖ leafIndex u48 ‖ leafHash[16] ‖ levels[15] ‖ code ‖ name
 * ```
 *
 * flags: grade (3 bits), result (2), promoted, completed, training. year: first year of the school year, from 2000.
 * birth: days from 1990-01-01; issue: days from 2020-01-01. levels: 14 subjects × (level 2 bits, mark 4 bits), then 15 traits
 * × 2 bits, then zeros. code and name: a length of one byte, then ASCII, then UTF-8 in NFC.
 */
export interface ClaimBody {
  readonly content: ClaimContent;
  /** Which claim key signed: the first four bytes of its id. */
  readonly keyId: Uint8Array;
  readonly leafIndex: number;
  /** First 16 bytes of the hash of the record's leaf: which entry of the log is meant, and not only where. */
  readonly leafHash: Uint8Array;
}

const VERSION = 1;
export const KEY_ID_LENGTH = 4;
export const LEAF_HASH_LENGTH = 16;
const FIXED_LENGTH = 48;
const MAX_LEAF_INDEX = 2 ** 48 - 1;
const MAX_NAME_BYTES = 160;
const NO_MARK = 15;

/** The orders of version 1, written out: a later order of the form must not turn one mark into another. */
const SUBJECT_ORDER: readonly SubjectCode[] = [
  'TV',
  'TOAN',
  'NN1',
  'LSDL',
  'KH',
  'TH',
  'CN',
  'DD',
  'TNXH',
  'GDTC',
  'AN',
  'MT',
  'HDTN',
  'TDT',
];
const TRAIT_ORDER: readonly TraitCode[] = [
  'YEU_NUOC',
  'NHAN_AI',
  'CHAM_CHI',
  'TRUNG_THUC',
  'TRACH_NHIEM',
  'TU_CHU_TU_HOC',
  'GIAO_TIEP_HOP_TAC',
  'GIAI_QUYET_VAN_DE',
  'NGON_NGU',
  'TINH_TOAN',
  'KHOA_HOC',
  'CONG_NGHE',
  'TIN_HOC',
  'THAM_MI',
  'THE_CHAT',
];
const SUBJECT_LEVELS: readonly SubjectLevel[] = ['T', 'H', 'C'];
const TRAIT_LEVELS: readonly TraitLevel[] = ['T', 'Đ', 'C'];
const RESULTS: readonly OverallResult[] = ['HTXS', 'HTT', 'HT', 'CHT'];

/**
 * @returns the claim's bytes without its signature
 * @throws ClaimError `not-representable` for what version 1 has no room for
 */
export function encodeClaimBody({ content, keyId, leafIndex, leafHash }: ClaimBody): Uint8Array {
  if (keyId.length !== KEY_ID_LENGTH || leafHash.length !== LEAF_HASH_LENGTH)
    cannot('length of key id or leaf hash');
  if (!Number.isSafeInteger(leafIndex) || leafIndex < 0 || leafIndex > MAX_LEAF_INDEX) cannot('leaf index');
  const code = new TextEncoder().encode(content.schoolCode);
  const name = new TextEncoder().encode(content.fullName.normalize('NFC'));
  if (!/^[0-9A-Za-z.-]{1,32}$/.test(content.schoolCode)) cannot('school code');
  if (name.length === 0 || name.length > MAX_NAME_BYTES) cannot('length of the name');
  const out = new Uint8Array(FIXED_LENGTH + 2 + code.length + name.length);
  const view = new DataView(out.buffer);
  out[0] = VERSION;
  out.set(flagsOf(content), 1);
  out.set(keyId, 2);
  out[6] = schoolYearNumber(content.schoolYear);
  view.setUint16(7, dayNumber(content.birthDate, '1990-01-01'));
  view.setUint16(9, dayNumber(content.issueDate, '2020-01-01'));
  view.setUint16(11, Math.floor(leafIndex / 2 ** 32));
  view.setUint32(13, leafIndex % 2 ** 32);
  out.set(leafHash, 17);
  out.set(levelsOf(content), 33);
  out[FIXED_LENGTH] = code.length;
  out.set(code, FIXED_LENGTH + 1);
  out[FIXED_LENGTH + 1 + code.length] = name.length;
  out.set(name, FIXED_LENGTH + 2 + code.length);
  return out;
}

/**
 * Reads a claim's bytes strictly: exactly what `encodeClaimBody` gives, so that one content has one spelling.
 * @throws ClaimError `malformed`, `unknown-version`
 */
export function decodeClaimBody(bytes: Uint8Array): ClaimBody {
  if (bytes[0] !== VERSION) throw new ClaimError('unknown-version', 'first byte');
  if (bytes.length < FIXED_LENGTH + 4) throw new ClaimError('malformed', 'length');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const codeLength = view.getUint8(FIXED_LENGTH);
  const nameAt = FIXED_LENGTH + 1 + codeLength;
  if (nameAt >= bytes.length || nameAt + 1 + view.getUint8(nameAt) !== bytes.length) {
    throw new ClaimError('malformed', 'length');
  }
  const year = 2000 + view.getUint8(6);
  const body: ClaimBody = {
    content: {
      ...readFlags(view.getUint8(1)),
      fullName: textOf(bytes.subarray(nameAt + 1)),
      schoolCode: textOf(bytes.subarray(FIXED_LENGTH + 1, nameAt)),
      schoolYear: `${year}-${year + 1}`,
      birthDate: dayOf(view.getUint16(7), '1990-01-01'),
      issueDate: dayOf(view.getUint16(9), '2020-01-01'),
      ...readLevels(bytes.subarray(33, FIXED_LENGTH)),
    },
    keyId: bytes.slice(2, 6),
    leafIndex: view.getUint16(11) * 2 ** 32 + view.getUint32(13),
    leafHash: bytes.slice(17, 33),
  };
  const again = encodeOrNull(body);
  if (again === null || !again.every((byte, n) => byte === bytes[n]))
    throw new ClaimError('malformed', 'spelling');
  return body;
}

function encodeOrNull(body: ClaimBody): Uint8Array | null {
  try {
    return encodeClaimBody(body);
  } catch (error) {
    if (error instanceof ClaimError) return null;
    throw error;
  }
}

function flagsOf(content: ClaimContent): Uint8Array {
  return packBits([
    [content.grade, 3],
    [indexIn(RESULTS, content.result), 2],
    [content.promoted ? 1 : 0, 1],
    [content.completed ? 1 : 0, 1],
    [content.training ? 1 : 0, 1],
  ]);
}

function readFlags(
  flags: number,
): Pick<ClaimContent, 'grade' | 'result' | 'promoted' | 'completed' | 'training'> {
  const take = unpackBits(Uint8Array.of(flags));
  const grade = take(3);
  if (grade < 1 || grade > 5) throw new ClaimError('malformed', 'grade');
  return {
    grade: grade as Grade,
    result: RESULTS[take(2)] ?? 'CHT',
    promoted: take(1) === 1,
    completed: take(1) === 1,
    training: take(1) === 1,
  };
}

function levelsOf({ subjects, traits }: ClaimContent): Uint8Array {
  const fields: [number, number][] = [];
  for (const code of SUBJECT_ORDER) {
    const { level, mark } = subjects[code] ?? {};
    if (mark !== undefined && (level === undefined || !Number.isInteger(mark) || mark < 0 || mark > 10))
      cannot('mark');
    fields.push([level === undefined ? 0 : 1 + indexIn(SUBJECT_LEVELS, level), 2], [mark ?? NO_MARK, 4]);
  }
  for (const code of TRAIT_ORDER) {
    const level = traits[code];
    fields.push([level === undefined ? 0 : 1 + indexIn(TRAIT_LEVELS, level), 2]);
  }
  return packBits(fields);
}

function readLevels(bytes: Uint8Array): Pick<ClaimContent, 'subjects' | 'traits'> {
  const take = unpackBits(bytes);
  const subjects: Partial<Record<SubjectCode, { level: SubjectLevel; mark?: number }>> = {};
  for (const code of SUBJECT_ORDER) {
    const level = SUBJECT_LEVELS[take(2) - 1];
    const mark = take(4);
    if (level !== undefined) subjects[code] = { level, ...(mark === NO_MARK ? {} : { mark }) };
  }
  const traits: Partial<Record<TraitCode, TraitLevel>> = {};
  for (const code of TRAIT_ORDER) {
    const level = TRAIT_LEVELS[take(2) - 1];
    if (level !== undefined) traits[code] = level;
  }
  return { subjects, traits };
}

function schoolYearNumber(schoolYear: string): number {
  const [, first, second] = /^(20\d{2})-(20\d{2})$/.exec(schoolYear) ?? [];
  const year = Number(first);
  if (first === undefined || Number(second) !== year + 1) cannot('school year');
  return year - 2000;
}

function indexIn<T>(among: readonly T[], value: T): number {
  const index = among.indexOf(value);
  if (index < 0) cannot('value');
  return index;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ClaimError('malformed', 'text');
  }
}

function cannot(detail: string): never {
  throw new ClaimError('not-representable', detail);
}
