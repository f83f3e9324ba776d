/*
 * Signing where the key is: a class of 35, nine signatures a record, through SoftHSM behind the agent, and through a CSC
 * service with one authorisation a batch, while agent, server and database are killed with SIGKILL and tokens are
 * unplugged. Every slot must end signed, once.
 */

import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildBinding } from '@hocba/agent';
import { signing } from '../../../apps/server/src/http/api/index.ts';
import type { People } from '../../example/people.ts';
import { takeClassThroughYear, type YearInput } from '../../example/year.ts';
import { playedAt } from '../../fakes/connected.ts';
import { issueKeys } from '../../fakes/training-keys.ts';
import { Victim } from '../../fault/victim.ts';
import type { Report } from '../report.ts';
import { judgeDesk } from './at-the-desk.ts';
import { peopleOfNine, readClass } from './class-of-35.ts';
import { startFake } from './service-process.ts';
import { makeTokens, softHsmModule } from './soft-hsm.ts';
import { byAgents, byService, keyholders, newTally, type Tally } from './ways.ts';

/** @param short without the second that a token takes for a signature */
export async function judgeSigners(report: Report, work: string, short: boolean): Promise<void> {
  await atTheDesk(report, join(work, 'desk'));
  await throughAgents(report, join(work, 'agents'), short);
  await throughService(report, join(work, 'service'));
}

/** The binding is compiled here as a signer would do it, unless it is there. */
function requireBinding(): void {
  const root = join(import.meta.dirname, '../../..');
  if (existsSync(join(root, 'node_modules/pkcs11js/build/Release/pkcs11.node'))) return;
  const { ok, text } = buildBinding(root);
  if (!ok) throw new Error(text);
}

const patient = (victim: Victim) => ({ url: victim.url, patienceMs: 60_000 });

async function atTheDesk(report: Report, folder: string): Promise<void> {
  requireBinding();
  await judgeDesk(report, folder, requireModule());
}

function requireModule(): string {
  const module = softHsmModule();
  if (module === null) throw new Error('thiếu SoftHSM (gói Debian softhsm2)');
  return module;
}

async function throughAgents(report: Report, folder: string, short: boolean): Promise<void> {
  const module = requireModule();
  requireBinding();
  const victim = new Victim(join(folder, 'data'));
  const tally = newTally();
  await mkdir(folder, { recursive: true });
  await victim.start();
  let way: ReturnType<typeof byAgents> | null = null;
  try {
    const people = await peopleOfNine(patient(victim));
    const holders = keyholders(people);
    const keys = await issueKeys(join(victim.dataDir, 'keys', 'training-pki'), holders);
    const tokens = makeTokens(join(folder, 'hsm'), module, keys);
    const delayMs = short ? 20 : 1_000;
    way = byAgents({
      victim,
      people,
      holders,
      tokens,
      module,
      folder: join(folder, 'desks'),
      delayMs,
      tally,
    });
    const since = performance.now();
    await signYear(report, 'SoftHSM qua máy ký', people, way, tally, since);
    for (const code of await way.close())
      report.add('SoftHSM qua máy ký', 'máy ký dừng đúng khi nhấn Ctrl+C', code === 0 ? null : `mã ${code}`);
    const { agentKills, serverKills, mishaps } = tally;
    const happened = agentKills > 0 && serverKills > 0 && mishaps.length === 3;
    report.add(
      'SoftHSM qua máy ký',
      'máy ký, máy chủ bị kill -9; token rút, ngủ, đổi',
      happened ? null : JSON.stringify(tally),
    );
  } finally {
    await way?.close();
    await victim.kill();
  }
}

async function throughService(report: Report, folder: string): Promise<void> {
  const victim = new Victim(join(folder, 'data'));
  const tally = newTally();
  await mkdir(folder, { recursive: true });
  await victim.start();
  const first = await peopleOfNine(patient(victim));
  const holders = keyholders(first).map(({ staff: _, ...holder }) => holder);
  const peopleFile = join(folder, 'people.json');
  await writeFile(peopleFile, JSON.stringify(holders));
  const pki = join(victim.dataDir, 'keys', 'training-pki');
  const fake = await startFake('csc', [
    '--pki',
    pki,
    '--people',
    peopleFile,
    '--asynchronous',
    // Each call renews them, and who comes back after a kill finds them run out.
    '--token-s',
    '2',
  ]);
  try {
    await victim.stop();
    await writeFile(
      join(victim.dataDir, 'signing-providers.json'),
      JSON.stringify([
        {
          id: 'csc',
          kind: 'csc',
          name: 'Dịch vụ ký tập huấn',
          training: true,
          baseUrl: fake.url,
          batchLimit: 500,
          clientId: 'hocba',
        },
      ]),
    );
    await victim.start();
    const people = await peopleOfNine(patient(victim));
    const way = byService({
      victim,
      people,
      holders: keyholders(people),
      provider: 'csc',
      service: fake.url,
      tally,
    });
    await signYear(report, 'dịch vụ CSC', people, way, tally, performance.now());
    const { authorisations, lostRefreshes } = await playedAt(fake);
    const one = authorisations === tally.batches.size && tally.authorisations === authorisations;
    report.add(
      'dịch vụ CSC',
      'một lần xác nhận cho một lô',
      one ? null : `${authorisations} lần cho ${tally.batches.size} lô`,
    );
    report.add(
      'dịch vụ CSC',
      'máy chủ bị kill -9 trước, trong và sau xác nhận, và lúc đổi khoá làm mới',
      tally.serverKills === 4 ? null : `${tally.serverKills} lần`,
    );
    const asked = lostRefreshes === 1 && tally.relinked >= 1;
    report.add(
      'dịch vụ CSC',
      'khoá làm mới bị mất: người ký kết nối lại, lô tự đi tiếp',
      asked ? null : `mất ${lostRefreshes}, kết nối lại ${tally.relinked}`,
    );
  } finally {
    await fake.stop();
    await victim.kill();
  }
}

/** The whole year with the way to sign, then what came of it: every record issued, each slot signed once. */
async function signYear(
  report: Report,
  tool: string,
  people: People,
  way: NonNullable<YearInput['signing']>,
  tally: Tally,
  since: number,
): Promise<void> {
  const { sheet, file } = await readClass();
  let signingSince = since;
  const outcome = await takeClassThroughYear({
    people,
    sheet,
    file,
    step: (name) => {
      if (name === 'freeze') signingSince = performance.now();
    },
    signing: way,
  });
  const seconds = (performance.now() - signingSince) / 1000;
  const { records } = await people.principal.person.call(signing.listRecords, {
    params: { classId: outcome.classId },
  });
  let slots = 0;
  let acts = 0;
  for (const { recordId } of records) {
    const detail = await people.principal.person.call(signing.recordDetail, { params: { recordId } });
    const signedActs = detail.history.filter(({ act }) => act === 'Ký').length;
    slots += detail.signers.length;
    acts += signedActs;
    const every =
      detail.signers.every(({ signedAt }) => signedAt !== null) && signedActs === detail.signers.length;
    report.add(
      tool,
      'mỗi phần ký đúng một lần, học bạ phát hành',
      every && detail.status === 'issued' ? null : recordId,
    );
    report.add(
      tool,
      'chín chữ ký một học bạ',
      detail.signers.length === 9 ? null : String(detail.signers.length),
    );
  }
  report.add(
    tool,
    'lớp 35 học sinh',
    records.length === 35 ? null : `${records.length}; ${JSON.stringify(outcome.notIssued)}`,
  );
  process.stderr.write(
    `${tool}: ${records.length} học bạ, ${slots} phần ký, ${acts} chữ ký ghi nhận, ${tally.batches.size} lô, ` +
      `${tally.authorisations} lần xác nhận ở dịch vụ, ${tally.relinked} lần kết nối lại; kill -9 máy ký ${tally.agentKills}, máy chủ ${tally.serverKills}; ` +
      `token: ${tally.mishaps.join(', ') || '–'}; ${seconds.toFixed(0)} s\n`,
  );
}
