import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '../encoding/bytes.ts';
import type { CheckpointLock } from '../ports.ts';

/** For benches and fault tables only: a lock in files of one directory, as durable as a database on the same disk; one process at a time. */
export function fileLock(directory: string): CheckpointLock {
  mkdirSync(join(directory, 'staged'), { recursive: true });
  const record = join(directory, 'record');
  const place = (key: string) => join(directory, 'staged', key);
  const read = (file: string) =>
    readFile(file).then(
      (bytes) => new Uint8Array(bytes),
      () => null,
    );
  async function write(file: string, bytes: Uint8Array): Promise<void> {
    const handle = await open(`${file}.new`, 'w');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${file}.new`, file);
  }
  return {
    load: () => read(record),
    swap: async (old, next) => {
      const there = await read(record);
      const same = old === null || there === null ? old === there : equalBytes(old, there);
      if (same) await write(record, next);
      return same;
    },
    stage: (key, bundle) => write(place(key), bundle),
    staged: (key) => read(place(key)),
    stagedKeys: async () => readdirSync(join(directory, 'staged')).filter((name) => !name.endsWith('.new')),
    discard: async (key) => rmSync(place(key), { force: true }),
  };
}
