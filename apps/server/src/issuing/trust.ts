import { formatPolicy, parseVkey } from '@hocba/ledger';
import type { z } from 'zod';
import type { trustBundle as trustRoute } from '../http/api/issuing.ts';
import { Refusal } from '../refusal.ts';
import { trainingRootPem } from '../signing/training-pki.ts';
import { sha256 } from './log/keys.ts';
import { originsMade } from './log/pending.ts';
import { vkeyOf } from './log/published.ts';
import { witnessPolicy } from './log/witnesses.ts';
import { currentStatus, type StatusDeps, statusVkey } from './status.ts';

type Bundle = z.input<typeof trustRoute.response>;

/** Bundles being made, by data folder: everybody may ask, so a crowd shares one. */
const underWay = new Map<string, Promise<Bundle>>();

/**
 * All that a verifier needs besides the file: roots, the logs' keys and policy, and the dated status of the newest
 * log. Witnesses and quorum are the
 * operator's policy; without one the policy says so: quorum none.
 *
 * @throws Refusal `log-unavailable` before the first log was made
 */
export function trustBundle(deps: StatusDeps): Promise<Bundle> {
  const known = underWay.get(deps.dataDir);
  if (known !== undefined) return known;
  const made = makeBundle(deps).finally(() => underWay.delete(deps.dataDir));
  underWay.set(deps.dataDir, made);
  return made;
}

async function makeBundle(deps: StatusDeps): Promise<Bundle> {
  const origins = (await originsMade(deps.db)).sort(bySchoolYear);
  const newest = origins.at(-1);
  if (newest === undefined) throw new Refusal('log-unavailable');
  const vkeys = await Promise.all(origins.map((origin) => vkeyOf(deps.dataDir, origin)));
  const witnessed = await witnessPolicy(deps.dataDir);
  const logs = vkeys.map((vkey) => ({ key: parseVkey(sha256, vkey) }));
  const policy = formatPolicy(sha256, {
    ...(witnessed ?? { witnesses: [], groups: [], quorum: 'none' }),
    logs,
  });
  const status = await currentStatus(deps, newest);
  const root = await trainingRootPem(deps.dataDir);
  return {
    roots: root === null ? [] : [{ name: 'goc-tap-huan.pem', pem: root }],
    logVkey: vkeys.at(-1) ?? '',
    statusVkey: await statusVkey(deps.dataDir, newest),
    policy,
    status: new TextDecoder().decode(status.bytes),
    asOf: status.asOf.toISOString(),
  };
}

function bySchoolYear(a: string, b: string): number {
  const year = (origin: string) => origin.slice(origin.lastIndexOf('/') + 1);
  return year(a).localeCompare(year(b)) || a.localeCompare(b);
}
