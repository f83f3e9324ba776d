import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { access, signers } from '../../../apps/server/src/http/api/index.ts';
import { trainingStaff } from '../../../apps/server/src/training/people.ts';
import type { Person } from '../../example/client.ts';
import type { People, Staff } from '../../example/people.ts';
import type { Progress } from '../../example/year.ts';
import { agreeAt, loseRefresh, playedAt } from '../../fakes/connected.ts';
import type { Keyholder } from '../../fakes/training-keys.ts';
import type { Victim } from '../../fault/victim.ts';
import type { Mishap } from './shim.ts';
import { PIN, type SoftToken } from './soft-hsm.ts';

/** What happened on the way, for the table. */
export interface Tally {
  agentKills: number;
  serverKills: number;
  mishaps: Mishap[];
  batches: Set<string>;
  authorisations: number;
  /** Times that a person had to link the account at the service again. */
  relinked: number;
}

export function newTally(): Tally {
  return { agentKills: 0, serverKills: 0, mishaps: [], batches: new Set(), authorisations: 0, relinked: 0 };
}

/** Everybody who signs, with the seal beside the clerk; keys of both kinds in turn. */
export function keyholders(people: People): readonly (Keyholder & { readonly staff: Staff })[] {
  const known = new Map(trainingStaff().map((one) => [one.staffId, one]));
  const persons = [...people.teachers, people.principal].map((staff, n) => {
    const { username = '', fullName = '', personalId = '' } = known.get(staff.staffId) ?? {};
    const key = n % 2 === 0 ? ('rsa-2048' as const) : ('p256' as const);
    return { staff, user: username, name: fullName, number: personalId, kind: 'person' as const, key };
  });
  const seal = {
    staff: people.clerk,
    user: 'condau',
    name: 'Trường Tiểu học Mẫu',
    number: '0000000001',
    kind: 'seal' as const,
    key: 'rsa-2048' as const,
  };
  return [...persons, seal];
}

/** The seal that the clerk has registered is put in force by two: the clerk asks, the principal agrees. */
async function putSealInForce(clerk: Person, principal: Person): Promise<void> {
  const { holders } = await clerk.call(signers.mySigners);
  const seal = holders
    .find(({ holder }) => holder === 'seal')
    ?.earlier.find(({ kind }) => kind !== 'training');
  if (seal === undefined) throw new Error('con dấu chưa đăng ký');
  const { requestId, digest } = await clerk.call(access.askApproval, {
    body: {
      act: { kind: 'seal-key', certificateId: seal.certificateId },
      reason: 'Con dấu mới',
      evidence: '',
    },
  });
  await principal.call(access.decideApproval, {
    params: { requestId },
    body: { approve: true, digest, note: '' },
  });
}

/** A signer's desk: the agent as a process, and the token's state in a file. */
class AgentDesk {
  readonly #args: readonly string[];
  readonly #control: string;
  readonly #folder: string;
  #child: ChildProcess | null = null;
  printed = '';
  constructor(
    folder: string,
    args: { server: string; holder: string; module: string; serial: string; delayMs: number },
  ) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#control = join(folder, 'token');
    this.#args = [args.holder, args.module, args.serial, PIN, this.#control, String(args.delayMs)];
    this.#server = args.server;
    this.put('none');
  }
  readonly #server: string;

  put(mishap: Mishap): void {
    writeFileSync(this.#control, mishap);
  }

  async start(code: string): Promise<void> {
    const script = join(import.meta.dirname, 'shimmed-agent.ts');
    const [, ...rest] = this.#args;
    const holder = code === '-' ? '-' : (this.#args[0] ?? '-');
    const child = spawn(process.execPath, [script, this.#server, code, holder, ...rest], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, HOCBA_AGENT_HOME: this.#folder },
    });
    this.#child = child;
    const ready = this.printed.length;
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.printed += chunk.toString();
      });
    for (
      const until = Date.now() + 60_000;
      !this.printed.slice(ready).includes('Máy ký sẵn sàng');
      await pause(50)
    ) {
      if (child.exitCode !== null || Date.now() > until)
        throw new Error(`máy ký không lên:\n${this.printed}`);
    }
  }

  async kill(signal: 'SIGKILL' | 'SIGINT'): Promise<number | null> {
    const child = this.#child;
    if (child === null || child.exitCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(signal);
    return ended;
  }
}

/** Signs with SoftHSM through the agent, while tokens are unplugged and processes killed. */
export function byAgents(options: {
  readonly victim: Victim;
  readonly holders: readonly (Keyholder & { readonly staff: Staff })[];
  readonly people: People;
  readonly tokens: readonly SoftToken[];
  readonly module: string;
  readonly folder: string;
  readonly delayMs: number;
  readonly tally: Tally;
}) {
  const { victim, holders, tokens, folder, tally } = options;
  const desks = new Map<Person, AgentDesk>();
  const done = new Set<string>();
  const once = (what: string): boolean => !done.has(what) && Boolean(done.add(what));
  return {
    async before(): Promise<void> {
      for (const { staff, user, kind } of holders) {
        const serial = tokens.find(({ holder }) => holder.user === user)?.serial ?? '';
        const { module, delayMs } = options;
        const desk = new AgentDesk(join(folder, user), {
          server: victim.url,
          holder: kind,
          module,
          serial,
          delayMs,
        });
        desks.set(staff.person, desk);
        const { code } = await staff.person.call(signers.pairingCode);
        await desk.start(code);
      }
      await putSealInForce(options.people.clerk.person, options.people.principal.person);
    },
    async waiting(staff: Staff, progress: Progress): Promise<void> {
      tally.batches.add(progress.batchId);
      const desk = desks.get(staff.person);
      if (desk === undefined) throw new Error('không có máy ký');
      if (progress.paused) throw new Error(`lô dừng: ${progress.paused.text}\n${desk.printed}`);
      if (progress.order === null || progress.signed < 3) return;
      const left = progress.total - progress.signed;
      if (left < 6) return;
      if (once('agent')) {
        await desk.kill('SIGKILL');
        tally.agentKills++;
        await desk.start('-');
        return;
      }
      if (progress.signed >= 10 && once('server')) {
        await victim.kill();
        tally.serverKills++;
        await victim.start();
        return;
      }
      for (const mishap of ['unplugged', 'asleep', 'swapped'] as const) {
        if (!once(mishap)) continue;
        desk.put(mishap);
        tally.mishaps.push(mishap);
        await pause(1_500);
        desk.put('none');
        return;
      }
    },
    /** Ctrl+C at every desk. @returns exit codes */
    async close(): Promise<readonly (number | null)[]> {
      return Promise.all([...desks.values()].map((desk) => desk.kill('SIGINT')));
    },
  };
}

/** Signs at the CSC service: one authorisation on the provider's page a batch. */
export function byService(options: {
  readonly victim: Victim;
  readonly holders: readonly (Keyholder & { readonly staff: Staff })[];
  readonly people: People;
  readonly provider: string;
  /** Where the fake is. */
  readonly service: string;
  readonly tally: Tally;
}) {
  const { victim, holders, provider, service, tally } = options;
  const done = new Set<string>();
  const holderOf = new Map(holders.map((one) => [one.staff.person, one]));
  const link = async (staff: Staff): Promise<void> => {
    const { user = '', kind = 'person' } = holderOf.get(staff.person) ?? {};
    const { url } = await staff.person.call(signers.linkService, {
      body: { holder: kind, providerId: provider },
    });
    await staff.person.call(signers.serviceReturn, { body: await agreeAt(url, { user }) });
  };
  const killServer = async (): Promise<void> => {
    await victim.kill();
    tally.serverKills++;
    await victim.start();
  };
  /**
   * In the moment after the service has taken the refresh token and before anybody has the next one.
   * @returns false where nobody came for a token: the order was answered already
   */
  const killBetweenTokens = async (): Promise<boolean> => {
    await loseRefresh(service, 'held');
    for (const until = Date.now() + 8_000; Date.now() < until; await pause(20)) {
      if ((await playedAt({ url: service })).lostRefreshes === 0) continue;
      await killServer();
      return true;
    }
    await loseRefresh(service, 'none');
    return false;
  };
  return {
    async before(): Promise<void> {
      for (const { staff } of holders) await link(staff);
      await putSealInForce(options.people.clerk.person, options.people.principal.person);
    },
    async waiting(staff: Staff, progress: Progress): Promise<void> {
      tally.batches.add(progress.batchId);
      if (progress.paused?.code === 'unlinked') {
        tally.relinked++;
        return link(staff);
      }
      if (progress.paused) throw new Error(`lô dừng: ${progress.paused.text}`);
      const url = progress.order?.at === 'page' ? progress.order.url : null;
      if (progress.order?.at === 'phone' && !done.has('phone-kill')) {
        done.add('phone-kill');
        return killServer();
      }
      if (progress.order?.at === 'phone' && !done.has('token-kill')) {
        if (await killBetweenTokens()) done.add('token-kill');
        return;
      }
      if (url === null || done.has(url)) return;
      done.add(url);
      // A kill while the person is at the provider's page, once; the page's way back still leads here.
      if (!done.has('page-kill')) {
        done.add('page-kill');
        await killServer();
      }
      tally.authorisations++;
      await staff.person.call(signers.serviceReturn, {
        body: await agreeAt(url, { user: holderOf.get(staff.person)?.user ?? '' }),
      });
      if (!done.has('stored-kill')) {
        done.add('stored-kill');
        await pause(150);
        await killServer();
      }
    },
  };
}
