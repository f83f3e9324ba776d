/** Why the database could not be started, or that of others reached; each with a sentence for whoever started the server. */
export type LaunchErrorCode =
  | 'platform-unsupported'
  | 'data-folder-in-use'
  | 'data-folder-unusable'
  | 'cluster-of-other-user'
  | 'cluster-of-other-version'
  | 'no-identity'
  | 'library-links'
  | 'init-failed'
  | 'start-failed'
  | 'stop-failed'
  | 'database-unreachable';

export class LaunchError extends Error {
  readonly code: LaunchErrorCode;

  constructor(code: LaunchErrorCode, message: string) {
    super(message);
    this.name = 'LaunchError';
    this.code = code;
  }
}
