import { type Kysely, sql } from 'kysely';
import {
  type HeldRow,
  heldRow,
  NOTED_TABLE_NAMES,
  NOTED_TABLES,
  type NotedTableName,
  type RowNote,
  rowNote,
  rowText,
} from '../../store/noted-rows.ts';
import type { Database } from '../../store/tables.ts';

/** Whose rows are looked at. */
export interface NotedClass {
  readonly classId: string;
  readonly schoolYear: string;
  readonly pupilIds: readonly string[];
  /** Who signs for the class, by what is stored. */
  readonly staffIds: readonly string[];
}

/** The rows that the records of a class are made of, beside its cells, with what the audit trail notes of them. */
export async function notedClass(trx: Kysely<Database>, schoolId: string, of: NotedClass): Promise<Its> {
  const rows = await rowsOf(trx, schoolId, of);
  const whose = NOTED_TABLE_NAMES.flatMap((table) =>
    rows[table].map(({ values }) => String(values[NOTED_TABLES[table].of])),
  );
  const all = new Set([schoolId, of.classId, ...of.pupilIds, ...of.staffIds, ...whose]);
  const { rows: events } = await sql<{ object: string }>`
    select object from notes_of(${schoolId}, ${[...all]}) order by seq`.execute(trx);
  const notes = new Map<string, RowNote>();
  // In the order in which they were made: the newest of a row stands, and stands last.
  for (const { object } of events) {
    const note = rowNote(object);
    if (note === null) continue;
    notes.delete(note.name);
    notes.set(note.name, note);
  }
  return new Its(rows, notes);
}

type Rows = Readonly<Record<NotedTableName, readonly HeldRow[]>>;

async function rowsOf(
  trx: Kysely<Database>,
  schoolId: string,
  { classId, schoolYear, pupilIds, staffIds }: NotedClass,
): Promise<Rows> {
  const here = sql`t.school_id = ${schoolId}`;
  const its = sql`${here} and t.pupil_id = any(${[...pupilIds]}::uuid[])`;
  const { rows } = await sql<{ name: NotedTableName; row: string }>`
    select 'pupil' as name, ${rowText} as row from pupil t where ${its}
    union all select 'study_year', ${rowText} from study_year t where ${its}
    union all select 'decision', ${rowText} from decision t where ${its} and class_id = ${classId}
    union all select 'title_act', ${rowText} from title_act t where ${its} and school_year = ${schoolYear}
    union all select 'reward', ${rowText} from reward t where ${its} and school_year = ${schoolYear}
    union all select 'reward_withdrawal', ${rowText} from reward_withdrawal t
      where ${here} and reward_id in (select reward_id from reward t where ${its} and school_year = ${schoolYear})
    union all select 'education_plan', ${rowText} from education_plan t where ${its} and class_id = ${classId}
    union all select 'assessment_setting', ${rowText} from assessment_setting t where ${here}
    union all select 'enrolment', ${rowText} from enrolment t where ${its}
    union all select 'pupil_status', ${rowText} from pupil_status t where ${its}
    union all select 'class', ${rowText} from class t
      where ${here} and (class_id = ${classId} or class_id in (select class_id from enrolment t where ${its}))
    union all select 'assignment', ${rowText} from assignment t where ${here} and class_id = ${classId}
    union all select 'staff', ${rowText} from staff t where ${here} and staff_id = any(${[...staffIds]}::uuid[])
    union all select 'staff_role', ${rowText} from staff_role t where ${here} and role = 'principal'
    union all select 'school', ${rowText} from school t where ${here}
    union all select 'school_year', ${rowText} from school_year t where ${here} and school_year = ${schoolYear}
    union all select 'year_lock_act', ${rowText} from year_lock_act t where ${here} and school_year = ${schoolYear}`.execute(
    trx,
  );
  const none = NOTED_TABLE_NAMES.map((name): [NotedTableName, HeldRow[]] => [name, []]);
  const found = Object.fromEntries(none) as Record<NotedTableName, HeldRow[]>;
  for (const { name, row } of rows) found[name].push(heldRow(name, row));
  return found;
}

/** Rows and notes by whose they are. */
export class Its {
  readonly #rows: ReadonlyMap<string, readonly HeldRow[]>;
  readonly #notes: ReadonlyMap<string, readonly RowNote[]>;
  readonly #digests: ReadonlyMap<string, string>;
  readonly #noted: ReadonlyMap<string, RowNote>;
  readonly #all: Rows;

  constructor(rows: Rows, notes: ReadonlyMap<string, RowNote>) {
    const all = Object.values(rows).flat();
    const whose = (name: string) => name.slice(0, name.lastIndexOf(' '));
    this.#all = rows;
    this.#rows = Map.groupBy(all, ({ name }) => whose(name));
    this.#notes = Map.groupBy(notes.values(), ({ name }) => whose(name));
    this.#digests = new Map(all.map(({ name, digest }) => [name, digest]));
    this.#noted = notes;
  }

  rows(table: NotedTableName, of: string): readonly HeldRow[] {
    return this.#rows.get(`${of} ${table}`) ?? [];
  }

  ofTable(table: NotedTableName): readonly HeldRow[] {
    return this.#all[table];
  }

  /** Notes of rows whose key begins so, the newest last. */
  notes(table: NotedTableName, of: string, begins: string): readonly RowNote[] {
    return (this.#notes.get(`${of} ${table}`) ?? []).filter(({ key }) => key.startsWith(begins));
  }

  isNoted = ({ name, digest }: HeldRow): boolean => this.#noted.get(name)?.digest === digest;
  stands = ({ name, digest }: RowNote): boolean => (this.#digests.get(name) ?? null) === digest;

  /** Whether every row is as noted, and every row that is noted is there. */
  allHold(table: NotedTableName, of: string, begins = ''): boolean {
    return (
      this.rows(table, of).every((row) => !keyOf(row).startsWith(begins) || this.isNoted(row)) &&
      this.notes(table, of, begins).every(this.stands)
    );
  }

  /** Whether the row that counts is as noted, and what was noted last is there. */
  newestHolds(table: NotedTableName, of: string, begins: string, row: HeldRow | undefined): boolean {
    const last = this.notes(table, of, begins).at(-1);
    return (row === undefined || this.isNoted(row)) && (last === undefined || this.stands(last));
  }
}

const keyOf = ({ name }: HeldRow): string => name.slice(name.lastIndexOf(' ') + 1);
