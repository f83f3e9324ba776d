/**
 * Everything that the application refuses, as a closed union. `http/errors.ts` holds, for each code, its one HTTP
 * status and its one Vietnamese sentence: what happened, is my work safe, what to do.
 */
export type RefusalCode =
  | 'not-signed-in'
  | 'wrong-credentials'
  | 'password-to-choose'
  | 'too-many-tries'
  | 'insecure-connection'
  | 'second-factor-needed'
  | 'second-factor-missing'
  | 'second-factor-refused'
  | 'not-allowed'
  | 'not-found'
  | 'invalid-input'
  | 'file-unreadable'
  | 'file-too-large'
  | 'header-not-found'
  | 'import-already-applied'
  | 'import-already-undone'
  | 'class-exists'
  | 'class-too-large'
  | 'year-exists'
  | 'plan-changed'
  | 'year-in-use'
  | 'period-closed'
  | 'period-incomplete'
  | 'year-locked'
  | 'left-in-locked-year'
  | 'nothing-to-freeze'
  | 'not-ready-to-sign'
  | 'signature-refused'
  | 'certificate-unusable'
  | 'key-file-not-opened'
  | 'pairing-refused'
  | 'agent-unpaired'
  | 'order-closed'
  | 'signing-service'
  | 'already-issued'
  | 'not-issued'
  | 'record-damaged'
  | 'already-recalled'
  | 'table-in-use'
  | 'year-not-ready'
  | 'already-closed'
  | 'log-unavailable'
  | 'log-unknown'
  | 'log-not-shared'
  | 'log-behind'
  | 'checkpoint-refused'
  | 'checkpoint-behind'
  | 'checkpoint-unproven'
  | 'checkpoint-forked'
  | 'approval-needed'
  | 'approval-own'
  | 'approval-nobody'
  | 'approval-waiting'
  | 'approval-closed'
  | 'approval-outdated'
  | 'evidence-missing'
  | 'too-often'
  | 'cross-site-request'
  | 'internal';

export class Refusal extends Error {
  readonly code: RefusalCode;
  /** Sentences for the reader, never secrets and never data of another person than the reader may see. */
  readonly details: readonly string[];
  constructor(code: RefusalCode, details: readonly string[] = []) {
    super(code);
    this.name = 'Refusal';
    this.code = code;
    this.details = details;
  }
}
