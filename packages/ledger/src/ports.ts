/** SHA-256 of a byte string: 32 bytes. The result must be a fresh array; the input must not be kept. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** Ed25519 (RFC 8032) with raw keys: 32-byte public key, 64-byte signature. */
export interface Ed25519 {
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>;
}

/** A log's or a witness's key, wherever it is kept. It signs the exact bytes given and returns the bare 64-byte signature. */
export interface NoteSigner {
  readonly vkey: string;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/**
 * Public files of a log under one prefix (`checkpoint`, `status`, `tile/…`). The storage is NOT trusted: everything read
 * from it is checked against a root before something is signed on top of it.
 */
export interface LogStorage {
  read(path: string): Promise<Uint8Array | null>;
  /** Durable when it returns. Under `tile/` the same bytes may come twice, other bytes are refused ('immutable-differs'). */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Optional: deletes the partial files beside a full tile (`<fullPath>.p/`), which nobody needs any more. */
  removePartials?(fullPath: string): Promise<void>;
  /** Optional: removes what writers that were killed left half written, and nothing of a living one; returns how much it was. */
  removeLitter?(): Promise<number>;
}

/**
 * The writer's own durable memory. It IS trusted: what it says was signed, was signed. It must be another back end than the
 * log's storage (in PostgreSQL: one row per log), so that restoring one of them from a backup is noticed by the other.
 */
export interface CheckpointLock {
  /** The last record swapped in; null when this log never existed. */
  load(): Promise<Uint8Array | null>;
  /** Atomically and durably replaces `old` (null: nothing there) by `next`; false when something else is there. */
  swap(old: Uint8Array | null, next: Uint8Array): Promise<boolean>;
  /** Durably keeps a bundle of files under a key; same key and bytes twice is fine. */
  stage(key: string, bundle: Uint8Array): Promise<void>;
  staged(key: string): Promise<Uint8Array | null>;
  stagedKeys(): Promise<readonly string[]>;
  discard(key: string): Promise<void>;
}
