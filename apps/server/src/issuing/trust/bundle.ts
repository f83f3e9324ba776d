import { join } from 'node:path';
import {
  formatPolicy,
  LedgerError,
  type Policy,
  parseCheckpointText,
  parseNote,
  parseVkey,
} from '@hocba/ledger';
import { ALGORITHM_POLICY, certificateFromPem, encodePem } from '@hocba/signature';
import {
  type SchoolLog,
  signBundle,
  type Trust,
  type TrustBundle,
  type TrustedSchool,
  trustOf,
} from '@hocba/verify';
import type { z } from 'zod';
import type { trustBundle as trustRoute } from '../../http/api/issuing.ts';
import { Refusal } from '../../refusal.ts';
import { isInForce } from '../../signing/signers/signers.ts';
import { trainingRootPem } from '../../signing/signers/training-pki.ts';
import { inSchool } from '../../store/database.ts';
import { type LaidBundle, laidBundle } from '../../store/laid-bundle.ts';
import { certifiedClaimKeys } from '../claims/claim-keys.ts';
import { endedLogs } from '../log/ends.ts';
import { ed25519, KeyError, noteSigner, sha256 } from '../log/keys.ts';
import { compareOrigins, nameIn, TRAINING_HOST, yearIn } from '../log/origin.ts';
import { originsMade } from '../log/pending.ts';
import { vkeyOf } from '../log/public-key.ts';
import { witnessPolicy } from '../log/witnesses.ts';
import { currentStatus, type StatusDeps, statusVkey } from '../status/status.ts';

type Bundle = z.input<typeof trustRoute.response>;

/** Seconds that a status, and a bundle, are good for away from the server: a month between two visits to a place with a network. */
const STATUS_MAX_AGE = 31 * 86_400;

/** Bundles being made, by data folder: everybody may ask, so a crowd shares one. */
const underWay = new Map<string, Promise<Bundle>>();

/**
 * All that a verifier needs besides the file: the trust bundle, signed by a key beside the logs' that signs nothing else,
 * and the dated status of every log. Plain roots and policy stand beside it for tools that know neither. Witnesses and
 * quorum are the operator's policy; without one the policy says so: quorum none.
 *
 * A training school's seal is registered by its own list of certificates. For a school in earnest nobody here can say
 * so: its seal is registered by the level above, in that level's bundle, which is handed on as the operator laid it down.
 *
 * @throws Refusal `log-unavailable` before the first log was made, and while a log or the list of witnesses cannot be read
 */
export function trustBundle(deps: StatusDeps): Promise<Bundle> {
  const known = underWay.get(deps.dataDir);
  if (known !== undefined) return known;
  const made = makeBundle(deps)
    .catch((error: unknown) => {
      // A log's files, keys or the list of witnesses are not right: who asks learns nothing of them, the operator does.
      if (error instanceof LedgerError || error instanceof KeyError) throw new Refusal('log-unavailable');
      throw error;
    })
    .finally(() => underWay.delete(deps.dataDir));
  underWay.set(deps.dataDir, made);
  return made;
}

/**
 * What a school's records are judged by at home, without a signature of the store's own: the level above's bundle, or what a training school's would say. Says
 * nothing of what was recalled since.
 *
 * @returns null for a school in earnest without a bundle of the level above
 * @throws Refusal `log-unavailable`
 */
export async function storeTrust(
  deps: StatusDeps,
  school: { readonly training: boolean },
): Promise<Trust | null> {
  if (!school.training) {
    const { accepted } = await laidBundle(deps.dataDir, () => deps.now());
    return accepted === null ? null : trustOf(accepted.bundle, []);
  }
  const { origins, policy } = await madeLogs(deps);
  return trustOf(await trainingBundle(deps, { origins, policy, asOf: deps.now(), statusKeys: [] }), []);
}

async function madeLogs(deps: StatusDeps): Promise<{ origins: [string, ...string[]]; policy: Policy }> {
  const [first, ...later] = await originsMade(deps.db);
  if (first === undefined) throw new Refusal('log-unavailable');
  const origins: [string, ...string[]] = [first, ...later];
  const vkeys = await Promise.all(origins.map((origin) => vkeyOf(deps.dataDir, origin)));
  const witnessed = await witnessPolicy(deps.dataDir);
  return {
    origins,
    policy: {
      ...(witnessed ?? { witnesses: [], groups: [], quorum: 'none' }),
      logs: vkeys.map((vkey) => ({ key: parseVkey(sha256, vkey) })),
    },
  };
}

async function makeBundle(deps: StatusDeps): Promise<Bundle> {
  const { origins, policy } = await madeLogs(deps);
  const statuses = await Promise.all(
    origins.map(async (origin) => ({ origin, ...(await currentStatus(deps, origin)) })),
  );
  const above = await bundleAbove(deps);
  if (above !== null)
    return {
      bundle: text(above.bytes),
      vkey: above.vkey,
      statuses: statuses.map(named),
      roots: above.bundle.roots.map((der, n) => ({
        name: `goc-${n + 1}.pem`,
        pem: encodePem('CERTIFICATE', der),
      })),
      policy: formatPolicy(sha256, above.bundle.policy),
      asOf: new Date(above.bundle.asOf * 1000).toISOString(),
    };
  const asOf = new Date(Math.max(...statuses.map((status) => status.asOf.getTime())));
  const root = await trainingRootPem(deps.dataDir);
  const newest = origins.at(-1) ?? origins[0];
  const signer = await noteSigner(trustKeyFile(deps.dataDir), `${newest.split('/')[0]}/trust`, true);
  const bundle = await signBundle(
    sha256,
    ed25519,
    signer,
    await trainingBundle(deps, {
      ...{ origins, policy, asOf },
      statusKeys: await statusKeys(deps.dataDir, origins),
    }),
  );
  return {
    bundle: text(bundle),
    vkey: signer.vkey,
    statuses: statuses.map(named),
    roots: root === null ? [] : [{ name: 'goc-tap-huan.pem', pem: root }],
    policy: formatPolicy(sha256, policy),
    asOf: asOf.toISOString(),
  };
}

async function trainingBundle(
  deps: StatusDeps,
  {
    origins,
    asOf,
    ...rest
  }: Pick<TrustBundle, 'policy' | 'statusKeys'> & {
    readonly origins: readonly string[];
    readonly asOf: Date;
  },
): Promise<TrustBundle> {
  const root = await trainingRootPem(deps.dataDir);
  const roots = root === null ? [] : [certificateFromPem(root).der];
  return {
    asOf: asOf.getTime() / 1000,
    nextUpdate: asOf.getTime() / 1000 + STATUS_MAX_AGE,
    roots,
    authorityRoots: roots,
    algorithms: ALGORITHM_POLICY,
    ...rest,
    statusMaxAge: STATUS_MAX_AGE,
    schools: await trainingSchools(deps, origins),
    suspicions: [],
    claimKeys: await certifiedClaimKeys(deps, origins),
  };
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const named = ({ origin, bytes }: { readonly origin: string; readonly bytes: Uint8Array }) => ({
  name: statusFileName(origin),
  text: text(bytes),
});

/** The level above's bundle, where a school in earnest is at home here; training has its own. */
async function bundleAbove(deps: StatusDeps): Promise<LaidBundle['accepted']> {
  const real = await deps.db
    .selectFrom('school')
    .select('school_id')
    .where('training', '=', false)
    .limit(1)
    .executeTakeFirst();
  return real === undefined ? null : (await laidBundle(deps.dataDir, () => deps.now())).accepted;
}

function trustKeyFile(dataDir: string): string {
  return join(dataDir, 'keys', 'trust.key');
}

/** As a trust folder has it. */
function statusFileName(origin: string): string {
  return `status-${origin.replaceAll(/[^0-9A-Za-z.-]/g, '-')}.txt`;
}

function statusKeys(
  dataDir: string,
  origins: readonly string[],
): Promise<TrustBundle['statusKeys'][number][]> {
  return Promise.all(origins.map(async (origin) => ({ origin, vkey: await statusVkey(dataDir, origin) })));
}

async function trainingSchools(deps: StatusDeps, origins: readonly string[]): Promise<TrustedSchool[]> {
  const seconds = (at: Date): number => Math.floor(at.getTime() / 1000);
  const begun = await deps.db.selectFrom('log_state').select(['origin', 'inception']).execute();
  const stolen = new Map((await endedLogs(deps.db)).map((end) => [end.origin, end.last_note]));
  const all = await deps.db
    .selectFrom('school')
    .select(['school_id', 'code', 'name', 'training', 'created_at'])
    .orderBy('code')
    .execute();
  const codes = new Set(all.map(({ code }) => code));
  const schools = all.filter(({ training }) => training);
  /** A school that came later shares a log from then on, and not in the years in which it had its own. */
  const logsOf = (code: string, since: Date) => {
    const made = begun.filter(
      ({ origin }) => origins.includes(origin) && origin.startsWith(`${TRAINING_HOST}/`),
    );
    const own = made.filter(({ origin }) => nameIn(origin) === code);
    const years = new Set(own.map(({ origin }) => yearIn(origin)));
    const shared = made.filter(({ origin }) => !codes.has(nameIn(origin)) && !years.has(yearIn(origin)));
    const from = (one: (typeof begun)[number]): number =>
      Math.max(seconds(one.inception), own.includes(one) ? 0 : seconds(since));
    return [...own, ...shared]
      .map((one) => ({ origin: one.origin, from: from(one), ...lastTree(stolen.get(one.origin)) }))
      .sort((a, b) => compareOrigins(a.origin, b.origin));
  };
  return Promise.all(
    schools.map(async ({ school_id, code, name, created_at }) => {
      const seals = await inSchool(deps.db, school_id, (trx) =>
        trx
          .selectFrom('signing_certificate as c')
          .leftJoin('seal_act as a', (join) =>
            join.onRef('a.school_id', '=', 'c.school_id').onRef('a.certificate_id', '=', 'c.certificate_id'),
          )
          .select(['c.chain', 'c.registered_at'])
          .where('c.school_id', '=', school_id)
          .where('c.staff_id', 'is', null)
          .where(isInForce('c', 'a'))
          .orderBy('c.registered_at')
          .execute(),
      );
      return {
        code,
        name: name.normalize('NFC'),
        successor: null,
        logs: logsOf(code, created_at),
        seals: seals.map(({ chain: [certificate], registered_at }) => ({
          certificate: Buffer.from(sha256(certificate ?? new Uint8Array())).toString('hex'),
          from: seconds(registered_at),
          until: null,
        })),
      };
    }),
  );
}

/** Of a log whose key may be stolen: the last tree that is believed. */
function lastTree(note: Uint8Array | null | undefined): Pick<SchoolLog, 'last'> {
  if (note === null || note === undefined) return {};
  const { size, root } = parseCheckpointText(parseNote(note).text);
  return { last: { size, root } };
}
