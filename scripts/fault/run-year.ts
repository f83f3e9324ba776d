import { randomInt } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ClassSheet } from '@hocba/sheet';
import { gatherPeople, type People } from '../example/people.ts';
import { copyPrepared } from '../example/prepared-data.ts';
import { takeClassThroughYear, type YearOutcome } from '../example/year.ts';
import type { KillBudget } from './budget.ts';
import { checkActs } from './check-acts.ts';
import { fillDisk, freeDisk } from './disk/small-disk.ts';
import { emptyJournal, watchPeople } from './journal.ts';
import { Victim } from './victim.ts';

/** How long the people wait for a server that is away. */
const PATIENCE_MS = 300_000;
/** Pause before the next kill, drawn anew each time: shorter where a step is shorter; on a slow machine all of them longer. */
const DELAY_MS = { elsewhere: [5, 900], signing: [20, 700], issuing: [10, 400] } as const;
/**
 * One restart in so many is killed as well, at a moment between its spawn and its first second of service: while
 * the database recovers, the server opens, or taken-up batches sign on before anybody has asked for anything.
 */
const KILL_RESTART_ONE_IN = 2;
const RESTART_DELAY_MS = [30, 2500] as const;
/** How long the disk is full: several turns of the sequencer, and of whoever tries again. */
const FULL_MS = [500, 6000] as const;

export interface Kill {
  readonly run: number;
  /** Milliseconds since the year began. */
  readonly at: number;
  readonly step: string;
  /** How many were killed; null where the disk was full for a while instead. */
  readonly processes: number | null;
  /** Whether the server ended by itself on the full disk. */
  readonly died: boolean;
  /** Answers acknowledged until then. */
  readonly acts: number;
  /** Kills of the restart itself. */
  readonly restartKills: number;
  readonly restartMs: number;
  readonly lost: readonly string[];
}

export interface RunOutcome {
  readonly kills: readonly Kill[];
  readonly year: YearOutcome;
  readonly people: People;
  readonly victim: Victim;
  readonly acts: number;
  /** What was lost at the end, and anything that broke the year. */
  readonly lost: readonly string[];
}

export interface RunInput {
  readonly run: number;
  readonly work: string;
  /** From `prepareData`. */
  readonly prepared: string;
  readonly sheet: ClassSheet;
  readonly file: { readonly name: string; readonly bytes: Uint8Array };
  readonly budget: KillBudget;
  /** `work` is a disk of its own (`mountDisk`), which is filled up instead of killing. */
  readonly full?: boolean;
  readonly say: (line: string) => void;
}

/**
 * One class's year on a fresh data folder, killed as often as the budget allows. The server runs when this returns.
 *
 * @throws Error when the server does not come back or the year does not come to its end: both are failures
 */
export async function runYear(input: RunInput): Promise<RunOutcome> {
  const folder = await mkdtemp(join(input.work, 'data-'));
  const victim = new Victim(await copyPrepared(input.prepared, folder));
  try {
    await victim.start();
    return await killThrough(input, victim);
  } catch (error) {
    await victim.kill();
    throw error;
  }
}

async function killThrough(input: RunInput, victim: Victim): Promise<RunOutcome> {
  const { run, sheet, budget, say } = input;
  const server = { url: victim.url, patienceMs: PATIENCE_MS };
  const people = await gatherPeople(server);
  const checkers = await gatherPeople(server);
  const journal = emptyJournal();
  watchPeople(people, journal, sheet, PATIENCE_MS);

  let step = '';
  let ended = false;
  const began = performance.now();
  const year = takeClassThroughYear({
    people,
    sheet,
    file: input.file,
    step: (name) => (step = name),
  }).finally(() => {
    ended = true;
  });
  // Looked at below; a failure while this side kills must not end the process by itself.
  year.catch(() => {});

  const kills: Kill[] = [];
  budget.beginYear();
  while (!ended && budget.left > 0) {
    const [least, most] =
      DELAY_MS[step === 'sign:schoolSeal' ? 'issuing' : isSigning(step) ? 'signing' : 'elsewhere'];
    const delay = randomInt(least, most) * victim.slowness;
    await Promise.race([pause(delay), year.catch(() => {})]);
    if (ended || !budget.take(step, journal.acts)) continue;
    const at = Math.round(performance.now() - began);
    const stepThen = step;
    const acts = journal.acts;
    const { processes, died, since, restartKills } = input.full
      ? await fillForAWhile(victim, input.work)
      : await killOnce(victim);
    const restartMs = Math.round(performance.now() - since);
    const lost = await checkActs(journal, checkers);
    kills.push({ run, at, step: stepThen, processes, acts, died, restartKills, restartMs, lost });
    say(
      `lần ${run}: ${processes === null ? 'đĩa đầy' : `kill -9 ${processes} tiến trình`} sau ${at} ms, bước ${stepThen}; ` +
        `lại chạy sau ${restartMs} ms; ${lost.length === 0 ? 'còn đủ' : `MẤT ${lost.length}`}`,
    );
  }
  const outcome = await year;
  const lost = await checkActs(journal, checkers);
  return { kills, year: outcome, people, victim, acts: journal.acts, lost };
}

type Mishap = Pick<Kill, 'processes' | 'died' | 'restartKills'> & { readonly since: number };

async function killOnce(victim: Victim): Promise<Mishap> {
  const processes = await victim.kill();
  const since = performance.now();
  const restartKills = randomInt(KILL_RESTART_ONE_IN) === 0 ? await killRestart(victim) : 0;
  await victim.start();
  return { processes, died: false, since, restartKills };
}

/** No room on the server's disk for a while, whatever it frees meanwhile; then room. A server that ended by itself is started again. */
async function fillForAWhile(victim: Victim, disk: string): Promise<Mishap> {
  for (const until = Date.now() + randomInt(...FULL_MS); Date.now() < until; await pause(20)) fillDisk(disk);
  const since = performance.now();
  freeDisk(disk);
  const died = !victim.isRunning();
  if (died) {
    await victim.kill();
    await victim.start();
  }
  return { processes: null, died, since, restartKills: 0 };
}

export function isSigning(step: string): boolean {
  return step.startsWith('sign:');
}

/** Starts and kills again at a random moment, whether it serves by then or not. @returns 1 */
async function killRestart(victim: Victim): Promise<number> {
  const starting = victim.start().catch(() => {});
  await pause(randomInt(...RESTART_DELAY_MS) * victim.slowness);
  await victim.kill();
  await starting;
  // What was spawned between the look and the kill.
  await victim.kill();
  return 1;
}
