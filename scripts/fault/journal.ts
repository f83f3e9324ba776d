import type { ClassSheet } from '@hocba/sheet';
import type { Route } from '../../apps/server/src/http/api/index.ts';
import { assessment, issuing, roster, signing } from '../../apps/server/src/http/api/index.ts';
import type { Carry, Person } from '../example/client.ts';
import type { People, Staff } from '../example/people.ts';

/** What a record was seen as; later it may be further, never less. */
export interface SeenRecord {
  readonly pupilCode: string;
  readonly signed: number;
  readonly issued: boolean;
}
export interface SeenBatch {
  readonly by: Staff;
  readonly signed: number;
  readonly issued: number;
  readonly finished: boolean;
}

/** Everything that the server acknowledged: each entry is a promise that no kill may break. */
export interface Journal {
  /** Answers that promised something, counted. */
  acts: number;
  classId: string | null;
  readonly pupils: Set<string>;
  /** Pupil code and item → value that an acknowledged import wrote. */
  readonly imported: Map<string, string>;
  /** Pupil id and item → what an acknowledged save answered. */
  readonly cells: Map<string, { readonly version: number; readonly value: string | null }>;
  readonly results: Map<string, string>;
  readonly promotions: Map<string, { readonly completed: boolean; readonly promoted: boolean }>;
  readonly sexes: Map<string, string>;
  readonly records: Map<string, SeenRecord>;
  readonly batches: Map<string, SeenBatch>;
}

export function emptyJournal(): Journal {
  return {
    acts: 0,
    classId: null,
    pupils: new Set(),
    imported: new Map(),
    cells: new Map(),
    results: new Map(),
    promotions: new Map(),
    sexes: new Map(),
    records: new Map(),
    batches: new Map(),
  };
}

/** A copy as of now, against which the server is checked while the journal grows on. */
export function copyOf(journal: Journal): Journal {
  const { acts, classId } = journal;
  return {
    acts,
    classId,
    pupils: new Set(journal.pupils),
    imported: new Map(journal.imported),
    cells: new Map(journal.cells),
    results: new Map(journal.results),
    promotions: new Map(journal.promotions),
    sexes: new Map(journal.sexes),
    records: new Map(journal.records),
    batches: new Map(journal.batches),
  };
}

export function seeRecord(journal: Journal, recordId: string, seen: SeenRecord): void {
  const before = journal.records.get(recordId);
  journal.records.set(recordId, {
    pupilCode: seen.pupilCode,
    signed: Math.max(seen.signed, before?.signed ?? 0),
    issued: seen.issued || (before?.issued ?? false),
  });
}

/**
 * Puts the journal between people and the server. A connection that breaks in the middle of an answer is tried
 * again, as a browser's user would; the answer that then comes is the acknowledged one.
 */
export function watchPeople(people: People, journal: Journal, sheet: ClassSheet, patienceMs: number): void {
  const previews = new Map<string, Map<number, string>>();
  for (const staff of new Set([...people.teachers, people.principal, people.clerk, people.admin])) {
    const { person } = staff;
    const plain = person.call.bind(person) as (route: Route, carry: Carry) => Promise<unknown>;
    const watched = async (route: Route, carry: Carry = {}): Promise<unknown> => {
      const answer = await persistently(() => plain(route, carry), patienceMs);
      note(journal, sheet, previews, staff, route, carry, answer);
      return answer;
    };
    person.call = watched as Person['call'];
  }
}

async function persistently<T>(work: () => Promise<T>, patienceMs: number): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      // fetch's words for a lost connection, and half a JSON answer.
      const broken = error instanceof TypeError || error instanceof SyntaxError;
      if (!broken || Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

type Body<R extends { body: { _output: unknown } }> = R['body']['_output'];
type Answer<R extends { response: { _output: unknown } }> = R['response']['_output'];

function note(
  journal: Journal,
  sheet: ClassSheet,
  previews: Map<string, Map<number, string>>,
  staff: Staff,
  route: Route,
  carry: Carry,
  answer: unknown,
): void {
  const acts = journal.acts++;
  if (route === roster.saveClass) journal.classId = (answer as Answer<typeof roster.saveClass>).classId;
  else if (route === roster.previewImport) {
    const preview = answer as Answer<typeof roster.previewImport>;
    // A class whose first answer was lost is found by its name, not made again.
    journal.classId ??= carry.params?.classId ?? null;
    previews.set(preview.importId, new Map(preview.rows.map(({ row, code }) => [row, code])));
  } else if (route === roster.applyImport) {
    const codes = previews.get(carry.params?.importId ?? '');
    for (const row of (carry.body as Body<typeof roster.applyImport>).rows)
      noteRow(journal, sheet, row, codes?.get(row));
  } else if (route === roster.savePupils) {
    for (const { pupilCode, sex } of (carry.body as Body<typeof roster.savePupils>).pupils)
      if (sex !== undefined) journal.sexes.set(pupilCode, sex);
  } else if (route === assessment.saveCells)
    noteCells(journal, carry, answer as Answer<typeof assessment.saveCells>);
  else if (route === assessment.confirmResults)
    for (const { pupilId, result } of (carry.body as Body<typeof assessment.confirmResults>).results)
      journal.results.set(pupilId, result);
  else if (route === assessment.decidePromotion)
    for (const { pupilId, completed, promoted } of (carry.body as Body<typeof assessment.decidePromotion>)
      .decisions)
      journal.promotions.set(pupilId, { completed, promoted });
  else if (route === signing.freezeClass)
    for (const { recordId, pupilCode } of (answer as Answer<typeof signing.freezeClass>).frozen)
      seeRecord(journal, recordId, { pupilCode, signed: 0, issued: false });
  else if (route === signing.startSigning) {
    const { batchId } = answer as Answer<typeof signing.startSigning>;
    journal.batches.set(batchId, { by: staff, signed: 0, issued: 0, finished: false });
  } else if (route === signing.signingProgress) {
    const { batchId, signed, issued, finished } = answer as Answer<typeof signing.signingProgress>;
    journal.batches.set(batchId, { by: staff, signed, issued, finished });
  } else if (route === issuing.issuedRecords)
    for (const { recordId, pupilCode, signed } of (answer as Answer<typeof issuing.issuedRecords>).records)
      seeRecord(journal, recordId, { pupilCode, signed, issued: true });
  else journal.acts = acts;
}

function noteRow(journal: Journal, sheet: ClassSheet, row: number, code: string | undefined): void {
  if (code === undefined) return;
  journal.pupils.add(code);
  const line = sheet.rows.find((one) => one.row === row);
  for (const [item, { value }] of line?.cells ?? [])
    if (value !== null) journal.imported.set(`${code}|${item}`, value);
}

function noteCells(journal: Journal, carry: Carry, answer: Answer<typeof assessment.saveCells>): void {
  const { ops } = carry.body as Body<typeof assessment.saveCells>;
  for (const result of answer.results) {
    const op = ops.find(({ n }) => n === result.n);
    if (op === undefined || !('ok' in result)) continue;
    journal.cells.set(`${op.pupilId}|${op.item}`, { version: result.version, value: result.value });
  }
}
