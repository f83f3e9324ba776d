import type { BookInput, ClassBookInput } from '@hocba/form';
import { extractAttachments } from '@hocba/form/attachments';
import type { FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hashPassword } from '../../access/password.ts';
import { accessRoutes } from '../../access/routes.ts';
import { makeEdge } from '../../http/edge.ts';
import { type Client, clientOf, cookieOf, PASSWORD } from '../../http/testing/world.ts';
import { runJobs } from '../../signing/items/jobs.ts';
import { makeSmallSchool } from '../../signing/testing/small-school.ts';
import { inSchool } from '../../store/database.ts';
import { asApplication } from '../../store/testing/cluster.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { classBook, classBookFile, deleteOldBooks, makeClassBook, stopClassBook } from './class-book.ts';
import { type ClassBookWork, parseClassBookJob, workOnClassBook } from './make-class-book.ts';
import { pupilBook, pupilBookYears } from './pupil-book.ts';
import { bookRoutes } from './routes.ts';

const URL = 'https://hocba.example';
const never = new AbortController().signal;
let house: TestHouse;
let ids: string[];
let collected: string[];
let typeset: ClassBookInput[];
let looks: BookInput['years'][number]['look'][];

const room = (later = 0) => ({
  db: house.database.db,
  dataDir: house.dataDir,
  logHost: LOG_HOST,
  sequencer: house.sequencer,
  now: () => new Date(house.now().getTime() + later),
  claimOf: async (_: string, recordId: string) => {
    collected.push(recordId);
    return null;
  },
  // The real printer; what it was given is noted.
  printer: {
    renderBook: (input: BookInput) => {
      looks.push(...input.years.map(({ look }) => look));
      return house.printer.renderBook(input);
    },
    renderClassBook: (input: ClassBookInput) => {
      typeset.push(input);
      return house.printer.renderClassBook(input);
    },
  },
});
const book = (of: { readonly pupilId: string } | undefined, look: 'hbs' | 'paper' = 'hbs') => ({
  pupilId: of?.pupilId ?? '',
  look,
});
const ask = (who = house.school.homeroom) => makeClassBook(room(), who, house.school.classId, URL);
const view = (later = 0) => classBook(room(later), house.school.homeroom, house.school.classId);
const file = (later = 0) => classBookFile(room(later), house.school.homeroom, house.school.classId);
const rows = () =>
  inSchool(house.database.db, house.school.schoolId, (trx) =>
    trx.selectFrom('class_book').selectAll().execute(),
  );
async function work(over: Partial<ClassBookWork> = {}, signal = never): Promise<void> {
  const [book] = await rows();
  const job = { schoolId: house.school.schoolId, bookId: book?.book_id ?? '' };
  await workOnClassBook({ ...room(), ...over }, job, signal);
}
/** Throws at a step as a kill would, the n-th time it is reached. */
function killedAt(step: string, n: number): Pick<ClassBookWork, 'at'> {
  let times = 0;
  return {
    at: (reached) => {
      if (reached === step && ++times === n) throw new Error('killed');
    },
  };
}

beforeAll(async () => {
  house = await makeHouse({ pupils: 3 });
  ids = await house.issueAll();
});
afterAll(() => house.close());
beforeEach(() => {
  collected = [];
  typeset = [];
  looks = [];
});
afterEach(async () => {
  await house.database.asOwner('delete from class_book');
});

describe('a class in one file', () => {
  test('is made once, of every issued record, and nothing travels inside', async () => {
    expect(await view()).toEqual({
      state: 'none',
      total: 3,
      collected: 0,
      keptUntil: null,
      takesSecond: false,
    });
    expect(await ask()).toMatchObject({ state: 'collecting', total: 3, collected: 0 });
    await work();
    expect(await view()).toMatchObject({ state: 'ready', total: 3, collected: 3 });
    const { bytes, fileName } = await file();
    expect(fileName).toBe('hoc-ba-4A-2025-2026.pdf');
    expect(Buffer.from(bytes.subarray(0, 5)).toString()).toBe('%PDF-');
    expect(extractAttachments(bytes)).toEqual([]);
    const [input] = typeset;
    expect(input?.pupils.map(({ years }) => years[0]?.doc.pupil.fullName)).toEqual(
      house.school.pupils.map((pupil) => pupil.fullName),
    );
    for (const { years } of input?.pupils ?? []) {
      expect(years[0]?.issued?.qrUrl).toMatch(/^https:\/\/hocba\.example\/x\/[0-9A-Za-z]{22}$/);
    }
    await work();
    expect(typeset).toHaveLength(1);
  });

  test.each([1, 2, 3])('killed at record %i: the rest is collected, none twice', async (n) => {
    await ask();
    await expect(work(killedAt('collect', n))).rejects.toThrow('killed');
    expect(await view()).toMatchObject({ state: 'collecting', collected: n - 1 });
    await work();
    expect(await view()).toMatchObject({ state: 'ready', collected: 3 });
    expect(collected.toSorted()).toEqual(ids.toSorted());
  });

  test.each(['typeset', 'keep'])('killed at the step %s: set again, kept once', async (step) => {
    await ask();
    await expect(work(killedAt(step, 1))).rejects.toThrow('killed');
    expect(await view()).toMatchObject({ state: 'typesetting' });
    await work();
    expect(await view()).toMatchObject({ state: 'ready' });
    expect(collected).toHaveLength(3);
  });

  test('the server’s stop ends it between two records; it goes on after the start', async () => {
    await ask();
    const stopping = new AbortController();
    await work({ at: () => stopping.abort() }, stopping.signal);
    expect(await view()).toMatchObject({ state: 'collecting', collected: 1 });
    await work();
    expect(await view()).toMatchObject({ state: 'ready' });
  });

  test('stopped by its person it stands; asked for again it goes on with what is there', async () => {
    await ask();
    await expect(work(killedAt('collect', 2))).rejects.toThrow('killed');
    await stopClassBook(room(), house.school.clerk, house.school.classId);
    await work();
    expect(await view()).toMatchObject({ state: 'stopped', collected: 1 });
    await expect(file()).rejects.toMatchObject({ code: 'not-found' });
    expect(await ask()).toMatchObject({ state: 'collecting', collected: 1 });
    await work();
    expect(await view()).toMatchObject({ state: 'ready' });
    expect(collected).toHaveLength(3);
  });

  test('stopped while it is set, no file is kept; a finished one stays', async () => {
    await ask();
    const { homeroom, classId } = house.school;
    const renderClassBook = async (input: ClassBookInput) => {
      await stopClassBook(room(), homeroom, classId);
      return house.printer.renderClassBook(input);
    };
    await work({ printer: { renderClassBook } });
    expect(await view()).toMatchObject({ state: 'stopped' });
    await expect(file()).rejects.toMatchObject({ code: 'not-found' });
    await ask();
    await work();
    expect(await stopClassBook(room(), homeroom, classId)).toMatchObject({ state: 'ready' });
  });

  test('what cannot be made is said, and is tried again when asked for', async () => {
    await ask();
    const sequencer = { settle: async () => {} };
    await work({ sequencer, dataDir: '/nowhere' });
    expect(await view()).toMatchObject({ state: 'failed', collected: 0 });
    await work();
    expect(await view()).toMatchObject({ state: 'failed' });
    await ask();
    await work();
    expect(await view()).toMatchObject({ state: 'ready' });
  });

  test('is kept for a day, then neither handed out nor there', async () => {
    const day = 24 * 3_600_000;
    await ask();
    await work();
    expect(await deleteOldBooks(room())).toBe(0);
    await expect(file(day)).rejects.toMatchObject({ code: 'not-found' });
    expect(await view(day)).toMatchObject({ state: 'none', keptUntil: null });
    expect(await deleteOldBooks(room(day))).toBe(1);
    expect(await rows()).toEqual([]);
    expect(await house.database.asOwner('select 1 from class_book_record')).toEqual([]);
  });

  test('asked for again when it is there, it is made anew and the old one is gone', async () => {
    await ask();
    await work();
    const [old] = await rows();
    await ask(house.school.principal);
    const [anew, ...others] = await rows();
    expect(others).toEqual([]);
    expect([anew?.book_id === old?.book_id, anew?.pdf]).toEqual([false, null]);
  });
});

describe('through the door, with the queue', () => {
  let app: FastifyInstance;
  let clients: Record<'homeroom' | 'music', Client>;
  beforeAll(async () => {
    await asApplication(
      house.database,
      house.school.schoolId,
      `update account set password_hash = '${await hashPassword(PASSWORD)}'`,
    );
    app = await makeEdge({
      deps: { ...room(), log: () => {} },
      bindings: [...accessRoutes([]), ...bookRoutes(room(), () => URL)],
    });
    const of = async (n: number) => clientOf(app, await cookieOf(app, `nv${n}-${house.school.schoolId}`));
    clients = { homeroom: await of(1), music: await of(2) };
  });
  afterAll(() => app.close());

  test('a homeroom teacher gets it; the trail names the handing out, not the looking', async () => {
    const url = `/api/classes/${house.school.classId}/book`;
    const jobs = await runJobs(
      house.database.owner,
      async () => {},
      () => {},
      { 'class-book': (payload, stopped) => workOnClassBook(room(), parseClassBookJob(payload), stopped) },
    );
    try {
      const begun = await clients.homeroom('POST', url, {});
      expect([begun.status, begun.body]).toMatchObject([200, { total: 3 }]);
      const state = async () => (await clients.homeroom<{ state: string }>('GET', url)).body.state;
      await expect.poll(state).toBe('ready');
      const answer = await clients.homeroom('GET', `${url}/file`);
      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/pdf']);
      expect(answer.text.startsWith('%PDF-')).toBe(true);
    } finally {
      await jobs.stop();
    }
    const trail = await house.database.asOwner<{ act: string }>(
      `select act from audit_event where act like 'issuing.%lassBook%' order by act`,
    );
    expect(trail.map(({ act }) => act)).toEqual(['issuing.classBookFile', 'issuing.makeClassBook']);
  });

  test.each([
    ['GET', '/book'],
    ['POST', '/book'],
    ['POST', '/book/stop'],
    ['GET', '/book/file'],
  ] as const)('a teacher of one subject: %s %s is refused', async (method, path) => {
    const url = `/api/classes/${house.school.classId}${path}`;
    const answer = await clients.music(method, url, method === 'POST' ? {} : undefined);
    expect([answer.status, answer.body]).toMatchObject([403, { error: 'not-allowed' }]);
    expect(await rows()).toEqual([]);
  });

  test('a pupil’s book is for the office', async () => {
    const answer = await clients.homeroom('GET', `/api/pupils/${house.school.pupils[0]?.pupilId}/book`);
    expect([answer.status, answer.body]).toMatchObject([403, { error: 'not-allowed' }]);
  });
});

describe('a pupil’s book', () => {
  test('holds each issued year with XML and receipt', async () => {
    const [pupil] = house.school.pupils;
    const made = await pupilBook(room(), house.school.clerk, book(pupil), URL);
    expect(made.fileName).toBe(`hoc-ba-${pupil?.pupilCode}.pdf`);
    expect(extractAttachments(made.bytes).map(({ name }) => name)).toEqual([
      `${pupil?.pupilCode}-2025-2026.tlog-proof`,
      `${pupil?.pupilCode}-2025-2026.xml`,
    ]);
  });

  test('is printed in the paper booklet’s form when that is asked for, with the same record inside', async () => {
    const [pupil] = house.school.pupils;
    const paper = await pupilBook(room(), house.school.clerk, book(pupil, 'paper'), URL);
    const usual = await pupilBook(room(), house.school.clerk, book(pupil), URL);
    expect(paper.fileName).toBe(`hoc-ba-mau-giay-${pupil?.pupilCode}.pdf`);
    expect(looks).toEqual(['paper', 'hbs']);
    const xml = (of: typeof paper) => extractAttachments(of.bytes).find(({ name }) => name.endsWith('.xml'));
    expect(xml(paper)).toEqual(xml(usual));
  });

  test('at the school that took the pupil over, the years of the former one too; not before, and not of others', async () => {
    const { db } = house.database;
    const there = await makeSmallSchool(db, { schoolId: '8', pupils: 1 });
    const [pupil] = house.school.pupils;
    const [arrived] = there.pupils;
    const bookThere = () => pupilBook(room(), there.clerk, book(arrived), URL);
    await house.database.asOwner(
      `update pupil set pupil_code = '${pupil?.pupilCode}' where school_id = 8 and pupil_code = '${arrived?.pupilCode}'`,
    );
    const yearsThere = async () =>
      (await pupilBookYears(house.database, there.clerk, arrived?.pupilId ?? '')).schoolYears;
    await expect(bookThere()).rejects.toMatchObject({ code: 'not-issued' });
    expect(await yearsThere()).toEqual([]);
    const offer = {
      transfer_id: crypto.randomUUID(),
      pupil_code: pupil?.pupilCode ?? '',
      personal_id: null,
      from_school_id: house.school.schoolId,
      to_school_code: null,
      offered_at: house.now(),
    };
    await db.insertInto('transfer_offer').values(offer).execute();
    await expect(bookThere()).rejects.toMatchObject({ code: 'not-issued' });
    await db.updateTable('transfer_offer').set({ taken_by: '8', taken_at: house.now() }).execute();
    expect(extractAttachments((await bookThere()).bytes)).toHaveLength(2);
    expect(await yearsThere()).toEqual(['2025-2026']);
    // The other way nothing is open: what the pupil does at the new school is the new school's.
    await expect(pupilBook(room(), house.school.clerk, book(arrived), URL)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

// Last: the class has a record less after it.
describe('a record recalled', () => {
  test('while the file waits is left out of it; of a pupil with no other there is no book', async () => {
    await ask();
    const [pupil] = house.school.pupils;
    const row = await house.database.asOwner<{ record_id: string }>(
      `select record_id from record where pupil_id = '${pupil?.pupilId}'`,
    );
    await house.recall(row[0]?.record_id ?? '', false);
    await work();
    expect(await view()).toMatchObject({ state: 'ready' });
    expect(typeset[0]?.pupils).toHaveLength(2);
    await expect(pupilBook(room(), house.school.principal, book(pupil), URL)).rejects.toMatchObject({
      code: 'not-issued',
    });
    const years = await pupilBookYears(house.database, house.school.principal, pupil?.pupilId ?? '');
    expect(years).toEqual({ schoolYears: [] });
  });
});
