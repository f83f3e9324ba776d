/** What each column of a results sheet holds, known by its headers and never by its place. */
import { type CellItem, partsOf, subjectOf } from '@hocba/record';
import { SheetError } from './errors.ts';
import { headerPaths } from './header-rows.ts';
import {
  FIELDS,
  type FieldKey,
  GROUP_HEADERS,
  headerKey,
  isTraitBand,
  OTHER_ITEMS,
  PARTS,
  type PartKey,
  SUBJECT_HEADERS,
  splitPart,
  TRAIT_HEADERS,
  withoutBand,
} from './headers.ts';
import { columnLetters, type RawCell } from './matrix.ts';

/** A column with a meaning: a cell of the assessment, or a field about the pupil. */
export interface Column {
  /** Counted from 0. */
  readonly index: number;
  /** As Excel names it. */
  readonly letters: string;
  /** The header as reports name it: `Toán`, `Toán:mark`, `Yêu nước`, `Mã học sinh`. */
  readonly header: string;
  readonly field?: FieldKey;
  readonly item?: CellItem;
}

/** A column that carries a header nobody knows; its values are not read. */
export interface UnknownColumn {
  readonly letters: string;
  readonly header: string;
}

/** @param rows the header rows, from the anchor down */
export function readColumns(rows: readonly (readonly RawCell[])[]): {
  columns: Column[];
  unknown: UnknownColumn[];
} {
  const columns: Column[] = [];
  const unknown: UnknownColumn[] = [];
  let previous: Column | undefined;
  for (const [index, path] of headerPaths(rows).entries()) {
    if (path.length === 0) continue;
    const letters = columnLetters(index);
    const meaning = meaningOf(
      path,
      previous?.item !== undefined && partsOf(previous.item).kind === 'traitLevel',
    );
    if (meaning === null) unknown.push({ letters, header: path.join(' – ') });
    else columns.push({ index, letters, ...meaning });
    previous = meaning === null ? undefined : columns.at(-1);
  }
  return { columns, unknown };
}

type Meaning = { header: string; field: FieldKey } | { header: string; item: CellItem };

/** @param afterTrait whether the column to the left is a quality or competence: decides `Khoa học`, `Tin học` */
function meaningOf(path: readonly string[], afterTrait: boolean): Meaning | null {
  const keys = path.map(headerKey);
  const part = keys.length > 1 ? PARTS.get(keys.at(-1) ?? '') : undefined;
  const at = part === undefined ? keys.length - 1 : keys.length - 2;
  const header = path[at] ?? '';
  const key = keys[at] ?? '';
  const group = GROUP_HEADERS.get(part === 'comment' ? key : key.replace(/^nhan xet (?:ve )?/, ''));
  if (group !== undefined && (part === 'comment' || key.startsWith('nhan xet'))) {
    return { header: `${header}:comment`, item: `${group}.comment` };
  }
  const inBand = keys.slice(0, at).some(isTraitBand) || (isTraitBand(key) && withoutBand(key) !== key);

  const trait = TRAIT_HEADERS.get(withoutBand(key));
  const subject = SUBJECT_HEADERS.get(key);
  if (trait !== undefined && (part === undefined || part === 'level')) {
    if (inBand || subject === undefined || (part === undefined && afterTrait)) {
      return { header, item: `${trait}.level` };
    }
  }
  if (inBand) return null;
  if (subject !== undefined) return subjectMeaning(header, `${subject}.${part ?? 'level'}`);
  if (part !== undefined) return null;
  const other = OTHER_ITEMS.get(key);
  if (other !== undefined) return { header, item: other };
  const field = FIELDS.get(key);
  if (field !== undefined) return { header, field };
  const split = splitPart(key);
  const named = split === null ? undefined : SUBJECT_HEADERS.get(split.name);
  if (split === null || named === undefined) return null;
  return subjectMeaning(subjectOf(named).name, `${named}.${split.part}`);
}

function subjectMeaning(name: string, item: CellItem): Meaning {
  const part = item.slice(item.indexOf('.') + 1) as PartKey;
  return { header: part === 'level' ? name : `${name}:${part}`, item };
}

/** @throws SheetError `duplicate-header`: two columns of one meaning, of which neither is the right one */
export function refuseDoubles(
  columns: readonly {
    readonly letters: string;
    readonly header: string;
    readonly item?: string;
    readonly field?: string;
  }[],
  fileName: string,
): void {
  const seen = new Map<string, { readonly letters: string }>();
  for (const column of columns) {
    const key = column.item ?? column.field ?? '';
    const other = seen.get(key);
    if (other !== undefined) {
      const both = `“${column.header}” (cột ${other.letters} và ${column.letters})`;
      throw new SheetError('duplicate-header', fileName, [both]);
    }
    seen.set(key, column);
  }
}
