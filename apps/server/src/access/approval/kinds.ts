import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import type { ApprovalAct } from '../../http/api/approvals.ts';
import type { Database } from '../../store/tables.ts';
import type { Actor, StaffRole } from '../actor.ts';

/**
 * The second person. What cannot be taken back is asked for by one of the office and done by the agreement of
 * another one: the request holds exactly what will be done and what it stands on, and its digest is what is agreed to. Each
 * room says what its acts are; asking, deciding and what is kept of both are the same for all.
 */
export type Act = z.output<typeof ApprovalAct>;
export type ActOf<K extends Act['kind']> = Extract<Act, { readonly kind: K }>;

/** One datum that the act changes, as both persons read it; an empty text is an empty field. */
export interface Change {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

/** What an act would do now. */
export interface Plan {
  /** What it touches, such as `record:…`; ids only. */
  readonly object: string;
  /** What it stands on: when this is another one at the decision, what was agreed to is no longer what would be done. */
  readonly basis: unknown;
  /** What both persons read, in Vietnamese, the first line the whole in one sentence. */
  readonly summary: readonly string[];
  /** What becomes of which datum; part of what is agreed to, as the basis is. */
  readonly changes?: readonly Change[];
  /** That nothing changes but what is named; what comes of it later is held to that. */
  readonly exact?: boolean;
}

export interface ApprovedRequest {
  readonly requestId: string;
  readonly reason: string;
}

export interface ApprovalKind<K extends Act['kind'] = Act['kind']> {
  readonly kind: K;
  /** Who may ask; everybody of the office unless said. */
  readonly askers?: readonly StaffRole[];
  /** Where the role is not enough. @throws Refusal `not-found`, `not-allowed` for who may not ask for this act */
  requireAsker?(trx: Transaction<Database>, actor: Actor, act: ActOf<K>): Promise<void>;
  readonly approvers: readonly StaffRole[];
  /** A correction names the paper that it rests on. */
  readonly needsEvidence: boolean;
  /**
   * What the act would do: `toDo` under the locks that doing it needs, `toSee` without any.
   * @throws Refusal where it could not be done now
   */
  plan(trx: Transaction<Database>, schoolId: string, act: ActOf<K>, how: 'toDo' | 'toSee'): Promise<Plan>;
  /**
   * Does it, in the transaction of the decision, so that it is done with it or not at all. What who asked then fetches
   * (`take.ts`) has none.
   * @param actor who agreed
   * @returns what is left to be done once that is stored; it may be lost with the process, and is then made up elsewhere
   */
  perform?(
    trx: Transaction<Database>,
    actor: Actor,
    act: ActOf<K>,
    request: ApprovedRequest,
  ): Promise<(() => Promise<void>) | null>;
  /** Address of what is fetched once it is agreed to; the request's id is added as `approval`. */
  fetchedAt?(act: ActOf<K>): string;
}

/** Who may ask and agree where a kind does not narrow it. */
export const OFFICE: readonly StaffRole[] = ['clerk', 'admin', 'principal'];

/** Every kind that a room offers; an act of another kind cannot be asked for. */
export type ApprovalKinds = { readonly [K in Act['kind']]?: ApprovalKind<K> };

export interface ApprovalDeps {
  readonly db: Kysely<Database>;
  readonly kinds: ApprovalKinds;
  now(): Date;
}
