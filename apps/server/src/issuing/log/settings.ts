import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Database } from '../../store/tables.ts';
import { nameIn, partsOfPlace, TRAINING_HOST } from './origin.ts';

const FILE = 'log.json';
const DEFAULT_PLACE = 'hocba.vn';

const Settings = z.strictObject({
  /** Host that the origins of real schools' logs begin with. */
  host: z.string().optional(),
  /** Name of the one log a year that all schools of this installation share, such as the province's code; else each has its own. */
  shared: z.string().optional(),
});

export interface LogSettings {
  /** As `originOf` takes it. */
  readonly place: string;
}

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
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { place: DEFAULT_PLACE };
    throw error;
  }
  const parsed = Settings.safeParse(JSON.parse(text));
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new Error(`${FILE} không đúng ở: ${where}`);
  }
  const { host = DEFAULT_PLACE, shared } = parsed.data;
  if (host.includes('/')) throw new Error(`${FILE} không đúng ở: host`);
  const place = shared === undefined ? host : `${host}/${shared}`;
  try {
    partsOfPlace(place);
  } catch {
    throw new Error(`${FILE} không đúng ở: host, shared`);
  }
  return { place };
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
