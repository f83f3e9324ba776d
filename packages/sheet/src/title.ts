/** What the lines above a sheet's header say: class, grade, school year, period. */
import type { Grade } from '@hocba/record';
import { headerKey } from './headers.ts';

export interface SheetTitle {
  readonly className: string | null;
  readonly grade: Grade | null;
  /** `2025-2026`. */
  readonly schoolYear: string | null;
  /** Name of a period that is not the end of the year, as the title has it; null for the end of the year. */
  readonly otherPeriod: string | null;
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
    otherPeriod: periodIn(headerKey(text)),
  };
}

function schoolYearIn(text: string): string | null {
  for (const [, first, second] of text.matchAll(/(?<!\d)(20\d\d)\s*[-–—/]\s*(20\d\d)(?!\d)/g)) {
    if (Number(second) === Number(first) + 1) return `${first}-${second}`;
  }
  return null;
}

function periodIn(key: string): string | null {
  if (/\bcuoi nam\b/.test(key)) return null;
  const found = /\b(giua|cuoi) (?:hoc k[iy]|hk) ?(ii|i|2|1)\b/.exec(key);
  if (found === null) return null;
  const second = found[2] === 'ii' || found[2] === '2';
  // The end of the second semester is the end of the year.
  if (found[1] === 'cuoi' && second) return null;
  return `${found[1] === 'giua' ? 'giữa' : 'cuối'} học kỳ ${second ? 'II' : 'I'}`;
}
