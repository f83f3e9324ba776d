import { type Checkpoint, parseCheckpointText, parseNote, statementHeader } from '@hocba/ledger';
import { type Kysely, sql } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { FileBody } from '../../access/binding.ts';
import type { forkEvidence, logAlarms, schoolsLodging } from '../../http/api/lodging.ts';
import { Refusal } from '../../refusal.ts';
import { laidBundle } from '../../store/laid-bundle.ts';
import type { Database } from '../../store/tables.ts';
import { shownForks } from '../above/lodge.ts';
import { endOf } from '../log/ends.ts';
import { compareOrigins, nameIn, partsOfPlace, yearIn } from '../log/origin.ts';
import { originsOf } from '../log/pending.ts';
import { beginsWith, statementsNewestFirst } from '../log/statements.ts';
import { knownLogs } from './accept.ts';
import { type Fork, forkFile, keptForks } from './forks.ts';
import type { LedgerOutlook } from './outlook.ts';

export interface KeeperRoom {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  /** Of this installation's logs, as `originOf` takes it. */
  readonly logHost: string;
  readonly logKeeper: string | null;
  readonly ledger?: Pick<LedgerOutlook, 'stopped'>;
  now(): Date;
}

/** A log that takes leaves has one a day at least, the day's status; so many days leave room for a line that is down over a holiday. */
export const SILENT_DAYS = 7;
const DAY_MS = 86_400_000;

/**
 * Whether an administrator looks after what others lodge here: one of the school, or office, that is named in `log.json`, or of the only
 * one that there is.
 */
export async function keepsSharedLog(room: Omit<KeeperRoom, 'now'>, actor: Actor): Promise<boolean> {
  if (partsOfPlace(room.logHost).shared === null || !actor.roles.includes('admin')) return false;
  const schools = await room.db.selectFrom('school').select(['school_id', 'code']).limit(2).execute();
  if (room.logKeeper === null) return schools.length === 1 && schools[0]?.school_id === actor.schoolId;
  const own = await codeOf(room.db, actor);
  return own === room.logKeeper;
}

async function codeOf(db: Kysely<Database>, { schoolId }: Actor): Promise<string> {
  const row = await db
    .selectFrom('school')
    .select('code')
    .where('school_id', '=', schoolId)
    .executeTakeFirstOrThrow();
  return row.code;
}

async function requireKeeper(room: KeeperRoom, actor: Actor): Promise<void> {
  if (!(await keepsSharedLog(room, actor))) throw new Refusal('not-allowed');
}

/** Every log that is registered here, was lodged here, or is kept as evidence: those with two histories first, then the silent ones. */
export async function listSchoolsLodging(
  room: KeeperRoom,
  actor: Actor,
): Promise<z.input<typeof schoolsLodging.response>> {
  await requireKeeper(room, actor);
  const registered = new Set((await knownLogs(room.dataDir)).map(({ name }) => name));
  const last = await lastOfEach(room.db);
  const forks = Map.groupBy(await keptForks(room.dataDir), ({ origin }) => origin);
  const origins = [...new Set([...registered, ...last.keys(), ...forks.keys()])].sort(
    (a, b) => compareOrigins(b, a) || (a < b ? -1 : 1),
  );
  const names = await namesOfSchools(room);
  const newest = new Set(
    [
      ...Map.groupBy(
        origins.filter((one) => registered.has(one)),
        seriesOf,
      ).values(),
    ].map(([one]) => one),
  );
  const silentSince = room.now().getTime() - SILENT_DAYS * DAY_MS;
  const logs = origins.map((origin) => {
    const taken = last.get(origin) ?? null;
    return {
      origin,
      schoolCode: nameIn(origin),
      schoolName: names.get(nameIn(origin)) ?? null,
      schoolYear: yearIn(origin),
      registered: registered.has(origin),
      last: taken && { leaves: taken.size, at: taken.at.toISOString() },
      silent: newest.has(origin) && (taken === null || taken.at.getTime() < silentSince),
      forks: (forks.get(origin) ?? []).map(({ held, shown, keptAt, larger }) => ({
        held,
        shown,
        keptAt: keptAt.toISOString(),
        larger,
      })),
    };
  });
  const rank = (log: (typeof logs)[number]): number => (log.forks.length > 0 ? 0 : log.silent ? 1 : 2);
  return { silentDays: SILENT_DAYS, logs: logs.sort((a, b) => rank(a) - rank(b)) };
}

/** Logs of one school, or office: of each year one, and further ones after a theft. */
const seriesOf = (origin: string): string => origin.slice(0, origin.lastIndexOf('/'));

interface Taken {
  readonly size: number;
  readonly at: Date;
}

/** The checkpoint that was taken last of each log, in whichever of the logs here. */
async function lastOfEach(db: Kysely<Database>): Promise<ReadonlyMap<string, Taken>> {
  const header = Buffer.from(statementHeader('lodged'));
  const from = header.length + 1;
  const { rows } = await sql<{ document: Uint8Array; made_at: Date }>`
    select distinct on (subject) document, made_at
    from log_statement,
      substring(document from ${from}::int for position('\\x0a'::bytea in substring(document from ${from}::int for 300))) as subject
    where ${beginsWith(header)}
    order by subject, made_at desc`.execute(db);
  return new Map(
    rows.map(({ document, made_at }) => {
      const { origin, size } = checkpointIn(document.subarray(header.length));
      return [origin, { size, at: made_at }];
    }),
  );
}

async function namesOfSchools({ dataDir, now }: KeeperRoom): Promise<ReadonlyMap<string, string>> {
  const { accepted } = await laidBundle(dataDir, now);
  return new Map((accepted?.bundle.schools ?? []).map(({ code, name }) => [code, name]));
}

/** @throws Refusal 'not-allowed', 'not-found' */
export async function evidenceOfFork(
  room: KeeperRoom,
  actor: Actor,
  { origin, held, part }: z.output<typeof forkEvidence.query>,
): Promise<FileBody> {
  await requireKeeper(room, actor);
  const shown = await forkFile(room.dataDir, { origin, held }, part === 'proof' ? 'proof' : 'checkpoint');
  const bytes = part === 'held' && shown !== null ? await lodgedOfSize(room.db, origin, held) : shown;
  if (bytes === null) throw new Refusal('not-found');
  const name = `${origin}-${held}-${part}.txt`.replaceAll(/[^\w.-]/g, '_').slice(-100);
  return { fileName: name, bytes };
}

async function lodgedOfSize(db: Kysely<Database>, origin: string, size: number): Promise<Uint8Array | null> {
  const length = statementHeader('lodged').length;
  const about = `${origin}\n${size}\n`;
  const [found] = await statementsNewestFirst(db, null, 'lodged', { about, atMost: 1 });
  return found === undefined ? null : found.document.slice(length);
}

function checkpointIn(note: Uint8Array): Checkpoint {
  return parseCheckpointText(parseNote(note).text);
}

/**
 * Two histories under one key, as long as that key is believed: of the own logs until the operator has said that it is stolen, of
 * others' until it is taken out of `school-logs`.
 */
export async function alarmsOfLogs(
  room: KeeperRoom,
  actor: Actor,
): Promise<z.input<typeof logAlarms.response>> {
  const code = await codeOf(room.db, actor);
  const own: string[] = [];
  for (const origin of await originsOf(room, code)) {
    if ((await shownForks(room.dataDir, origin)).length === 0) continue;
    if ((await endOf(room.db, origin))?.how !== 'stolen') own.push(yearIn(origin));
  }
  const stopped = [...((await room.ledger?.stopped(code)) ?? [])];
  return { own, stopped, others: (await keepsSharedLog(room, actor)) ? await forkedOthers(room) : [] };
}

async function forkedOthers({ dataDir }: KeeperRoom) {
  const forks = await keptForks(dataDir);
  if (forks.length === 0) return [];
  const registered = new Set((await knownLogs(dataDir)).map(({ name }) => name));
  const origins = new Set(forks.map(({ origin }: Fork) => origin).filter((one) => registered.has(one)));
  return [...origins].map((origin) => ({ schoolCode: nameIn(origin), schoolYear: yearIn(origin) }));
}
