/** What every command of `hocba` is made of. */

/** Exit codes that mean the same in every command (sysexits.h). */
export const EXIT = {
  ok: 0,
  usage: 64,
  unreadable: 65,
  unavailable: 69,
  software: 70,
  cannotCreate: 73,
  notAllowed: 77,
} as const;

export interface Io {
  out(text: string): void;
  err(text: string): void;
}

export interface Command {
  /** How it is called and what it answers. */
  readonly usage: string;
  /** @param args what stands behind the command's name; returns the exit code */
  run(args: readonly string[], io: Io): Promise<number>;
}
