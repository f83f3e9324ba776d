import type { Actor } from '../../access/actor.ts';
import type { StoppedLog } from '../log/stops.ts';
import type { ComingClose } from '../writer/coming-closes.ts';
import type { LodgingProblem } from './keep-lodging.ts';

/** What is going to become of the logs here. */
export interface LedgerOutlook {
  /** Of these logs, those that are going to be closed by themselves. */
  closes(origins: ReadonlySet<string>): Promise<readonly ComingClose[]>;
  /** Address of the level above's server; null where checkpoints are carried by file or not at all. */
  readonly lodgesAt: string | null;
  lodgingProblem(origin: string): LodgingProblem | null;
  /** Of the logs that a school's leaves go into, those that write no more, and why. */
  stopped(schoolCode: string): Promise<readonly StoppedLog[]>;
  /** Whether the actor looks after what others lodge here. */
  keepsOthers(actor: Actor): Promise<boolean>;
}
