/*
 * One signing with one fault, in a process that may die of it: `victim.ts FOLDER STEP FAULT`. Ends with 7 after an error. When its disk
 * was nearly full it goes on by itself: once more without room, then with it.
 */
import { openLog } from '@hocba/ledger';
import { pendingRange } from '../../../packages/ledger/src/testing/ports.node.ts';
import { freeDisk } from '../disk/small-disk.ts';
import { type Fault, faultyPorts, needsDisk, type Step } from './steps.ts';

const [folder = '', step, fault] = process.argv.slice(2);
const { ports, arm } = faultyPorts(folder, step as Step, fault as Fault);
const log = await openLog(ports);
arm();
const append = () => log.append(200, pendingRange(200, 300));
try {
  await append();
} catch (error) {
  process.exitCode = 7;
  if (needsDisk(fault as Fault)) requireFull(error);
  if (fault === 'nearly-full') {
    await append().catch(requireFull);
    freeDisk(folder);
    await append();
  }
}

/** Nothing but the kernel's own word for it. */
function requireFull(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
}
