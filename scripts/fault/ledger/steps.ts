import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CheckpointLock, LogPorts, LogStorage, NoteSigner } from '@hocba/ledger';
import { fileStorage, nodeEd25519, nodeSha256, ownerToken } from '@hocba/ledger/node';
import { fileLock } from '../../../packages/ledger/src/testing/file-lock.node.ts';
import { ORIGIN, wordSigner } from '../../../packages/ledger/src/testing/ports.node.ts';
import { fillDisk } from '../disk/small-disk.ts';

/** What one signing comes to, in order; leaves 200…299 go on top of 200. */
export const STEPS = [
  'stage',
  'sign',
  'swap',
  'staged',
  'write tile/entries/000',
  'write tile/entries/001.p/44',
  'write tile/0/000',
  'write tile/0/001.p/44',
  'write tile/1/000.p/1',
  'load',
  'write checkpoint',
  'stagedKeys',
  'discard',
  'removePartials',
] as const;
export type Step = (typeof STEPS)[number];

/** What happens at the step. From `full` and `nearly-full` on the disk under log and lock has no room, or one page of 4096 bytes. */
export const FAULTS = ['error', 'error-after', 'kill', 'kill-after', 'torn', 'full', 'nearly-full'] as const;
export type Fault = (typeof FAULTS)[number];

/** Whether the case is on a small disk of its own. */
export function needsDisk(fault: Fault): boolean {
  return fault === 'full' || fault === 'nearly-full';
}

/** Every text that was ever signed for the log in this folder; beside it, so that it can grow when the log's disk is full. */
export function signedFile(folder: string): string {
  return `${folder}.signed`;
}

/** Log files, lock and a list of everything that was ever signed, on disk. */
export function diskPorts(folder: string): LogPorts & { readonly storage: LogStorage } {
  return {
    origin: ORIGIN,
    sha256: nodeSha256,
    ed25519: nodeEd25519,
    storage: fileStorage(join(folder, 'log')),
    lock: fileLock(join(folder, 'lock')),
    signer: rememberingSigner(folder),
    now: Date.now,
  };
}

function rememberingSigner(folder: string): NoteSigner {
  const signer = wordSigner(ORIGIN, 'log key');
  return {
    vkey: signer.vkey,
    sign: async (message) => {
      // Before the signature is handed out: whatever exists is in the list.
      appendFileSync(signedFile(folder), `${Buffer.from(message).toString('base64')}\n`);
      return signer.sign(message);
    },
  };
}

/** The ports with one fault at one step, once, when armed. */
export function faultyPorts(folder: string, step: Step, fault: Fault): { ports: LogPorts; arm(): void } {
  const ports = diskPorts(folder);
  let armed = false;
  async function pass<T>(name: string, work: () => Promise<T>, bytes?: Uint8Array): Promise<T> {
    if (!armed || name !== step) return work();
    armed = false;
    if (needsDisk(fault)) {
      fillDisk(folder, fault === 'full' ? 0 : 1);
      return work();
    }
    if (fault === 'kill') process.kill(process.pid, 'SIGKILL');
    if (fault === 'error-after' || fault === 'kill-after') await work();
    if (fault === 'kill-after') process.kill(process.pid, 'SIGKILL');
    if (fault === 'torn') {
      leaveHalf(folder, name, bytes);
      process.kill(process.pid, 'SIGKILL');
    }
    throw new Error(`injected at ${name}`);
  }
  const { storage, lock, signer } = ports;
  const wrapped: LogPorts = {
    ...ports,
    signer: { vkey: signer.vkey, sign: (message) => pass('sign', () => signer.sign(message), message) },
    storage: {
      read: storage.read,
      write: (path, bytes) => pass(`write ${path}`, () => storage.write(path, bytes), bytes),
      removePartials: (path) => pass('removePartials', async () => storage.removePartials?.(path)),
    },
    lock: faultyLock(lock, pass),
  };
  return {
    ports: wrapped,
    arm() {
      armed = true;
    },
  };
}

function faultyLock(
  lock: CheckpointLock,
  pass: <T>(name: string, work: () => Promise<T>, bytes?: Uint8Array) => Promise<T>,
): CheckpointLock {
  return {
    load: () => pass('load', lock.load),
    swap: (old, next) => pass('swap', () => lock.swap(old, next), next),
    stage: (key, bundle) => pass('stage', () => lock.stage(key, bundle), bundle),
    staged: (key) => pass('staged', () => lock.staged(key)),
    stagedKeys: () => pass('stagedKeys', lock.stagedKeys),
    discard: (key) => pass('discard', () => lock.discard(key)),
  };
}

/** Half of what was to be written, where a write that breaks off leaves it: in the file that is not yet renamed. */
function leaveHalf(folder: string, name: string, bytes?: Uint8Array): void {
  if (bytes === undefined) return;
  const half = bytes.subarray(0, bytes.length >> 1);
  const place = name.startsWith('write ')
    ? join(folder, 'log', '.temp', ownerToken())
    : name === 'swap'
      ? join(folder, 'lock', 'record.new')
      : join(folder, 'lock', 'staged', 'half.new');
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, half);
}
