/**
 * Writes a log of N invented leaves for the independent reader beside this file (`main.go`):
 *
 *   node packages/ledger/conformance/write-log.ts NEW_DIR 70000
 *
 * NEW_DIR gets the public files, `proof` and `leaf` (of one leaf); the vkey is printed. The key is known to everybody.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLog, openLog } from '../src/index.ts';
import { fileStorage } from '../src/node.ts';
import { numberedBytes, pendingRange, testPorts } from '../src/testing/ports.node.ts';

const [directory = '', count = '70000'] = process.argv.slice(2);
const size = Number(count);
const ports = testPorts({ storage: fileStorage(directory) });
await createLog(ports);
const log = await openLog(ports);
// Uneven batches, so that partial tiles of many widths are passed through.
for (let at = 0; at < size; at = log.size) {
  const end = Math.min(size, at + 1 + ((at * 7 + 1234) % 3001));
  await log.append(at, pendingRange(at, end));
}
const index = Math.floor(size / 3);
writeFileSync(join(directory, 'proof'), await log.proofFor(index, new Uint8Array(32)));
writeFileSync(join(directory, 'leaf'), numberedBytes(index));
console.log(ports.signer.vkey);
