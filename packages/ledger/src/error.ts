/** Every reason why the ledger refuses. A caller switches on the code; the message is for an operator's log. */
export type LedgerErrorCode =
  // what was handed in
  | 'base64-invalid'
  | 'decimal-invalid'
  | 'hash-length'
  | 'path-invalid'
  | 'leaf-invalid'
  | 'commitment-invalid'
  | 'name-invalid'
  | 'vkey-invalid'
  | 'note-invalid'
  | 'note-unsigned'
  | 'note-signature-wrong'
  | 'checkpoint-invalid'
  | 'origin-wrong'
  | 'cosignature-invalid'
  | 'proof-invalid'
  | 'proof-file-invalid'
  | 'policy-invalid'
  | 'status-invalid'
  | 'index-out-of-range'
  | 'bundle-invalid'
  | 'manifest-invalid'
  | 'closing-invalid'
  | 'shards-invalid'
  | 'succession-invalid'
  | 'act-invalid'
  | 'claim-key-invalid'
  | 'clock-invalid'
  // what the writer found
  | 'log-exists'
  | 'log-missing'
  | 'lock-invalid'
  | 'staged-invalid'
  | 'tile-missing'
  | 'tile-invalid'
  | 'entries-mismatch'
  | 'root-mismatch'
  | 'storage-behind-lock'
  | 'lock-behind-storage'
  | 'checkpoint-inconsistent'
  | 'known-checkpoint-ahead'
  | 'time-went-back'
  | 'signer-wrong'
  | 'lost-race'
  | 'index-mismatch'
  | 'leaf-hash-mismatch'
  | 'leaf-differs'
  | 'log-closed'
  | 'log-not-closed'
  | 'log-frozen'
  | 'quorum-missing'
  | 'audit-failed'
  | 'immutable-differs'
  | 'folder-locked'
  // what a mirror found
  | 'log-shrank'
  | 'log-forked'
  | 'remote-missing'
  | 'remote-invalid'
  | 'copy-damaged';

/** Thrown by every function of this package that refuses. `code` is stable, `message` is not; neither holds leaf contents. */
export class LedgerError extends Error {
  readonly code: LedgerErrorCode;
  /** What it was about: a file's path, an index, a size. */
  readonly detail: string;
  constructor(code: LedgerErrorCode, detail = '') {
    super(detail === '' ? code : `${code}: ${detail}`);
    this.name = 'LedgerError';
    this.code = code;
    this.detail = detail;
  }
}
