import { randomBytes } from 'node:crypto';
import {
  decodeManifest,
  encodeLeaf,
  encodeManifest,
  type Manifest,
  type ManifestEntry,
  manifestCommitment,
  manifestRoot,
  sortManifestEntries,
} from '@hocba/ledger';
import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import { classAccess, requireClassStaff, requireHomeroomTeacher } from '../../access/objects.ts';
import type { classClosing, prepareClosing, sealClosing } from '../../http/api/closing.ts';
import { Refusal } from '../../refusal.ts';
import { lockClass } from '../../signing/records/records.ts';
import type { SignerSource } from '../../signing/signers/signers.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { schoolOf } from '../issue/school-head.ts';
import { openOrigin } from '../log/ends.ts';
import { sha256 } from '../log/keys.ts';
import { leafIndexOf } from '../log/leaf-index.ts';
import { addPending } from '../log/pending.ts';
import type { Sequencer } from '../writer/sequencer.ts';
import { classRoll, type NoRecord, type RollPupil } from './roll.ts';
import { signManifest } from './signed.ts';
import { newestList, saysWhatIs } from './standing.ts';

export interface ClosingDeps {
  readonly db: Kysely<Database>;
  readonly signers: Pick<SignerSource, 'signerOf'>;
  readonly sequencer: Sequencer;
  readonly logHost: string;
  now(): Date;
}

type Closing = z.input<typeof classClosing.response>;

/** How far the close of a class's year has come, and pupil by pupil what stands in the way. */
export async function closingOf(
  deps: Pick<ClosingDeps, 'db'>,
  actor: Actor,
  classId: string,
): Promise<Closing> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const access = await requireClassStaff(trx, actor, classId);
    const roll = await classRoll(trx, actor.schoolId, classId);
    const { manifest, closing } = await newestList(trx, actor.schoolId, classId);
    const listed = manifest === null ? null : decodeManifest(manifest.manifest);
    const stands = listed !== null && saysWhatIs(listed, roll);
    const noneOf = new Map(listed?.entries.map((entry) => [entry.pupil, entry]) ?? []);
    return {
      state: manifest === null || !stands ? 'open' : closing === null ? 'prepared' : 'closed',
      version: manifest?.version ?? 0,
      /** A list was closed and does not say what is now: a record came or went since. */
      outdated: closing !== null && !stands,
      preparedAt: manifest?.signed_at.toISOString() ?? null,
      closedAt: closing?.closed_at.toISOString() ?? null,
      leafIndex: closing === null ? null : await leafIndexOf(trx, closing.leaf_hash),
      mayPrepare: access.isHomeroomTeacher,
      maySeal: actor.roles.includes('clerk'),
      pupils: roll.map((pupil) => {
        const entry = noneOf.get(pupil.pupilCode);
        const none = entry?.state === 'none' ? entry : null;
        return {
          pupilId: pupil.pupilId,
          pupilCode: pupil.pupilCode,
          fullName: pupil.fullName,
          state: pupil.obstacle !== null ? 'waiting' : pupil.issued !== null ? 'issued' : 'none',
          obstacle: pupil.obstacle,
          leftOn: pupil.leftOn,
          reason: none?.reason ?? null,
          note: none?.note ?? '',
        };
      }),
    };
  });
}

/**
 * The homeroom teacher's half: lists every pupil of the roll, with the leaf of the issued record or why there is none, and
 * signs the list.
 *
 * @throws Refusal `year-not-ready` with what stands in the way, `already-closed`, `certificate-unusable`, `log-unavailable`
 */
export async function prepareClassClosing(
  deps: ClosingDeps,
  actor: Actor,
  classId: string,
  body: z.output<typeof prepareClosing.body>,
): Promise<z.input<typeof prepareClosing.response>> {
  const { schoolId, staffId } = actor;
  const { origin, schoolYear } = await inSchool(deps.db, schoolId, async (trx) => {
    const access = await requireHomeroomTeacher(trx, actor, classId);
    const school = await schoolOf(trx, schoolId);
    return {
      schoolYear: access.schoolYear,
      origin: await openOrigin(trx, school, access.schoolYear, deps.logHost),
    };
  });
  await deps.sequencer.ensure(origin);
  return inSchool(deps.db, schoolId, async (trx) => {
    await lockClass(trx, schoolId, classId);
    const roll = await classRoll(trx, schoolId, classId);
    const last = await newestList(trx, schoolId, classId);
    if (
      last.closing !== null &&
      last.manifest !== null &&
      saysWhatIs(decodeManifest(last.manifest.manifest), roll)
    )
      throw new Refusal('already-closed');
    const entries = entriesOf(roll, body.none);
    const manifest: Manifest = { origin, school: schoolId, schoolYear, classId, entries };
    const now = deps.now();
    const signed = await signManifest(
      deps.signers,
      { schoolId, staffId },
      manifestRoot(sha256, manifest),
      now,
    );
    const version = (last.manifest?.version ?? 0) + 1;
    await trx
      .insertInto('class_manifest')
      .values({
        school_id: schoolId,
        class_id: classId,
        version,
        school_year: schoolYear,
        origin,
        manifest: encodeManifest(manifest),
        salt: new Uint8Array(randomBytes(32)),
        signing_time: signed.signingTime,
        algorithm: signed.algorithm,
        signature: signed.signature,
        certificate_id: signed.certificateId,
        signed_by: staffId,
        signed_at: now,
      })
      .execute();
    return { version };
  });
}

/**
 * The school's half: the seal signs the list that the homeroom teacher signed, if it still says what is, and its root becomes
 * a leaf of the log.
 *
 * @throws Refusal `year-not-ready`, `already-closed`, `certificate-unusable`
 */
export async function sealClassClosing(
  deps: ClosingDeps,
  actor: Actor,
  classId: string,
): Promise<z.input<typeof sealClosing.response>> {
  const { schoolId, staffId } = actor;
  const { origin, leafHash, version } = await inSchool(deps.db, schoolId, async (trx) => {
    await classAccess(trx, actor, classId);
    await lockClass(trx, schoolId, classId);
    const { manifest: row, closing } = await newestList(trx, schoolId, classId);
    if (row === null) throw new Refusal('year-not-ready', ['Giáo viên chủ nhiệm chưa ký danh sách của lớp.']);
    if (closing !== null) throw new Refusal('already-closed');
    const manifest = decodeManifest(row.manifest);
    if (!saysWhatIs(manifest, await classRoll(trx, schoolId, classId)))
      throw new Refusal('year-not-ready', [
        'Sau khi giáo viên chủ nhiệm ký, học bạ của lớp đã thay đổi; cần lập và ký lại danh sách.',
      ]);
    const root = manifestRoot(sha256, manifest);
    const now = deps.now();
    const signed = await signManifest(deps.signers, { schoolId, staffId: null }, root, now);
    const commitment = manifestCommitment(sha256, root, row.salt);
    const previous = await closedBefore(trx, schoolId, classId, row.version);
    const leaf = encodeLeaf({
      kind: 'manifest',
      time: Math.floor(now.getTime() / 1000),
      commitment,
      ...(previous === null ? {} : { previous }),
    });
    const hash = await addPending(trx, row.origin, leaf);
    await trx
      .insertInto('class_closing')
      .values({
        school_id: schoolId,
        class_id: classId,
        version: row.version,
        signing_time: signed.signingTime,
        algorithm: signed.algorithm,
        signature: signed.signature,
        certificate_id: signed.certificateId,
        leaf,
        leaf_hash: hash,
        closed_by: staffId,
        closed_at: now,
      })
      .execute();
    return { origin: row.origin, leafHash: hash, version: row.version };
  });
  try {
    await deps.sequencer.settle(origin);
  } catch (error) {
    // The closing is stored and its leaf waits.
    if (!(error instanceof Refusal) || error.code !== 'log-unavailable') throw error;
  }
  return { version, leafIndex: await leafIndexOf(deps.db, leafHash) };
}

/** Leaf of the closing that a later one follows. @throws Refusal `log-unavailable` while it has no number */
async function closedBefore(
  trx: Transaction<Database>,
  schoolId: string,
  classId: string,
  version: number,
): Promise<{ index: bigint; leafHash: Uint8Array } | null> {
  const row = await trx
    .selectFrom('class_closing')
    .select('leaf_hash')
    .where('school_id', '=', schoolId)
    .where('class_id', '=', classId)
    .where('version', '<', version)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return null;
  const index = await leafIndexOf(trx, row.leaf_hash);
  if (index === null) throw new Refusal('log-unavailable');
  return { index: BigInt(index), leafHash: row.leaf_hash };
}

/** @throws Refusal `year-not-ready` with a sentence for each pupil that is in the way */
function entriesOf(roll: readonly RollPupil[], none: readonly NoRecord[]): ManifestEntry[] {
  const reasons = new Map(none.map((one) => [one.pupilId, one]));
  const obstacles: string[] = [];
  const entries: ManifestEntry[] = [];
  for (const pupil of roll) {
    const base = { salt: new Uint8Array(randomBytes(32)), pupil: pupil.pupilCode };
    const given = reasons.get(pupil.pupilId);
    reasons.delete(pupil.pupilId);
    if (pupil.obstacle !== null) obstacles.push(`${pupil.fullName}: ${pupil.obstacle}.`);
    else if (pupil.issued !== null) {
      const { index, leafHash } = pupil.issued;
      entries.push({ ...base, state: 'issued', leafIndex: BigInt(index), leafHash });
    } else if (given === undefined) obstacles.push(`${pupil.fullName}: chưa có học bạ và chưa nêu lý do.`);
    else {
      const note = given.note.normalize('NFC').trim();
      if (given.reason === 'other' && note === '')
        obstacles.push(`${pupil.fullName}: cần nói rõ lý do khác.`);
      else entries.push({ ...base, state: 'none', reason: given.reason, note });
    }
  }
  if (roll.length === 0) obstacles.push('Lớp chưa có học sinh nào.');
  if (reasons.size > 0) obstacles.push('Có lý do nêu cho học sinh không thuộc lớp.');
  if (obstacles.length > 0) throw new Refusal('year-not-ready', obstacles);
  return sortManifestEntries(entries);
}
