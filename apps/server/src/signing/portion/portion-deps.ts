import type { CryptoPort } from '@hocba/signature';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../store/tables.ts';
import type { Batch, Item, ItemKey } from '../items/items.ts';
import type { SigningLevels } from '../levels/raise.ts';
import type { SignerSource, SlotCertificate } from '../signers/signers.ts';

/** A print that waits for its signature. */
export interface ReadyPrint extends ItemKey {
  readonly message: Uint8Array;
  /** Dates, verifies and stores the signed file. @throws AuthorityUnavailable to be tried again with the same value */
  finish(value: Uint8Array): Promise<void>;
}

/** Prints as the issuing room makes them. */
export interface PrintWork {
  /**
   * Makes the files and stores what is to be signed; an item that has its value already is made again from what is stored.
   * What may not be signed any more ends here. @throws AuthorityUnavailable while the log has no proof yet
   */
  prepare(batch: Batch, by: SlotCertificate, items: readonly Item[]): Promise<readonly ReadyPrint[]>;
}

/** Between which durable steps a batch stands; a test throws there, as a kill would. */
export type WorkStep =
  | 'begun'
  | 'prepared'
  | 'sending'
  | 'sent'
  | 'answered'
  | 'kept'
  | 'signed'
  | 'raised'
  | 'storing'
  | 'stored'
  | 'finishing';

/** A record whose last slot, the seal, has just been stored in the caller's transaction. */
export interface SealedRecord {
  readonly schoolId: string;
  readonly recordId: string;
  readonly staffId: string;
  readonly at: Date;
}

export interface PortionDeps {
  readonly db: Kysely<Database>;
  readonly crypto: CryptoPort;
  readonly signers: SignerSource;
  readonly levels: SigningLevels;
  now(): Date;
  /** Issues the record in the transaction of its seal: a sealed record that is not issued does not exist. */
  issueSealed(trx: Transaction<Database>, sealed: SealedRecord): Promise<void>;
  /** Says that something was issued and committed. */
  issued(): void;
  /** Signs the prints of what is issued; not there where prints are not signed. */
  readonly prints?: PrintWork;
  at?(step: WorkStep): void;
}
