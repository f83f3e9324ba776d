import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLog, type Log, memoryLock, memoryStorage, openLog } from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import type { command } from '../mirror/mirror.ts';
import { type ServedFiles, serveFiles } from './served-files.ts';

export const ORIGIN = 'so.hocba.example/thu/2025-2026';
export const signer = ed25519Signer(ORIGIN, generateLogKey());
export const statusSigner = ed25519Signer('so.hocba.example/thu/status', generateLogKey());

/** A log without a leaf behind an address, and an empty folder for its mirror. */
export interface ServedLog {
  readonly log: Log;
  /** What is served, by its path. */
  readonly files: Map<string, Uint8Array>;
  readonly served: ServedFiles;
  /** Of the mirror. */
  readonly dir: string;
}

/** @param folder in which the mirror's is made */
export async function serveLog(folder: string): Promise<ServedLog> {
  const storage = memoryStorage();
  const { files } = storage;
  const ports = { sha256: nodeSha256, ed25519: nodeEd25519, origin: ORIGIN, signer, now: Date.now };
  const log = { ...ports, storage, lock: memoryLock() };
  await createLog(log);
  return {
    log: await openLog(log),
    files,
    served: await serveFiles((path) => files.get(path)),
    dir: mkdtempSync(join(folder, 'copy-')),
  };
}

/** A folder that says which log and whose status are believed. @param statusKey null: nobody's */
export function trustFolder(folder: string, statusKey: string | null, of = signer): string {
  const made = mkdtempSync(join(folder, 'trust-'));
  writeFileSync(join(made, 'tlog-policy'), `log ${of.vkey}\nquorum none\n`);
  if (statusKey !== null) writeFileSync(join(made, 'status.vkey'), `${statusKey}\n`);
  return made;
}

/** Runs a command as the terminal does. @returns its exit code and what it said */
export async function run(of: typeof command, args: readonly string[]) {
  let [out, err] = ['', ''];
  const status = await of.run(args, { out: (text) => (out += text), err: (text) => (err += text) });
  return { status, out, err };
}
