import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Grade, type SubjectCode, subjectsOf } from '@hocba/record';
import type { FastifyInstance } from 'fastify';
import type { Kysely, Transaction } from 'kysely';
import type { StaffRole } from '../../access/actor.ts';
import type { Deps, RouteBinding } from '../../access/binding.ts';
import { hashPassword } from '../../access/password.ts';
import { accessRoutes } from '../../access/routes.ts';
import { schoolKinds } from '../../assessment/approvals.ts';
import { assessmentRoutes } from '../../assessment/routes.ts';
import { closingWork } from '../../issuing/manifest/closing-work.ts';
import { openRooms, type Rooms } from '../../rooms.ts';
import { rosterRoutes } from '../../roster/routes.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { freshDatabase, type TestDatabase } from '../../store/testing/cluster.ts';
import { type EdgeOptions, makeEdge } from '../edge.ts';

/**
 * Two small schools behind the real edge on a real database. School 1 has 4A (own), 4B (other), school 2 its own 4A.
 * Everybody's password is `PASSWORD`; user names are `<role>-<school>`, such as `homeroom-1`.
 */
export const PASSWORD = 'mật khẩu thử nghiệm 1';
export const YEAR = '2025-2026';
export const ROLES = ['homeroom', 'music', 'outsider', 'principal', 'clerk', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export interface Pupil {
  readonly pupilId: string;
  readonly pupilCode: string;
  readonly fullName: string;
}

export interface School {
  readonly schoolId: string;
  /** Homeroom teacher `homeroom`; `music` teaches Âm nhạc; `outsider` leads 4B and has nothing to do with 4A. */
  readonly classId: string;
  readonly otherClassId: string;
  readonly pupils: readonly Pupil[];
  readonly staff: Readonly<Record<Role, string>>;
}

export interface World {
  readonly database: TestDatabase;
  readonly db: Kysely<Database>;
  readonly deps: Deps;
  readonly app: FastifyInstance;
  readonly schools: readonly [School, School];
  readonly lines: string[];
  clock: { now: Date };
  signIn(username: string): Promise<Client>;
  close(): Promise<void>;
}

export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly body: T;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export type Client = <T = Record<string, never>>(
  method: 'GET' | 'POST' | 'DELETE',
  url: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer<T>>;

export async function makeWorld(
  options: {
    readonly bindings?: readonly RouteBinding[];
    /** All rooms with their background work, as the server opens them. */
    readonly whole?: boolean;
  } & Partial<EdgeOptions> = {},
): Promise<World> {
  const database = await freshDatabase();
  const { db } = database;
  const clock = { now: new Date('2026-05-20T02:00:00Z') };
  const lines: string[] = [];
  const dataDir = await mkdtemp(join(tmpdir(), 'hocba-world-'));
  const deps: Deps = { db, now: () => clock.now, dataDir, log: (line) => lines.push(line) };
  const hash = await hashPassword(PASSWORD);
  const schools = [await makeSchool(db, '1', hash), await makeSchool(db, '2', hash)] as const;
  const { bindings, whole, ...rest } = options;
  const rooms: Rooms | null = whole ? await openRooms(deps, database, [], undefined) : null;
  const app = await makeEdge({
    deps,
    bindings: bindings ??
      rooms?.bindings ?? [
        ...accessRoutes([], schoolKinds(deps)),
        ...rosterRoutes,
        ...assessmentRoutes(closingWork),
      ],
    ...(rooms ? { pages: rooms.pages } : {}),
    ...rest,
  });
  return {
    database,
    db,
    deps,
    app,
    schools,
    lines,
    clock,
    signIn: async (username) => clientOf(app, await cookieOf(app, username)),
    close: async () => {
      await app.close();
      await rooms?.stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Calls the edge with a cookie, as a browser's page of this server would. */
export function clientOf(app: FastifyInstance, cookie: string | null): Client {
  return async <T>(
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const response = await app.inject({
      method,
      url,
      headers: { host: 'localhost', ...(cookie ? { cookie } : {}), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    });
    const json = String(response.headers['content-type'] ?? '').startsWith('application/json');
    return {
      status: response.statusCode,
      body: (json ? response.json() : {}) as T,
      headers: response.headers,
      text: response.body,
    };
  };
}

export async function cookieOf(app: FastifyInstance, username: string): Promise<string> {
  const response = await app.inject({
    method: 'POST',
    url: '/api/session',
    headers: { host: 'localhost' },
    payload: { username, password: PASSWORD },
  });
  const header = String(response.headers['set-cookie'] ?? '');
  if (response.statusCode !== 200) throw new Error(`sign-in of ${username}: ${response.body}`);
  return header.split(';')[0] ?? '';
}

/** The multipart body of one uploaded file. */
export function fileBody(name: string, bytes: Uint8Array, field = 'file') {
  const boundary = 'ranh-gioi-0123456789';
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="${field}"; filename="${name}"\r\ncontent-type: application/octet-stream\r\n\r\n`;
  return {
    payload: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

async function makeSchool(db: Kysely<Database>, schoolId: string, hash: string): Promise<School> {
  await db
    .insertInto('school')
    .values({
      school_id: schoolId,
      code: `7900000${schoolId}`,
      name: `Trường Tiểu học Mẫu số ${schoolId}`,
      province_office_code: '79',
      province_office_name: 'Sở Giáo dục và Đào tạo Mẫu',
      commune_name: 'Phường Mẫu',
      district_name: null,
      province_name: 'Thành phố Mẫu',
      issue_place: 'Phường Mẫu',
      tax_code: `030000000${schoolId}`,
      training: true,
    })
    .execute();
  return inSchool(db, schoolId, async (trx) => {
    const staff = await makeStaff(trx, schoolId, hash);
    await trx
      .insertInto('school_year')
      .values({
        school_id: schoolId,
        school_year: YEAR,
        starts_on: '2025-09-05',
        ends_on: '2026-05-31',
        planned_issue_date: '2026-05-30',
      })
      .execute();
    const classId = await makeClass(trx, schoolId, '4A', staff.homeroom, staff.music);
    const otherClassId = await makeClass(trx, schoolId, '4B', staff.outsider, staff.outsider);
    const pupils = await makePupils(trx, schoolId, classId, 3);
    return { schoolId, classId, otherClassId, pupils, staff };
  });
}

const STAFF: readonly (readonly [Role, string, string, StaffRole])[] = [
  ['homeroom', 'Lê Thị Mẫu Ngọc', 'Giáo viên', 'teacher'],
  ['music', 'Phạm Mẫu Đàn', 'Giáo viên', 'teacher'],
  ['outsider', 'Trần Mẫu Ngoài', 'Giáo viên', 'teacher'],
  ['principal', 'Đỗ Thị Mẫu Ánh', 'Hiệu trưởng', 'principal'],
  ['clerk', 'Võ Mẫu Thư', 'Văn thư', 'clerk'],
  ['admin', 'Bùi Mẫu Trị', 'Quản trị', 'admin'],
];

async function makeStaff(
  trx: Transaction<Database>,
  school_id: string,
  password_hash: string,
): Promise<Record<Role, string>> {
  const made: [Role, string][] = [];
  for (const [n, [key, full_name, title, role]] of STAFF.entries()) {
    const staff_id = randomUUID();
    await trx
      .insertInto('staff')
      .values({
        school_id,
        staff_id,
        staff_code: `NV${n}`,
        full_name,
        personal_id: `00008000000${n}`,
        title,
      })
      .execute();
    await trx.insertInto('staff_role').values({ school_id, staff_id, role }).execute();
    await trx
      .insertInto('account')
      .values({
        account_id: randomUUID(),
        school_id,
        staff_id,
        username: `${key}-${school_id}`,
        password_hash,
      })
      .execute();
    made.push([key, staff_id]);
  }
  return Object.fromEntries(made) as Record<Role, string>;
}

const GRADE: Grade = 4;

async function makeClass(
  trx: Transaction<Database>,
  school_id: string,
  name: string,
  homeroom: string,
  music: string,
): Promise<string> {
  const class_id = randomUUID();
  await trx
    .insertInto('class')
    .values({ school_id, class_id, school_year: YEAR, name, grade: GRADE, homeroom_staff_id: homeroom })
    .execute();
  const subjects: SubjectCode[] = subjectsOf(GRADE)
    .filter((s) => s.grades.includes(GRADE))
    .map((s) => s.code);
  await trx
    .insertInto('assignment')
    .values(
      subjects.map((subject) => ({
        school_id,
        class_id,
        subject,
        staff_id: subject === 'AN' ? music : homeroom,
      })),
    )
    .execute();
  return class_id;
}

const NAMES = ['Nguyễn Thị Mẫu Giang', 'Trần Mẫu Đức', 'Lý Mẫu Ân', 'Hồ Mẫu Khải', 'Vũ Mẫu Uyên'];

async function makePupils(
  trx: Transaction<Database>,
  school_id: string,
  class_id: string,
  count: number,
): Promise<Pupil[]> {
  const pupils = Array.from({ length: count }, (_, n) => ({
    pupilId: randomUUID(),
    pupilCode: `MAU${school_id}00${n + 1}`,
    fullName: NAMES[n % NAMES.length] ?? '',
  }));
  await trx
    .insertInto('pupil')
    .values(
      pupils.map((p, n) => ({
        school_id,
        pupil_id: p.pupilId,
        pupil_code: p.pupilCode,
        personal_id: `000316${String(n + 1).padStart(6, '0')}`,
        register_number: String(n + 1),
        full_name: p.fullName,
        sex: 'female' as const,
        birth_date: '2016-03-02',
        birth_place: 'Tỉnh Mẫu',
        home_town: 'Tỉnh Mẫu',
        address: 'Phường Mẫu',
        ethnicity: 'Kinh',
        nationality: 'Việt Nam',
        father_name: null,
        mother_name: 'Trần Thị Mẫu',
        guardian_name: null,
      })),
    )
    .execute();
  await trx
    .insertInto('pupil_registry')
    .values(pupils.map((p) => ({ pupil_code: p.pupilCode, school_id, pupil_id: p.pupilId })))
    .execute();
  await trx
    .insertInto('enrolment')
    .values(
      pupils.map((p, n) => ({
        school_id,
        class_id,
        pupil_id: p.pupilId,
        ordinal: n + 1,
        grade: GRADE,
        arrived_on: '2025-09-05',
        left_on: null,
      })),
    )
    .execute();
  return pupils;
}
