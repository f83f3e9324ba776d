import { parseClaimKey, parseVkey } from '@hocba/ledger';
import { type Certificate, commonNameOf, parseCertificate, RENEWAL_MARGIN } from '@hocba/signature';
import { goodUntil, namedBySuspicion, openBundle, type TrustBundle } from '@hocba/verify';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { trustStanding as standingRoute } from '../../http/api/issuing.ts';
import { Refusal } from '../../refusal.ts';
import { seenAuthorities } from '../../signing/levels/authority-ends.ts';
import { isInForce } from '../../signing/signers/signers.ts';
import { inSchool } from '../../store/database.ts';
import { laidBundle } from '../../store/laid-bundle.ts';
import type { LedgerOutlook } from '../lodging/outlook.ts';
import { ed25519, sha256 } from '../log/keys.ts';
import { originsMade } from '../log/pending.ts';
import type { StatusDeps } from '../status/status.ts';
import type { ComingClose } from '../writer/coming-closes.ts';
import { trustBundle } from './bundle.ts';
import { type LogStanding, logStanding } from './log-standing.ts';

type Standing = z.input<typeof standingRoute.response>;
type List = NonNullable<Standing['list']>;

const NO_OUTLOOK: LedgerOutlook = {
  closes: async () => [],
  lodgesAt: null,
  lodgingProblem: () => null,
  stopped: async () => [],
  keepsOthers: async () => false,
};

/**
 * What this installation trusts, for the office to see: whose list, of when, which roots until when, where the school's logs
 * stand, its seals and claim keys in the list, what is suspected, and who dates.
 */
export async function trustStanding(
  deps: StatusDeps,
  actor: Actor,
  ledger: LedgerOutlook = NO_OUTLOOK,
): Promise<Standing> {
  const { accepted, problem } = await laidBundle(deps.dataDir, () => deps.now());
  const own = await ownCertificates(deps, actor);
  const lasting = deps.now().getTime() + RENEWAL_MARGIN;
  const timestampAuthorities = (await seenAuthorities(deps.db)).map(({ host, endsAt }) => ({
    host,
    notAfter: endsAt.toISOString(),
    tooSoon: endsAt.getTime() <= lasting,
  }));
  const given = await bundleGiven(deps);
  const list = given && (await listOf(deps, given, own, ledger));
  return {
    training: own.training,
    hasSeal: own.seals.size > 0,
    list: list && { ...list, fromAbove: accepted !== null && given?.vkey === accepted.vkey },
    problem,
    unreadable: given === null && (await originsMade(deps.db)).length > 0,
    stopped: [...(await ledger.stopped(own.code))],
    timestampAuthorities,
    keepsOthers: await ledger.keepsOthers(actor),
  };
}

interface Given {
  readonly bundle: TrustBundle;
  readonly vkey: string;
}

/** What is handed on to verifiers, read as they read it; null before the first log was made, or while it cannot be made. */
async function bundleGiven(deps: StatusDeps): Promise<Given | null> {
  try {
    const { bundle, vkey } = await trustBundle(deps);
    const bytes = new TextEncoder().encode(bundle);
    return { bundle: await openBundle(sha256, ed25519, [vkey], bytes), vkey };
  } catch (error) {
    if (error instanceof Refusal && error.code === 'log-unavailable') return null;
    throw error;
  }
}

interface Own {
  readonly code: string;
  readonly training: boolean;
  /** What somebody here signs with, and what vouches for it. */
  readonly certificates: readonly Certificate[];
  /** By the SHA-256 of one of them: until when it lasts. */
  readonly lasts: ReadonlyMap<string, Date>;
  readonly seals: ReadonlySet<string>;
}

async function ownCertificates(deps: StatusDeps, { schoolId }: Actor): Promise<Own> {
  const { school, certificates } = await inSchool(deps.db, schoolId, async (trx) => ({
    school: await trx
      .selectFrom('school')
      .select(['code', 'training'])
      .where('school_id', '=', schoolId)
      .executeTakeFirstOrThrow(),
    certificates: await trx
      .selectFrom('signing_certificate as c')
      .leftJoin('seal_act as a', (join) =>
        join.onRef('a.school_id', '=', 'c.school_id').onRef('a.certificate_id', '=', 'c.certificate_id'),
      )
      .select(['c.chain', 'c.staff_id'])
      .where('c.school_id', '=', schoolId)
      .where((eb) => eb.or([eb('c.staff_id', 'is not', null), isInForce('c', 'a')]))
      .execute(),
  }));
  const all = new Map<string, Certificate>();
  const seals = new Set<string>();
  for (const { chain, staff_id } of certificates) {
    for (const der of chain) all.set(digest(der), parseCertificate(der));
    const [leaf] = chain;
    if (staff_id === null && leaf !== undefined) seals.add(digest(leaf));
  }
  const lasts = new Map([...all].map(([print, { notAfter }]) => [print, notAfter]));
  return { ...school, certificates: [...all.values()], lasts, seals };
}

async function listOf(
  deps: StatusDeps,
  { bundle, vkey }: Given,
  own: Own,
  ledger: LedgerOutlook,
): Promise<Omit<List, 'fromAbove'>> {
  const school = bundle.schools.find(({ code }) => code === own.code);
  const origins = (school?.logs ?? []).map(({ origin }) => origin);
  const standings = await Promise.all(origins.map((origin) => logStanding(deps, origin, bundle.policy)));
  const closes = new Map((await ledger.closes(new Set(origins))).map((one) => [one.origin, one]));
  const keys = bundle.claimKeys.map(({ document }) => parseClaimKey(document));
  const roots = bundle.roots.map(parseCertificate);
  const isOurs = namedBySuspicion({ sha256 }, own.certificates, roots);
  return {
    asOf: day(bundle.asOf),
    until: day(goodUntil(bundle)),
    signedBy: parseVkey(sha256, vkey).name,
    key: vkey,
    roots: roots.map(nameAndEnd),
    authorityRoots: bundle.authorityRoots.map(parseCertificate).map(nameAndEnd),
    statusDays: Math.floor(bundle.statusMaxAge / 86_400),
    logs: (school?.logs ?? []).map(({ origin, from, last }, n) => ({
      origin,
      from: day(from),
      stopped: last !== undefined,
      here: here(standings[n] ?? null, closes.get(origin) ?? null, ledger),
    })),
    school:
      school === undefined
        ? null
        : { name: school.name, successor: school.successor, seals: sealsOf(school, own) },
    suspicions: bundle.suspicions.map((suspicion) => ({
      from: day(suspicion.from),
      to: suspicion.to === null ? null : day(suspicion.to),
      decision: suspicion.decision,
      ours: isOurs(suspicion),
    })),
    claimKeys: keys
      .filter(({ origin }) => origins.includes(origin))
      .map(({ origin, from, until }) => ({ origin, from: day(from), until: day(until) })),
  };
}

function sealsOf({ seals }: TrustBundle['schools'][number], own: Own) {
  return seals.map(({ certificate, from, until }) => ({
    from: day(from),
    until: until === null ? null : day(until),
    ours: own.seals.has(certificate),
    notAfter: own.lasts.get(certificate)?.toISOString() ?? null,
  }));
}

function here(
  standing: LogStanding | null,
  closes: ComingClose | null,
  ledger: LedgerOutlook,
): List['logs'][number]['here'] {
  if (standing === null) return null;
  const { origin, leaves, witness, witnesses, statusAsOf, dated, undatedSince, life, lodged, forked } =
    standing;
  // Of a log that was stopped for its key that much is known already.
  const problem = forked && life !== 'stolen' ? 'forked' : ledger.lodgingProblem(origin);
  return {
    life,
    closes: closes && { on: closes.on, ...closes.obstacles },
    lodged: ledger.lodgesAt === null && lodged === 0 && problem === null ? null : { leaves: lodged, problem },
    leaves,
    witness,
    witnesses: witnesses.map(({ name, seenAt }) => ({ name, seenAt: seenAt?.toISOString() ?? null })),
    statusAsOf: statusAsOf.toISOString(),
    dated: dated && { at: dated.at.toISOString(), renewBefore: dated.renewBefore.toISOString() },
    undatedSince: undatedSince?.toISOString() ?? null,
  };
}

function nameAndEnd(root: Certificate): { subject: string; notAfter: string } {
  return { subject: commonNameOf(root) ?? root.subject.text, notAfter: root.notAfter.toISOString() };
}

const day = (seconds: number): string => new Date(seconds * 1000).toISOString();
const digest = (der: Uint8Array): string => Buffer.from(sha256(der)).toString('hex');
