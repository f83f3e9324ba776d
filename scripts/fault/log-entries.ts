import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A log's folder as a web server would serve it: where its checkpoint lies. */
export async function logFolders(dataDir: string): Promise<string[]> {
  const root = join(dataDir, 'log');
  const files = await readdir(root, { recursive: true });
  return files
    .filter((file) => file === 'checkpoint' || file.endsWith('/checkpoint'))
    .map((file) => join(root, file, '..'));
}

/** Every entry of a log, from its bundles (c2sp.org/tlog-tiles): each after its length as uint16. */
export async function logEntries(folder: string): Promise<Buffer[]> {
  const size = Number((await readFile(join(folder, 'checkpoint'), 'utf8')).split('\n')[1]);
  const entries: Buffer[] = [];
  for (let bundle = 0; entries.length < size; bundle++) {
    const width = Math.min(256, size - bundle * 256);
    const name = String(bundle).padStart(3, '0');
    const path = join(folder, 'tile/entries', width === 256 ? name : `${name}.p/${width}`);
    let rest = await readFile(path);
    for (let n = 0; n < width; n++) {
      const length = rest.readUInt16BE(0);
      entries.push(rest.subarray(2, 2 + length));
      rest = rest.subarray(2 + length);
    }
    if (rest.length > 0) throw new Error('gói lá dài hơn kích thước cây');
  }
  return entries;
}
