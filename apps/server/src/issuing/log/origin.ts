import { join } from 'node:path';

/** Every training log's origin begins with this, and no other's does. */
export const TRAINING_HOST = 'hocba.training';

/**
 * The name, for ever, of a log of one school year: a shard. A year's log has its own key.
 *
 * @param place where the installation's logs are: a host, under which each school has its own, or `<host>/<name>`: one log a year for all
 *   of its schools, under that name. A training school's log is at the training host, whatever host is given.
 */
export function originOf(
  school: { code: string; training: boolean },
  schoolYear: string,
  place: string,
): string {
  const { host, shared } = partsOfPlace(place);
  const name = shared ?? school.code;
  if (!NAME.test(name) || !/^\d{4}-\d{4}$/.test(schoolYear)) throw new TypeError('origin');
  return `${school.training ? TRAINING_HOST : host}/${name}/${schoolYear}`;
}

const NAME = /^[A-Za-z0-9_-]+$/;

/** Whether a text is the name of a log, and so no other place among files either. */
export function isOrigin(text: string): boolean {
  return text.length <= 200 && /^[a-z0-9][a-z0-9.-]*\/[A-Za-z0-9_-]+\/\d{4}-\d{4}(\.\d+)?$/.test(text);
}

/** @throws TypeError for what is no place of logs */
export function partsOfPlace(place: string): { readonly host: string; readonly shared: string | null } {
  const [host = '', shared = null, ...more] = place.split('/');
  const isName = shared === null || NAME.test(shared);
  if (!/^[a-z0-9][a-z0-9.-]*$/.test(host) || host === TRAINING_HOST || !isName || more.length > 0)
    throw new TypeError('place of logs');
  return { host, shared };
}

/** Whose log an origin names: a school's code, or the name of a log that schools share. */
export function nameIn(origin: string): string {
  return origin.split('/')[1] ?? '';
}

/**
 * The order in which logs came to be: by school year, then by the number that a log bears after a theft (`….10` after `….2`), and
 * those of one year and number by their school.
 *
 * @returns below, at or above zero, as sorting wants it
 */
export function compareOrigins(a: string, b: string): number {
  const [first, second] = [partsOf(a), partsOf(b)];
  return (
    compareText(first.year, second.year) || first.number - second.number || compareText(first.of, second.of)
  );
}

/** The school year of an origin, whatever number the log bears after a theft. */
export function yearIn(origin: string): string {
  return partsOf(origin).year;
}

function partsOf(origin: string): { readonly of: string; readonly year: string; readonly number: number } {
  const at = origin.lastIndexOf('/') + 1;
  const [year = '', number = '1'] = origin.slice(at).split('.');
  return { of: origin.slice(0, at), year, number: Number(number) };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Folder of a log's public files; its path below `log/` is the origin, which is also its address on this server. */
export function folderOf(dataDir: string, origin: string): string {
  return join(dataDir, 'log', ...origin.split('/'));
}

export function logKeyFile(dataDir: string, origin: string): string {
  return join(dataDir, 'keys', 'logs', `${origin.replaceAll('/', '_')}.key`);
}

export function statusKeyFile(dataDir: string): string {
  return join(dataDir, 'keys', 'status.key');
}

/** Name of the key that signs a school's status files. */
export function statusKeyName(origin: string): string {
  return `${origin.slice(0, origin.lastIndexOf('/'))}/status`;
}
