import {
  checkManifestAgainst,
  decodeLeaf,
  decodeManifest,
  type IssuedLeaf,
  type Leaf,
  LedgerError,
  leafHash,
  type Manifest,
  manifestCommitment,
  manifestRoot,
  reconcileManifests,
} from '@hocba/ledger';
import type { Kysely } from 'kysely';
import type { SlotTrust } from '../../../signing/slots/verify-slots.ts';
import { inSnapshot } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import { leafOver } from '../../issue/core.ts';
import { sha256 } from '../../log/keys.ts';
import { manifestSignatureFault } from '../../manifest/signed.ts';
import type { AuditNotes } from '../report.ts';
import { hex, isBefore, isGivenNow, type KnownLeaf, type KnownLeaves } from './logs.ts';

export interface ManifestAuditDeps {
  readonly db: Kysely<Database>;
}

/**
 * Holds every closed class of a school against its list: both signatures, the leaf, and that no record of the roll is silently
 * missing and none came late, after the list and outside every later one.
 *
 * @returns `accounted`: hashes of the lists' leaves, hex; `newest`: the newest list of each class
 */
export async function auditManifests(
  deps: ManifestAuditDeps,
  school: { readonly schoolId: string; readonly taxCode: string },
  trust: SlotTrust,
  leaves: KnownLeaves,
  notes: AuditNotes,
): Promise<{ readonly accounted: ReadonlySet<string>; readonly newest: readonly Manifest[] }> {
  const { schoolId } = school;
  const rows = await inSnapshot(deps.db, schoolId, (trx) => closedLists(trx, schoolId));
  const accounted = new Set<string>();
  /** Of each class the leaf of the list before. */
  const lists = new Map<string, Uint8Array>();
  const newest = new Map<string, { readonly manifest: Manifest; readonly at: KnownLeaf | undefined }>();
  for (const row of rows) {
    notes.manifests++;
    accounted.add(hex(row.leaf_hash));
    const { fault, manifest } = await faultOf(deps.db, row, school, trust, leaves);
    notes.signatures += 2;
    const id = `${row.class_id} ${row.version}`;
    const before = lists.get(row.class_id);
    lists.set(row.class_id, row.leaf_hash);
    if (fault !== null) notes.problem('manifest', id, fault);
    else if (!followsOn(row.leaf, before)) notes.problem('manifest', id, 'list-order-differs');
    else {
      const by = await inSnapshot(deps.db, schoolId, (trx) => signedAs(trx, schoolId, row));
      if (by === 'nobody') notes.problem('manifest', id, 'homeroom-signer-differs');
      if (by === 'later') notes.open.push({ what: 'manifest', id, code: 'signed-by-later-homeroom-teacher' });
    }
    // One that was closed after the logs were read speaks of leaves that were not read: until the next audit the one before it counts.
    if (fault === null && manifest !== null && wasRead(row.leaf_hash, leaves))
      newest.set(row.class_id, { manifest, at: leaves.byHash.get(hex(row.leaf_hash)) });
  }
  for (const [classId, { manifest, at }] of newest) {
    const { roll, issued } = await inSnapshot(deps.db, schoolId, (trx) => recordsOf(trx, schoolId, classId));
    for (const { pupil, code } of checkManifestAgainst(manifest, roll, inForceAt(issued, leaves, at)))
      notes.problem('manifest', `${classId}/${pupil}`, code);
    for (const { pupil, leaf, kind } of issued) {
      const known = leaves.byHash.get(leaf);
      // A replacement follows a record that the list names or a later list will name; a first issue must not come late.
      if (
        at !== undefined &&
        (known === undefined || isBefore(at, known)) &&
        (known?.leaf.kind ?? kind ?? 'issue') === 'issue'
      )
        notes.problem('manifest', `${classId}/${pupil}`, 'issued-after-close');
    }
  }
  return { accounted, newest: [...newest.values()].map((one) => one.manifest) };
}

/** The number of a list is signed by nobody; each leaf names the one of the list before it, so that an older list does not become the newest. */
function followsOn(leaf: Uint8Array, before: Uint8Array | undefined): boolean {
  const { previous } = decodeLeaf(leaf);
  return hex(previous?.leafHash ?? new Uint8Array()) === hex(before ?? new Uint8Array());
}

const wasRead = (leafHash: Uint8Array, { byHash, pending }: KnownLeaves): boolean =>
  byHash.has(hex(leafHash)) || pending.has(hex(leafHash));

/** Who left one class must have arrived in another of the same store; one whose other school is elsewhere is only named as open. */
export function auditMoves(manifests: readonly Manifest[], notes: AuditNotes): void {
  for (const { pupil, classId, code } of reconcileManifests(manifests)) {
    if (code === 'not-arrived') notes.open.push({ what: 'manifest', id: `${classId}/${pupil}`, code });
    else notes.problem('manifest', `${classId}/${pupil}`, code);
  }
}

type ClosedList = Awaited<ReturnType<typeof closedLists>>[number];

async function closedLists(trx: Kysely<Database>, schoolId: string) {
  return trx
    .selectFrom('class_closing as c')
    .innerJoin('class_manifest as m', (join) =>
      join
        .onRef('m.school_id', '=', 'c.school_id')
        .onRef('m.class_id', '=', 'c.class_id')
        .onRef('m.version', '=', 'c.version'),
    )
    .innerJoin('staff as s', (join) =>
      join.onRef('s.school_id', '=', 'm.school_id').onRef('s.staff_id', '=', 'm.signed_by'),
    )
    .innerJoin('signing_certificate as hc', (join) =>
      join.onRef('hc.school_id', '=', 'm.school_id').onRef('hc.certificate_id', '=', 'm.certificate_id'),
    )
    .innerJoin('signing_certificate as sc', (join) =>
      join.onRef('sc.school_id', '=', 'c.school_id').onRef('sc.certificate_id', '=', 'c.certificate_id'),
    )
    .select(['c.class_id', 'c.version', 'c.leaf', 'c.leaf_hash', 'm.manifest', 'm.salt'])
    .select([
      'm.signing_time as homeroom_time',
      'm.algorithm as homeroom_algorithm',
      'm.signature as homeroom_signature',
    ])
    .select(['c.signing_time as seal_time', 'c.algorithm as seal_algorithm', 'c.signature as seal_signature'])
    .select(['s.personal_id', 'hc.chain as homeroom_chain', 'sc.chain as seal_chain'])
    .where('c.school_id', '=', schoolId)
    .orderBy('c.class_id')
    .orderBy('c.version')
    .execute();
}

async function faultOf(
  db: Kysely<Database>,
  row: ClosedList,
  school: { readonly schoolId: string; readonly taxCode: string },
  trust: SlotTrust,
  leaves: KnownLeaves,
): Promise<{ readonly fault: string | null; readonly manifest: Manifest | null }> {
  try {
    const manifest = decodeManifest(row.manifest);
    if (manifest.school !== school.schoolId || manifest.classId !== row.class_id)
      return { fault: 'of-another-class', manifest };
    const root = manifestRoot(sha256, manifest);
    const leaf = leafOver(row.leaf, manifestCommitment(sha256, root, row.salt));
    if (leaf?.kind !== 'manifest') return { fault: 'leaf-differs', manifest };
    const hash = hex(leafHash(sha256, row.leaf));
    if (hash !== hex(row.leaf_hash)) return { fault: 'leaf-hash-differs', manifest };
    const given = leaves.byHash.has(hash) || leaves.pending.has(hash);
    if (!given && !(await isGivenNow(db, row.leaf_hash))) return { fault: 'not-in-log', manifest };
    const homeroom = await manifestSignatureFault(
      trust,
      root,
      {
        signingTime: row.homeroom_time,
        algorithm: row.homeroom_algorithm,
        signature: row.homeroom_signature,
      },
      { role: 'homeroomTeacher', identity: row.personal_id, chain: row.homeroom_chain },
    );
    if (homeroom !== null) return { fault: `homeroom-${homeroom}`, manifest };
    const seal = await manifestSignatureFault(
      trust,
      root,
      { signingTime: row.seal_time, algorithm: row.seal_algorithm, signature: row.seal_signature },
      { role: 'schoolSeal', identity: school.taxCode, chain: row.seal_chain },
    );
    return { fault: seal === null ? null : `seal-${seal}`, manifest };
  } catch (error) {
    if (error instanceof LedgerError) return { fault: error.code, manifest: null };
    throw error;
  }
}

/**
 * Whether a list's signer is the one who signed the class's records as its homeroom teacher: whoever has a certificate and the tables could
 * have put any person's signature there. One who has the class now, and has signed none of them, came later or was put there.
 */
async function signedAs(
  trx: Kysely<Database>,
  schoolId: string,
  { class_id, personal_id }: ClosedList,
): Promise<'teacher' | 'later' | 'nobody'> {
  const signed = await trx
    .selectFrom('slot as s')
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 's.school_id').onRef('r.record_id', '=', 's.record_id'),
    )
    .select('s.personal_id')
    .distinct()
    .where('s.school_id', '=', schoolId)
    .where('r.class_id', '=', class_id)
    .where('s.role', '=', 'homeroomTeacher')
    .execute();
  if (signed.some((one) => one.personal_id === personal_id)) return 'teacher';
  const now = await trx
    .selectFrom('class as c')
    .innerJoin('staff as s', (join) =>
      join.onRef('s.school_id', '=', 'c.school_id').onRef('s.staff_id', '=', 'c.homeroom_staff_id'),
    )
    .select('s.personal_id')
    .where('c.school_id', '=', schoolId)
    .where('c.class_id', '=', class_id)
    .executeTakeFirst();
  return now?.personal_id === personal_id ? 'later' : 'nobody';
}

interface RecordLeaf {
  readonly pupil: string;
  /** Hash of the record's leaf, hex. */
  readonly leaf: string;
  readonly leafHash: Uint8Array;
  /** By the leaf as it is stored; the record's own audit holds it against the log. Null for bytes that are none. */
  readonly kind: Leaf['kind'] | null;
  /** Hash of the leaf that recalled it, hex. */
  readonly recalled: string | null;
}

async function recordsOf(
  trx: Kysely<Database>,
  schoolId: string,
  classId: string,
): Promise<{ readonly roll: string[]; readonly issued: RecordLeaf[] }> {
  const roll = await trx
    .selectFrom('enrolment as e')
    .innerJoin('pupil as p', (join) =>
      join.onRef('p.school_id', '=', 'e.school_id').onRef('p.pupil_id', '=', 'e.pupil_id'),
    )
    .select('p.pupil_code')
    .where('e.school_id', '=', schoolId)
    .where('e.class_id', '=', classId)
    .orderBy('e.ordinal')
    .execute();
  const records = await trx
    .selectFrom('issued_record as i')
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
    )
    .innerJoin('pupil as p', (join) =>
      join.onRef('p.school_id', '=', 'r.school_id').onRef('p.pupil_id', '=', 'r.pupil_id'),
    )
    .leftJoin('recalled_record as c', (join) =>
      join.onRef('c.school_id', '=', 'i.school_id').onRef('c.record_id', '=', 'i.record_id'),
    )
    .select(['p.pupil_code', 'i.leaf', 'i.leaf_hash', 'c.leaf_hash as recalled'])
    .where('i.school_id', '=', schoolId)
    .where('r.class_id', '=', classId)
    .execute();
  return {
    roll: roll.map((row) => row.pupil_code),
    issued: records.map((row) => ({
      pupil: row.pupil_code,
      leaf: hex(row.leaf_hash),
      leafHash: row.leaf_hash,
      kind: kindOf(row.leaf),
      recalled: row.recalled === null ? null : hex(row.recalled),
    })),
  };
}

function kindOf(leaf: Uint8Array): Leaf['kind'] | null {
  try {
    return decodeLeaf(leaf).kind;
  } catch (error) {
    if (error instanceof LedgerError) return null;
    throw error;
  }
}

/** Leaves of the records that were in force when the list's leaf was logged. */
function inForceAt(
  issued: readonly RecordLeaf[],
  leaves: KnownLeaves,
  at: KnownLeaf | undefined,
): IssuedLeaf[] {
  const before = (hash: string): KnownLeaf | null => {
    const leaf = leaves.byHash.get(hash);
    return leaf !== undefined && (at === undefined || isBefore(leaf, at)) ? leaf : null;
  };
  return issued.flatMap(({ pupil, leaf, leafHash: hash, recalled }) => {
    const known = before(leaf);
    if (known === null || (recalled !== null && before(recalled) !== null)) return [];
    return [{ pupil, index: BigInt(known.index), leafHash: hash }];
  });
}
