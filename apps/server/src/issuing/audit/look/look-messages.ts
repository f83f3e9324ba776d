import type { Connection } from '../../../store/database.ts';
import type { Looked, LookOrder } from './look.ts';

/** What a thread that looks at records is started with. */
export interface ThreadData {
  readonly connection: Connection;
  /** DER. */
  readonly roots: readonly Uint8Array[];
  readonly begun: Date;
}

export type ToThread = LookOrder | 'end';

/** Answers come in the order of the questions. */
export type FromThread = { readonly looked: readonly Looked[] } | { readonly failed: unknown };
