import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueTrainingPerson } from '@hocba/signature/node';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { vi } from 'vitest';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { hashPassword } from '../../access/password.ts';
import type { signingProgress } from '../../http/api/signing.ts';
import { makeEdge } from '../../http/edge.ts';
import { type Client, clientOf, cookieOf, PASSWORD } from '../../http/testing/world.ts';
import { openRooms, type Rooms } from '../../rooms.ts';
import { inSchool } from '../../store/database.ts';
import type { TestDatabase } from '../../store/testing/cluster.ts';
import { untilHeldUp } from '../../store/testing/held-up.ts';
import { freezeClass } from '../freeze/freeze.ts';
import { openTrainingPki } from '../signers/training-pki.ts';
import { keyFileFrom } from './key-file.ts';
import { freshSchool, type SmallSchool } from './small-school.ts';

export type Progress = z.input<typeof signingProgress.response>;

/** A small school with frozen records behind the real edge, with the queue at work; the server can be started anew. */
export interface SchoolAtTheEdge {
  readonly database: TestDatabase;
  readonly dataDir: string;
  readonly school: SmallSchool;
  /** What the server logged since the beginning. */
  readonly lines: readonly string[];
  /** The music teacher, signed in; the session outlives a restart. */
  readonly call: Client;
  /** Another member of the staff, signed in. */
  as(who: 'homeroom' | 'principal' | 'clerk'): Promise<Client>;
  /** Stops the server and starts it; something is done while it stops, and while it is down. */
  restart(does?: { stopping?(): Promise<void>; down?(): Promise<void> }): Promise<void>;
  /** The music teacher's batch, unless said whose. */
  start(body?: Record<string, unknown>, by?: Client): Promise<string>;
  progress(batchId: string, by?: Client): Promise<Progress>;
  /** The batch once `holds` does. Nobody sits out the seconds between two questions after a phone: they pass at once. */
  until(batchId: string, holds: (progress: Progress) => boolean, by?: Client): Promise<Progress>;
  /** Slots that the music teacher signed, and acts of signing in the history: the same number if each was signed once. */
  signed(): Promise<{ readonly slots: number; readonly acts: number }>;
  /** Holds whoever stores a signed slot, until released: a batch stands in the middle of a portion. */
  holdSlots(): Promise<{ reached(): Promise<void>; release(): Promise<void> }>;
  close(): Promise<void>;
}

export async function openSchoolAtTheEdge(pupils: number): Promise<SchoolAtTheEdge> {
  const { database, school } = await freshSchool({ pupils });
  const dataDir = await mkdtemp(join(tmpdir(), 'hocba-edge-'));
  const lines: string[] = [];
  let ahead = 0;
  const now = (): Date => new Date(Date.now() + ahead);
  const deps: Deps = { db: database.db, now, dataDir, log: (line) => lines.push(line) };
  const hash = await hashPassword(PASSWORD);
  await database.db
    .updateTable('account')
    .set({ password_hash: hash })
    .where('school_id', '=', school.schoolId)
    .execute();
  const serve = async (): Promise<{ rooms: Rooms; app: FastifyInstance }> => {
    const rooms = await openRooms(deps, database, [], undefined);
    return { rooms, app: await makeEdge({ deps, bindings: rooms.bindings, pages: rooms.pages }) };
  };
  let { rooms, app } = await serve();
  const shut = async (meanwhile?: () => Promise<void>): Promise<void> => {
    await app.close();
    const stopped = rooms.stop();
    await meanwhile?.();
    await stopped;
  };
  /** The moment at which the server means to ask after the phone is now, for its clock and its queue. */
  const passTime = async (batchId: string): Promise<void> => {
    const [order] = await database.asOwner<{ ask_at: Date }>(
      `select ask_at from signing_order where batch_id = $1 and state = 'open' and confirm_at = 'phone'`,
      [batchId],
    );
    if (order === undefined) return;
    ahead = Math.max(ahead, order.ask_at.getTime() - Date.now());
    await database.asOwner(
      `with due as (
         update graphile_worker._private_jobs set run_at = now()
         where key = 'sign:' || $1 and locked_at is null and run_at > now() returning id
       ) select pg_notify('jobs:insert', '{"count":1}') from due`,
      [batchId],
    );
  };
  await freezeClass(deps, school.homeroom, school.classId);
  const cookie = await cookieOf(app, `nv2-${school.schoolId}`);
  const call: Client = (...given) => clientOf(app, cookie)(...given);
  const house: SchoolAtTheEdge = {
    database,
    dataDir,
    school,
    lines,
    call,
    async restart(does = {}) {
      await shut(does.stopping);
      await does.down?.();
      ({ rooms, app } = await serve());
    },
    async as(who) {
      const number = { homeroom: 1, principal: 3, clerk: 4 }[who];
      const own = await cookieOf(app, `nv${number}-${school.schoolId}`);
      return (...given) => clientOf(app, own)(...given);
    },
    async start(body = {}, by = call) {
      const asked = { role: 'subjectTeacher', classIds: [school.classId], ...body };
      const answer = await by<{ batchId: string }>('POST', '/api/signing-batches', asked);
      if (answer.status !== 200) throw new Error(answer.text);
      return answer.body.batchId;
    },
    async progress(batchId, by = call) {
      return (await by<Progress>('GET', `/api/signing-batches/${batchId}`)).body;
    },
    until: (batchId, holds, by = call) =>
      vi.waitFor(
        async () => {
          const progress = await house.progress(batchId, by);
          if (holds(progress)) return progress;
          if (progress.order?.at === 'phone') await passTime(batchId);
          throw new Error(JSON.stringify(progress));
        },
        { timeout: 60_000, interval: 50 },
      ),
    async signed() {
      const count = async (table: string, by: string): Promise<number> => {
        const [row] = await database.asOwner<{ n: string }>(
          `select count(*) as n from ${table} where ${by} = '${school.music.staffId}'`,
        );
        return Number(row?.n);
      };
      return { slots: await count('slot', 'signed_by'), acts: await count('record_act', 'staff_id') };
    },
    async holdSlots() {
      const held = new pg.Client(database.owner);
      await held.connect();
      await held.query('begin');
      await held.query('lock table slot in share mode');
      const {
        rows: [{ pid }],
      } = await held.query('select pg_backend_pid() as pid');
      return {
        reached: () => untilHeldUp(database, pid),
        async release() {
          await held.end();
        },
      };
    },
    async close() {
      await shut();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  return house;
}

/** A key file of the training CA for a member of the staff, as OpenSSL writes one. @returns base64 */
export async function keyFileOf(
  house: SchoolAtTheEdge,
  who: Pick<Actor, 'staffId'>,
  password: string,
): Promise<string> {
  const { pki, leaf } = await certifiedPerson(house, who);
  return (await keyFileFrom(pki, leaf, password)).toString('base64');
}

/** A key of a member of the staff, certified by the training CA. */
export async function certifiedPerson(
  { dataDir, school, database }: SchoolAtTheEdge,
  { staffId }: Pick<Actor, 'staffId'>,
) {
  const person = await inSchool(database.db, school.schoolId, (trx) =>
    trx
      .selectFrom('staff')
      .select(['full_name', 'personal_id'])
      .where('staff_id', '=', staffId)
      .executeTakeFirstOrThrow(),
  );
  const pki = await openTrainingPki(dataDir, new Date());
  const leaf = await issueTrainingPerson(
    pki,
    {
      fullName: person.full_name,
      personalId: person.personal_id,
      schoolName: 'Trường Tiểu học Mẫu',
      key: 'p256',
    },
    new Date(),
  );
  return { pki, leaf };
}
