/** What the lines above a sheet's header say: class, grade, school year, period. */
import type { Grade, Period } from '@hocba/record';
import { headerKey } from './headers.ts';

export interface SheetTitle {
  readonly className: string | null;
  readonly grade: Grade | null;
  /** `2025-2026`. */
  readonly schoolYear: string | null;
  /** null if no period is named. */
  readonly period: Period | null;
}

/** A class's name as it is compared and stored: NFC, upper case, without `Lớp` and blanks. */
export function classNameIn(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\s+/g, '')
    .toUpperCase()
    .replace(/^LỚP:?/, '');
}

/** Grade by the class's first number: `2A1`, `4/3`, `5.2`; null for anything else, such as `10A`. */
export function gradeOfClass(name: string): Grade | null {
  const digit = /^([1-5])(?!\d)/.exec(name)?.[1];
  return digit === undefined ? null : (Number(digit) as Grade);
}

/** @param lines texts of the cells above the header, in order */
export function readTitle(lines: readonly string[]): SheetTitle {
  const text = lines.join('\n').normalize('NFC');
  const named = /(?:^|[^\p{L}])lớp\s*:?\s*([1-5](?!\d)[\p{L}\p{N}./]*)/iu
    .exec(text)?.[1]
    ?.replace(/[./]+$/, '');
  const className = named === undefined ? null : classNameIn(named);
  const block = /(?:^|[^\p{L}])khối\s*(?:lớp)?\s*:?\s*([1-5])(?!\d)/iu.exec(text)?.[1];
  return {
    // "Lớp 4" alone names a grade, no class.
    className: className !== null && className.length > 1 ? className : null,
    grade:
      className === null ? (block === undefined ? null : (Number(block) as Grade)) : gradeOfClass(className),
    schoolYear: schoolYearIn(text),
    period: periodIn(headerKey(text)),
  };
}

function schoolYearIn(text: string): string | null {
  for (const [, first, second] of text.matchAll(/(?<!\d)(20\d\d)\s*[-–—/]\s*(20\d\d)(?!\d)/g)) {
    if (Number(second) === Number(first) + 1) return `${first}-${second}`;
  }
  return null;
}

/** @param key text as headers are compared: `cuoi nam hoc`, `giua hoc ky i`, `ghk1` */
export function periodIn(key: string): Period | null {
  const found = /\b(?:(giua|cuoi) (?:hoc k[iy]|hk|k[iy])|(g|c)hk) ?(ii|i|2|1)\b/.exec(key);
  if (found === null) return /\bcuoi nam\b|\bca nam\b|^cn$/.test(key) ? 'CN' : null;
  const second = found[3] === 'ii' || found[3] === '2';
  if (found[1] === 'giua' || found[2] === 'g') return second ? 'GHK2' : 'GHK1';
  // The end of the second semester is the end of the year.
  return second ? 'CN' : 'CHK1';
}
