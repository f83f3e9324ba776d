import { itemName, partsOf } from '../codes/items.ts';
import type { CellItem } from '../model.ts';
import { cleanText, TEXT_LIMIT } from './cell-text.ts';

export type CellError =
  | 'mark-not-whole'
  | 'mark-out-of-range'
  | 'level-not-in-scale'
  | 'text-too-long'
  | 'not-a-number'
  | 'number-out-of-range';

export type ParsedCell =
  | { readonly ok: true; readonly value: string; readonly normalised: boolean }
  | { readonly ok: false; readonly code: CellError; readonly message: string };

const SUBJECT_WORDS: ReadonlyMap<string, string> = new Map([
  ['t', 'T'],
  ['h', 'H'],
  ['c', 'C'],
  ['htt', 'T'],
  ['ht', 'H'],
  ['cht', 'C'],
  ['hoàn thành tốt', 'T'],
  ['hoàn thành', 'H'],
  ['chưa hoàn thành', 'C'],
]);

const TRAIT_WORDS: ReadonlyMap<string, string> = new Map([
  ['t', 'T'],
  ['đ', 'Đ'],
  ['c', 'C'],
  ['tốt', 'T'],
  ['đạt', 'Đ'],
  ['cần cố gắng', 'C'],
]);

const NUMBER = /^(-?)(\d{1,12})(?:[.,](\d{1,12}))?$/;

function done(value: string, raw: string): ParsedCell {
  return { ok: true, value, normalised: value !== raw };
}

function refused(code: CellError, message: string): ParsedCell {
  return { ok: false, code, message };
}

function shown(text: string): string {
  return `“${text.length > 30 ? `${text.slice(0, 30)}…` : text}”`;
}

function level(item: CellItem, raw: string, words: ReadonlyMap<string, string>, scale: string): ParsedCell {
  const text = cleanText(raw).replace(/\s+/g, ' ');
  const value = words.get(text.toLowerCase());
  return value === undefined
    ? refused('level-not-in-scale', `${itemName(item)}: ${shown(text)} không thuộc thang đánh giá ${scale}.`)
    : done(value, raw);
}

function mark(item: CellItem, raw: string): ParsedCell {
  const text = cleanText(raw);
  const m = NUMBER.exec(text);
  if (!m) return refused('not-a-number', `${itemName(item)}: ${shown(text)} không phải là số.`);
  const number = Number(`${m[1]}${m[2]}.${m[3] ?? '0'}`);
  if (number < 0 || number > 10) {
    return refused(
      'mark-out-of-range',
      `${itemName(item)}: ${shown(text)} nằm ngoài thang điểm từ 0 đến 10.`,
    );
  }
  if (!Number.isInteger(number)) {
    return refused(
      'mark-not-whole',
      `${itemName(item)}: ${shown(text)} không phải số nguyên; bài kiểm tra không cho điểm thập phân.`,
    );
  }
  return done(String(Math.abs(number)), raw);
}

interface Range {
  readonly least: number;
  readonly most: number;
  readonly decimals: number;
  readonly unit: string;
}

const COUNT: Range = { least: 0, most: 500, decimals: 0, unit: 'buổi' };
const HEIGHT: Range = { least: 50, most: 220, decimals: 1, unit: 'cm' };
const WEIGHT: Range = { least: 8, most: 150, decimals: 1, unit: 'kg' };

function measure(item: CellItem, raw: string, range: Range): ParsedCell {
  const text = cleanText(raw);
  const m = NUMBER.exec(text);
  if (!m) return refused('not-a-number', `${itemName(item)}: ${shown(text)} không phải là số.`);
  const fraction = (m[3] ?? '').replace(/0+$/, '');
  const number = Number(`${m[1]}${m[2]}.${fraction === '' ? '0' : fraction}`);
  if (number < range.least || number > range.most || fraction.length > range.decimals) {
    const kind = range.decimals === 0 ? 'số nguyên' : 'số có nhiều nhất một chữ số thập phân';
    return refused(
      'number-out-of-range',
      `${itemName(item)}: ${shown(text)} không hợp lệ; cần ${kind} từ ${range.least} đến ${range.most} ${range.unit}.`,
    );
  }
  return done(String(Math.abs(number)), raw);
}

function text(item: CellItem, raw: string): ParsedCell {
  const value = cleanText(raw);
  return value.length > TEXT_LIMIT
    ? refused(
        'text-too-long',
        `${itemName(item)} dài ${value.length} ký tự; nhiều nhất là ${TEXT_LIMIT} ký tự.`,
      )
    : done(value, raw);
}

/**
 * Reads what was typed, pasted or imported into one cell.
 * @param raw the text as it came; blanks around it, letter case and the form of accents do not matter in levels
 * @returns the value as it is stored (level letter, whole mark, cleaned text); `''` for an emptied cell.
 *   `normalised` says that it differs from what came. Marks: TT 27/2020 Điều 7 khoản 2.
 */
export function parseCell(item: CellItem, raw: string): ParsedCell {
  const parts = partsOf(item);
  if (parts.kind !== 'text' && cleanText(raw) === '') return done('', raw);
  switch (parts.kind) {
    case 'subjectLevel':
      return level(item, raw, SUBJECT_WORDS, 'T, H, C');
    case 'traitLevel':
      return level(item, raw, TRAIT_WORDS, 'T, Đ, C');
    case 'mark':
      return mark(item, raw);
    case 'count':
      return measure(item, raw, COUNT);
    case 'height':
      return measure(item, raw, HEIGHT);
    case 'weight':
      return measure(item, raw, WEIGHT);
    default:
      return text(item, raw);
  }
}

const RESULT_WORDS: ReadonlyMap<string, 'HTXS' | 'HTT' | 'HT' | 'CHT'> = new Map([
  ['htxs', 'HTXS'],
  ['htt', 'HTT'],
  ['ht', 'HT'],
  ['cht', 'CHT'],
  ['hoàn thành xuất sắc', 'HTXS'],
  ['hoàn thành tốt', 'HTT'],
  ['hoàn thành', 'HT'],
  ['chưa hoàn thành', 'CHT'],
]);

/** A stated overall result (`HTXS` … or its full words), or undefined if the text is neither. */
export function parseResult(raw: string): 'HTXS' | 'HTT' | 'HT' | 'CHT' | undefined {
  return RESULT_WORDS.get(cleanText(raw).replace(/\s+/g, ' ').toLowerCase());
}
