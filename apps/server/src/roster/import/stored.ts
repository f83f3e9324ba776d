import { createHash, randomUUID } from 'node:crypto';
import { type RawSheet, readWorkbook, SheetError } from '@hocba/sheet';
import type { Transaction } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import type { Deps, Upload } from '../../access/binding.ts';
import { Refusal } from '../../refusal.ts';
import type { Database } from '../../store/tables.ts';

/** Columns of a person's row that an import may write; values as stored. */
export type Values = Readonly<Record<string, string | null>>;

/** One row of a preview: whom it changes, and how. */
export interface PersonPlan {
  readonly row: number;
  readonly code: string;
  /** null: a new person. */
  readonly id: string | null;
  /** Class to enrol in; null where the person is there already, or is no pupil. */
  readonly classId: string | null;
  readonly before: Values;
  readonly after: Values;
}

/** What an import of persons did, for its undoing. */
export interface PeopleOutcome {
  readonly created: readonly string[];
  readonly enrolled: readonly { readonly classId: string; readonly pupilId: string }[];
  readonly changed: readonly { readonly id: string; readonly before: Values; readonly after: Values }[];
}

/** Reads an uploaded list. @throws Refusal `file-unreadable`, `file-too-large`, `header-not-found`, naming the file */
export async function readList<T>(
  upload: Upload,
  read: (sheets: RawSheet[], fileName: string) => T,
): Promise<T> {
  try {
    return read(await readWorkbook(upload.bytes, upload.fileName), upload.fileName);
  } catch (error) {
    if (!(error instanceof SheetError)) throw error;
    const header = ['no-header', 'duplicate-header', 'no-rows'].includes(error.code);
    const code =
      error.code === 'too-large' ? 'file-too-large' : header ? 'header-not-found' : 'file-unreadable';
    throw new Refusal(code, [error.message]);
  }
}

export async function keepPlans(
  trx: Transaction<Database>,
  deps: Deps,
  actor: Actor,
  upload: Upload,
  kind: 'pupils' | 'staff',
  plans: readonly PersonPlan[],
): Promise<string> {
  const importId = randomUUID();
  await trx
    .insertInto('import')
    .values({
      school_id: actor.schoolId,
      import_id: importId,
      class_id: null,
      file_name: upload.fileName,
      file_digest: createHash('sha256').update(upload.bytes).digest(),
      preview: JSON.stringify({ plans }),
      created_by: actor.staffId,
      created_at: deps.now(),
      kind,
    })
    .execute();
  return importId;
}

/** The chosen plans of a preview that was not applied yet, in the order of the file. */
export async function chosenPlans(
  trx: Transaction<Database>,
  actor: Actor,
  importId: string,
  kind: 'pupils' | 'staff',
  rows: readonly number[],
): Promise<readonly PersonPlan[]> {
  const stored = await trx
    .selectFrom('import')
    .select(['preview', 'applied_at'])
    .where('school_id', '=', actor.schoolId)
    .where('import_id', '=', importId)
    .where('kind', '=', kind)
    .where('created_by', '=', actor.staffId)
    .forUpdate()
    .executeTakeFirst();
  if (!stored) throw new Refusal('not-found');
  if (stored.applied_at !== null) throw new Refusal('import-already-applied');
  const { plans } = stored.preview as unknown as { plans: readonly PersonPlan[] };
  const wanted = new Set(rows);
  const chosen = plans.filter((plan) => wanted.has(plan.row));
  if (chosen.length !== wanted.size)
    throw new Refusal('invalid-input', ['Có dòng được chọn không nằm trong bản xem trước của tệp này.']);
  return chosen;
}

export async function keepOutcome(
  trx: Transaction<Database>,
  actor: Actor,
  importId: string,
  outcome: PeopleOutcome,
  now: Date,
): Promise<void> {
  await trx
    .updateTable('import')
    .set({ applied_at: now, outcome: JSON.stringify(outcome) })
    .where('school_id', '=', actor.schoolId)
    .where('import_id', '=', importId)
    .execute();
}

/** What of a plan differs from what is stored, in words of the form. */
export function changesOf(
  plan: PersonPlan,
  names: Readonly<Record<string, string>>,
): { field: string; from: string; to: string }[] {
  return Object.entries(plan.after).map(([column, to]) => ({
    field: names[column] ?? column,
    from: plan.before[column] ?? '',
    to: to ?? '',
  }));
}

/** The values of `after` that differ from `before`. */
export function differing(before: Values, after: Values): Values {
  return Object.fromEntries(
    Object.entries(after).filter(([column, value]) => (before[column] ?? null) !== value),
  );
}
