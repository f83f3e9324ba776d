/** The server as other programs start it and look into its store: tests, the example, the command line. */

export { keepReceipt, lodgingRequest } from './issuing/above/lodge.ts';
export { type LodgingCode, LodgingRefused } from './issuing/above/refused.ts';
export {
  type AuditProblem,
  type AuditProgress,
  type AuditReport,
  AuditStateError,
  auditStore,
} from './issuing/audit/audit.ts';
export { type Fork, keptForks } from './issuing/lodging/forks.ts';
export { ClockError, type ClockErrorCode } from './issuing/log/clock.ts';
export {
  acceptLodging,
  catchUpTo,
  type ListedLog,
  listLogs,
  orderClock,
  orderLogEnd,
  TooEarly,
} from './issuing/operator/logs.ts';
export type { FamilyFiles } from './issuing/take-back/judged.ts';
export { takeBackAll } from './issuing/take-back/operator.ts';
export { filesInPrint } from './issuing/take-back/paper.ts';
export { type TakeBackCode, TakeBackError } from './issuing/take-back/refused.ts';
export { CatchUpError, type CatchUpErrorCode } from './issuing/writer/catch-up.ts';
export type { CloseObstacles } from './issuing/writer/coming-closes.ts';
export { EndError, type EndErrorCode } from './issuing/writer/end-log.ts';
export { type RunningServer, type StartOptions, startServer } from './server.ts';
export { openBesideServer } from './store/beside.ts';
export { MigrationError } from './store/migrate.ts';
export { LaunchError } from './store/postgres/launch-error.ts';
export { migratedObjects } from './store/schema-objects.ts';
