import type { ClassTableForm } from '@hocba/record';

/** A column with its least width and how wide it may become; all in millimetres. */
interface Width {
  least: number;
  most: number;
}

/** A4 landscape less two margins of 10 mm. */
export const PAGE_WIDTH = 277;
const NUMBER: Width = { least: 8, most: 8 };
const NAME: Width = { least: 40, most: 56 };
const BIRTH: Width = { least: 17, most: 17 };
/** A level or mark at 9 pt, and one upright line of a head. */
const NARROW: Width = { least: 4.9, most: 8 };
const NOTE: Width = { least: 18, most: 44 };

export type CellKind = 'number' | 'name' | 'birth' | 'level' | 'mark' | 'trait' | 'tick' | 'note';

/** One column of the table. `key` names what of a row stands in it. */
export interface Column {
  kind: CellKind;
  key: string;
  /** Millimetres. */
  width: number;
}

/** Columns that stay together on one page, with the head over them. */
export interface ColumnGroup {
  name: 'subjects' | 'qualities' | 'general' | 'specific' | 'closing' | 'note';
  columns: readonly { kind: CellKind; key: string }[];
}

/** The groups of a form in its order; `birth` and electives are decided by the caller, who knows the rows. */
export function groupsOf(form: ClassTableForm): ColumnGroup[] {
  const traits = (codes: readonly { code: string }[]) =>
    codes.map(({ code }) => ({ kind: 'trait' as const, key: code }));
  const groups: ColumnGroup[] = [
    {
      name: 'subjects',
      columns: form.subjects.flatMap(({ code, mark }) => [
        { kind: 'level' as const, key: code },
        ...(mark ? [{ kind: 'mark' as const, key: code }] : []),
      ]),
    },
    { name: 'qualities', columns: traits(form.qualities) },
    { name: 'general', columns: traits(form.general) },
    { name: 'specific', columns: traits(form.specific) },
  ];
  if (form.closing) {
    const keys = ['HTXS', 'HTT', 'HT', 'CHT', 'awarded', 'notPromoted'];
    groups.push({ name: 'closing', columns: keys.map((key) => ({ kind: 'tick' as const, key })) });
  }
  groups.push({ name: 'note', columns: [{ kind: 'note', key: 'note' }] });
  return groups;
}

/** What stands on one page's width: number and name, then whole groups. */
export interface Part {
  groups: readonly ColumnGroup[];
  columns: readonly Column[];
}

const total = (widths: readonly number[]): number => widths.reduce((sum, w) => sum + w, 0);

function widthOf(kind: CellKind): Width {
  if (kind === 'number') return NUMBER;
  if (kind === 'name') return NAME;
  if (kind === 'birth') return BIRTH;
  return kind === 'note' ? NOTE : NARROW;
}

/**
 * Lays the groups over as few pages side by side as hold them, about evenly; each part repeats number and name. Where all fits
 * at the least widths there is one part. Space left over goes to all in stages.
 */
export function partsOf(groups: readonly ColumnGroup[], birth: boolean): Part[] {
  const lead: readonly { kind: CellKind; key: string }[] = [
    { kind: 'number', key: 'number' },
    { kind: 'name', key: 'name' },
    ...(birth ? [{ kind: 'birth' as const, key: 'birth' }] : []),
  ];
  const room = PAGE_WIDTH - least(lead);
  const fewest = packed(groups, room).length;
  // The narrowest limit that still needs no more parts shares the groups out evenly.
  let limit = room;
  while (packed(groups, limit - 1).length === fewest) limit -= 1;
  return packed(groups, limit).map((part) => ({
    groups: part,
    columns: spread([...lead, ...part.flatMap((g) => g.columns)]),
  }));
}

const least = (columns: readonly { kind: CellKind }[]): number =>
  total(columns.map((c) => widthOf(c.kind).least));

/** Each part takes groups in their order while they fit in `room`. */
function packed(groups: readonly ColumnGroup[], room: number): ColumnGroup[][] {
  const parts: ColumnGroup[][] = [];
  let free = 0;
  for (const group of groups) {
    const needed = least(group.columns);
    const part = parts.at(-1);
    if (part === undefined || needed > free) {
      parts.push([group]);
      free = room - needed;
    } else {
      part.push(group);
      free -= needed;
    }
  }
  return parts;
}

type Kinds = readonly CellKind[];
const NARROW_KINDS: Kinds = ['level', 'mark', 'trait', 'tick'];

/** Who takes of the free width, up to how much, in this order. */
const STAGES: readonly (readonly [Kinds, number])[] = [
  [NARROW_KINDS, 5.2],
  [['note'], 28],
  [['name'], 50],
  [NARROW_KINDS, NARROW.most],
  [['name'], NAME.most],
  [['note'], NOTE.most],
];

function spread(columns: readonly { kind: CellKind; key: string }[]): Column[] {
  const widths = columns.map((c) => widthOf(c.kind).least);
  let free = PAGE_WIDTH - total(widths);
  for (const [kinds, most] of STAGES) {
    const chosen = columns.flatMap((c, i) => (kinds.includes(c.kind) ? [i] : []));
    for (const [n, i] of chosen.entries()) {
      const share = Math.max(0, Math.min(free / (chosen.length - n), most - (widths[i] ?? 0)));
      widths[i] = (widths[i] ?? 0) + share;
      free -= share;
    }
  }
  return columns.map((c, i) => ({ ...c, width: Number((widths[i] ?? 0).toFixed(3)) }));
}
