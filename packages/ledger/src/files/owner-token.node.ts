import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

const TOKEN = /^([1-9]\d{0,9})-(\d{1,20})-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let ownStart: number | undefined;

/** A file name that nobody else gives: this process's number, when it began in the kernel's ticks (0: cannot be asked), and a UUID. */
export function ownerToken(): string {
  if (ownStart === undefined) {
    const began = startOf(process.pid);
    ownStart = typeof began === 'number' ? began : 0;
  }
  return `${process.pid}-${ownStart}-${randomUUID()}`;
}

/** Whether a name is such a token of a process that has ended. A name of another form is nobody's. */
export function isOfEndedOwner(name: string): boolean {
  const [, pid, start] = TOKEN.exec(name) ?? [];
  return pid !== undefined && !isAlive(Number(pid), Number(start));
}

/** @param start as in the token; 0 where it was not known, and then the number alone decides */
export function isAlive(pid: number, start: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // After a restart of the machine the number may be another's, who began at another time. What cannot be asked counts as alive.
  const began = startOf(pid);
  return start === 0 || began === null || began === start;
}

/** When a process began, in the kernel's own ticks; 'ended' when nobody has reaped the dead; null where it cannot be asked. */
function startOf(pid: number): number | 'ended' | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : Number(fields[19]);
  } catch {
    return null;
  }
}
