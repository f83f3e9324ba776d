import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { auditLog, createLog, leafHash, merkleRoot, openLog, parseCheckpointText } from '@hocba/ledger';
import { nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { numberedBytes, pendingRange } from '../../../packages/ledger/src/testing/ports.node.ts';
import { freeDisk, mountDisk, unmountDisk } from '../disk/small-disk.ts';
import { diskPorts, FAULTS, type Fault, needsDisk, STEPS, type Step, signedFile } from './steps.ts';

/** Bytes of a case's disk: the log of 300 leaves with its lock, several times. */
const DISK = 1_048_576;

/** What became of one step × fault. */
export interface Outcome {
  readonly step: Step;
  readonly fault: Fault;
  /** How the process ended: by the fault, or past it because the step is not essential. */
  readonly ended: 'killed' | 'error' | 'went on';
  /** What does not hold after the reload; empty if all does. */
  readonly wrong: readonly string[];
}

/**
 * Every step × every fault on a log on disk: a process signs 100 leaves on top of 200 and meets the fault; then the log is opened
 * anew, the same leaves are appended once more, and the whole log and everything that was ever signed is checked. A disk that is full is a
 * real one, mounted for the case.
 */
export async function runTable(work: string, say: (outcome: Outcome) => void): Promise<Outcome[]> {
  const template = mkdtempSync(join(work, 'ledger-'));
  const ports = diskPorts(template);
  await createLog(ports);
  await (await openLog(ports)).append(0, pendingRange(0, 200));
  const outcomes: Outcome[] = [];
  const cases = STEPS.flatMap((step) => FAULTS.map((fault) => ({ step, fault })));
  for (const { step, fault } of cases) {
    const folder = mkdtempSync(join(work, 'case-'));
    if (needsDisk(fault)) mountDisk(folder, DISK);
    cpSync(template, folder, { recursive: true });
    cpSync(signedFile(template), signedFile(folder));
    const ended = await runVictim(folder, step, fault);
    const wrong = fault === 'full' ? await openWithoutRoom(folder) : [];
    freeDisk(folder);
    const outcome = { step, fault, ended, wrong: [...wrong, ...(await reload(folder))] };
    outcomes.push(outcome);
    say(outcome);
    if (needsDisk(fault)) unmountDisk(folder);
    else rmSync(folder, { recursive: true, force: true });
  }
  rmSync(template, { recursive: true, force: true });
  return outcomes;
}

/** A start while the disk is still full: it goes on or says so, and leaves nothing worse. */
async function openWithoutRoom(folder: string): Promise<string[]> {
  try {
    await (await openLog(diskPorts(folder))).append(200, pendingRange(200, 300));
    return [];
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOSPC' ? [] : [`without room: ${error}`];
  }
}

function runVictim(folder: string, step: Step, fault: Fault): Promise<Outcome['ended']> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'victim.ts'), folder, step, fault], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (signal === 'SIGKILL') resolve('killed');
      else if (code === 7) resolve('error');
      else if (code === 0) resolve('went on');
      else reject(new Error(`victim ended with ${code}`));
    });
  });
}

async function reload(folder: string): Promise<string[]> {
  const wrong: string[] = [];
  const ports = diskPorts(folder);
  try {
    const log = await openLog(ports);
    const { size } = await log.append(200, pendingRange(200, 300));
    if (size !== 300) wrong.push(`size ${size}`);
  } catch (error) {
    wrong.push(String(error));
  }
  const left = readdirSync(join(folder, 'log', '.temp'));
  if (left.length > 0) wrong.push(`${left.length} half-written files left`);
  const { storage, signer } = ports;
  let next = 0;
  const report = await auditLog({
    sha256: nodeSha256,
    ed25519: nodeEd25519,
    storage,
    vkey: signer.vkey,
    onLeaf: (index, bytes) => {
      if (index !== next++ || Buffer.compare(bytes, numberedBytes(index)) !== 0) wrong.push(`leaf ${index}`);
    },
  });
  if (!report.ok || report.size !== 300) wrong.push(`audit: ${report.findings[0]?.code ?? report.size}`);
  const hashes = Array.from({ length: 300 }, (_, i) => leafHash(nodeSha256, numberedBytes(i)));
  for (const line of readFileSync(signedFile(folder), 'utf8').trim().split('\n')) {
    const signed = parseCheckpointText(Buffer.from(line, 'base64').toString());
    const root = merkleRoot(nodeSha256, hashes.slice(0, signed.size));
    if (Buffer.compare(root, signed.root) !== 0) wrong.push(`two trees of size ${signed.size} were signed`);
  }
  return wrong;
}
