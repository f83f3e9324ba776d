import { parseVkey } from '@hocba/ledger';
import { commonNameOf, parseCertificate, RENEWAL_MARGIN } from '@hocba/signature';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { trustStanding as standingRoute } from '../http/api/issuing.ts';
import { laidBundle } from '../signing/laid-bundle.ts';
import { seenAuthorities } from '../signing/levels/authority-ends.ts';
import { inSchool } from '../store/database.ts';
import { sha256 } from './log/keys.ts';
import type { StatusDeps } from './status.ts';

type Standing = z.input<typeof standingRoute.response>;

/** What this installation trusts, for the office to see: whose list, of when, which roots until when, the school's seals in it, and who dates. */
export async function trustStanding(deps: StatusDeps, actor: Actor): Promise<Standing> {
  const { accepted, problem } = await laidBundle(deps.dataDir, () => deps.now());
  const { school, seals } = await inSchool(deps.db, actor.schoolId, async (trx) => ({
    school: await trx
      .selectFrom('school')
      .select(['code', 'training'])
      .where('school_id', '=', actor.schoolId)
      .executeTakeFirstOrThrow(),
    seals: await trx
      .selectFrom('signing_certificate')
      .select('chain')
      .where('school_id', '=', actor.schoolId)
      .where('staff_id', 'is', null)
      .execute(),
  }));
  const lasting = deps.now().getTime() + RENEWAL_MARGIN;
  const timestampAuthorities = (await seenAuthorities(deps.db)).map(({ host, endsAt }) => ({
    host,
    notAfter: endsAt.toISOString(),
    tooSoon: endsAt.getTime() <= lasting,
  }));
  if (accepted === null) return { training: school.training, accepted: null, problem, timestampAuthorities };
  const own = new Set(
    seals.map(({ chain: [leaf] }) => Buffer.from(sha256(leaf ?? new Uint8Array())).toString('hex')),
  );
  const { bundle, vkey } = accepted;
  const day = (seconds: number): string => new Date(seconds * 1000).toISOString();
  const known = bundle.schools.find(({ code }) => code === school.code);
  return {
    training: school.training,
    accepted: {
      asOf: day(bundle.asOf),
      signedBy: parseVkey(sha256, vkey).name,
      roots: bundle.roots.map(parseCertificate).map((root) => ({
        subject: commonNameOf(root) ?? root.subject.text,
        notAfter: root.notAfter.toISOString(),
      })),
      seals:
        known?.seals.map(({ certificate, from, until }) => ({
          from: day(from),
          until: until === null ? null : day(until),
          ours: own.has(certificate),
        })) ?? null,
    },
    problem,
    timestampAuthorities,
  };
}
