import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Database } from '../../store/tables.ts';
import { asTyped } from './as-typed.ts';
import { nameIn, partsOfPlace, TRAINING_HOST } from './origin.ts';

const FILE = 'log.json';
const DEFAULT_PLACE = 'hocba.vn';

const Settings = z.strictObject({
  /** Host that the origins of real schools' logs begin with. */
  host: z.string().optional(),
  /** Name of the one log a year that all schools of this installation share, such as the province's code; else each has its own. */
  shared: z.string().optional(),
  /** Code of the school, or office, whose administrators look after what others lodge in the shared log; of one alone it need not be said. */
  keeper: z.string().min(1).optional(),
  /** Address of the level above's server, where checkpoints are lodged; else they are carried by file. */
  lodgeAt: z.string().optional(),
  /** `MM-DD`: on this day after a school year has ended its log is closed; else that is ordered by hand. */
  closeOn: z.string().optional(),
});

export interface LogSettings {
  /** As `originOf` takes it. */
  readonly place: string;
  /** Code of who looks after the shared log; null where nobody is named. */
  readonly keeper: string | null;
  /** Without a slash at the end; null where nothing is sent. */
  readonly lodgeAt: string | null;
  /** `MM-DD`; null where no log is closed by itself. */
  readonly closeOn: string | null;
}

const NOTHING_SET: LogSettings = { place: DEFAULT_PLACE, keeper: null, lodgeAt: null, closeOn: null };

/**
 * How this installation keeps its logs, out of `log.json` in the data folder.
 *
 * @throws Error, with the place and not the content, for a file that is not right
 */
export function readLogSettings(dataDir: string): LogSettings {
  let text: string;
  try {
    text = readFileSync(join(dataDir, FILE), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING_SET;
    throw error;
  }
  let json: unknown;
  try {
    json = JSON.parse(asTyped(text));
  } catch {
    throw new Error(
      `${FILE} trong thư mục dữ liệu không phải JSON: xem lại ngoặc, dấu phẩy và dấu nháy thẳng (")`,
    );
  }
  const parsed = Settings.safeParse(json);
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new Error(`${FILE} không đúng ở: ${where}`);
  }
  const { host = DEFAULT_PLACE, shared, keeper = null, lodgeAt = null, closeOn = null } = parsed.data;
  if (host.includes('/')) throw new Error(`${FILE} không đúng ở: host`);
  if (keeper !== null && shared === undefined) throw new Error(`${FILE} không đúng ở: keeper`);
  const place = shared === undefined ? host : `${host}/${shared}`;
  try {
    partsOfPlace(place);
  } catch {
    throw new Error(`${FILE} không đúng ở: host, shared`);
  }
  if (lodgeAt !== null && !isAddress(lodgeAt)) throw new Error(`${FILE} không đúng ở: lodgeAt`);
  if (closeOn !== null && !isDayOfYear(closeOn)) throw new Error(`${FILE} không đúng ở: closeOn`);
  return { place, keeper, lodgeAt: lodgeAt === null ? null : new URL(lodgeAt).origin, closeOn };
}

/** A host by https and nothing behind it; plain HTTP on this machine alone. */
function isAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || url.href !== `${url.origin}/` || url.username !== '') return false;
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname))
  );
}

/** A day that every year has. */
function isDayOfYear(text: string): boolean {
  const day = new Date(`2025-${text}T00:00:00Z`);
  return /^\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().slice(5, 10) === text;
}

/**
 * An origin is for ever: under another host, or without the log that its schools share, an installation would quietly begin a second
 * log of a year that has one.
 *
 * @throws Error with what the settings must go on to say
 */
export async function requireSamePlace(db: Kysely<Database>, place: string): Promise<void> {
  const { host, shared } = partsOfPlace(place);
  const codes = new Set((await db.selectFrom('school').select('code').execute()).map(({ code }) => code));
  if (shared !== null && codes.has(shared))
    throw new Error(`${FILE}: “${shared}” là mã của một trường, không đặt làm tên nhật ký chung được.`);
  for (const { origin } of await db.selectFrom('log_state').select('origin').orderBy('origin').execute()) {
    const [its = ''] = origin.split('/');
    const known = nameIn(origin) === shared || codes.has(nameIn(origin));
    if (its !== TRAINING_HOST && its !== host)
      throw new Error(`${FILE}: kho đã có nhật ký ${origin}; “host” phải giữ là “${its}”.`);
    if (!known)
      throw new Error(
        `${FILE}: kho đã có nhật ký chung ${origin}; “shared” phải giữ là “${nameIn(origin)}”.`,
      );
  }
}
