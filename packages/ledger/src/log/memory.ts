import { equalBytes } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';
import type { CheckpointLock, LogStorage } from '../ports.ts';

/** A log's files in memory: for tests, for rehearsals and for a mirror that was read into memory. Files are copied in and out. */
export function memoryStorage(): LogStorage & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    read: async (path) => files.get(path)?.slice() ?? null,
    write: async (path, bytes) => {
      const there = files.get(path);
      if (path.startsWith('tile/') && there !== undefined && !equalBytes(there, bytes)) {
        throw new LedgerError('immutable-differs', path);
      }
      files.set(path, bytes.slice());
    },
    removePartials: async (fullPath) => {
      for (const path of [...files.keys()]) if (path.startsWith(`${fullPath}.p/`)) files.delete(path);
    },
  };
}

/** A lock in memory; it shows by example what a durable one must do. */
export function memoryLock(): CheckpointLock & { readonly bundles: Map<string, Uint8Array> } {
  let record: Uint8Array | null = null;
  const bundles = new Map<string, Uint8Array>();
  return {
    bundles,
    load: async () => record?.slice() ?? null,
    swap: async (old, next) => {
      const same = old === null || record === null ? old === record : equalBytes(old, record);
      if (same) record = next.slice();
      return same;
    },
    stage: async (key, bundle) => {
      bundles.set(key, bundle.slice());
    },
    staged: async (key) => bundles.get(key)?.slice() ?? null,
    stagedKeys: async () => [...bundles.keys()],
    discard: async (key) => {
      bundles.delete(key);
    },
  };
}
