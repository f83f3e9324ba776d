/* One signing with one fault, in a process that may die of it: `victim.ts FOLDER STEP FAULT`. Ends with 7 after an error. */
import { openLog } from '@hocba/ledger';
import { pendingRange } from '../../../packages/ledger/src/test-ports.node.ts';
import { type Fault, faultyPorts, type Step } from './steps.ts';

const [folder = '', step, fault] = process.argv.slice(2);
const { ports, arm } = faultyPorts(folder, step as Step, fault as Fault);
const log = await openLog(ports);
arm();
try {
  await log.append(200, pendingRange(200, 300));
} catch {
  process.exitCode = 7;
}
