import { FORM_VERSION, FormError, type Printer } from '@hocba/form';
import { reprintInputs } from '@hocba/form/attachments';
import { leafHash, parsePolicy, verifyProofFile } from '@hocba/ledger';
import { RecordReadError, readRecord, readSignedFile } from '@hocba/record';
import {
  type Certificate,
  type CryptoPort,
  instantOf,
  padesRenewBeforeOf,
  taxCodeOf,
  verifyPades,
} from '@hocba/signature';
import { unsignedPart } from '@hocba/signature/pades';
import { fragmentOf } from '@hocba/verify';
import { type Kysely, sql } from 'kysely';
import { PRINT } from '../../../signing/items/prepared.ts';
import type { SlotTrust } from '../../../signing/slots/verify-slots.ts';
import { inSnapshot } from '../../../store/database.ts';
import type { Database } from '../../../store/tables.ts';
import { addressToken } from '../../issue/token.ts';
import { ed25519, sha256 } from '../../log/keys.ts';
import { originsMade } from '../../log/pending.ts';
import { vkeyOf } from '../../log/public-key.ts';
import { printConfirmedBy } from '../../prints/confirmed-by.ts';
import { issuedSheet } from '../../prints/issued-sheet.ts';
import { NOTHING_SHOWN } from '../../prints/sign-prints.ts';
import { hex, isGivenNow, type KnownLeaves } from '../log/logs.ts';
import { digestOf, type KeptResults } from '../log/resume.ts';
import type { AuditNotes, AuditProgress } from '../report.ts';
import { claimsOther, isClaim } from './claims.ts';
import { timesFault } from './print-times.ts';

export interface PrintAuditDeps {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  readonly crypto: CryptoPort;
  readonly roots: SlotTrust['roots'];
  readonly begun: Date;
  readonly printer: Pick<Printer, 'renderYear'>;
  readonly kept?: KeptResults | undefined;
}

interface Version {
  readonly version: number;
  readonly pdf: Uint8Array;
  readonly digest: Uint8Array;
  /** Unix milliseconds. */
  readonly renewBefore: number | null;
  /** The signer's own certificate as it was registered, DER. */
  readonly certificate: Uint8Array | undefined;
  readonly signedBy: string;
  /** How many timestamps the version says to have taken. */
  readonly timestamps: number;
  /** Unix milliseconds. */
  readonly storedAt: number;
}

type Inputs = NonNullable<ReturnType<typeof reprintInputs>>;

/** What a record's print is held against. */
interface Printed {
  readonly recordId: string;
  readonly versions: readonly Version[];
  /** The record's bytes, as issued and as dated anew since. */
  readonly xmls: readonly Uint8Array[];
  readonly leaf: Uint8Array | undefined;
  readonly token: string | undefined;
  /** Who confirmed the batches in which it was signed. */
  readonly confirmedBy: readonly string[];
  /** The record was lost and is back; its print may not be. */
  readonly takenBack: boolean;
}

/** Found of a print whose pages another version of the form has made: they are not compared. */
const NOT_COMPARED = 'pages-not-compared';

/**
 * Judges every signed print of a school: each version's bytes, the school's signature over the whole file, that the record, the
 * proof and the address in it are this record's own, and that the form makes the same pages of them. One that the seal
 * has signed and that is not there is named by its batch.
 */
export async function auditPrints(
  deps: PrintAuditDeps,
  school: { readonly schoolId: string; readonly training: boolean },
  leaves: KnownLeaves,
  notes: AuditNotes,
  progress: AuditProgress,
): Promise<void> {
  const { schoolId } = school;
  const ids = await recordsWithPrint(deps.db, schoolId);
  const policy = await policyOf(deps);
  let done = 0;
  for (const recordId of ids) {
    const printed = await loadPrinted(deps.db, schoolId, recordId);
    const code = await resultOf(deps, school, printed, policy);
    if (printed.versions.length > 0) notes.prints++;
    // The family's paper is the only one that there is; another one can be signed.
    const lost = code === 'print-missing' && printed.takenBack;
    if (code === NOT_COMPARED || lost) notes.open.push({ what: 'print', id: recordId, code });
    else if (code !== null) notes.problem('print', recordId, code);
    else if (!(await isLogged(deps.db, printed, leaves)))
      notes.problem('print', recordId, 'print-of-unlogged-record');
    await deps.kept?.settle();
    progress('prints', ++done, ids.length);
  }
}

/** Its proof was found good; a log that was read before it was made has no such leaf yet. */
async function isLogged(db: Kysely<Database>, { leaf }: Printed, { byHash }: KnownLeaves): Promise<boolean> {
  if (leaf === undefined) return false;
  const hash = leafHash(sha256, leaf);
  return byHash.has(hex(hash)) || (await isGivenNow(db, hash));
}

/** Those with a print, and those of which a batch says that one was signed. */
async function recordsWithPrint(db: Kysely<Database>, schoolId: string): Promise<string[]> {
  const rows = await inSnapshot(db, schoolId, (trx) =>
    trx
      .selectFrom('signed_print')
      .select('record_id')
      .where('school_id', '=', schoolId)
      .union(
        trx
          .selectFrom('signing_item')
          .select('record_id')
          .where('school_id', '=', schoolId)
          .where('slot_id', '=', PRINT)
          .where('state', '=', 'signed'),
      )
      .execute(),
  );
  return rows.map((row) => row.record_id).sort();
}

async function loadPrinted(db: Kysely<Database>, schoolId: string, recordId: string): Promise<Printed> {
  return inSnapshot(db, schoolId, async (trx) => {
    const versions = await trx
      .selectFrom('signed_print as p')
      .leftJoin('signing_certificate as c', (join) =>
        join.onRef('c.school_id', '=', 'p.school_id').onRef('c.certificate_id', '=', 'p.certificate_id'),
      )
      .select(['p.version', 'p.digest', 'p.renew_before', 'p.signed_by', 'c.chain'])
      .select(['p.timestamps', 'p.stored_at'])
      .select(sql<string | null>`encode(p.pdf, 'base64')`.as('pdf'))
      .where('p.school_id', '=', schoolId)
      .where('p.record_id', '=', recordId)
      .orderBy('p.version')
      .execute();
    const of = (table: 'issued_record' | 'verification_token' | 'taken_back') =>
      trx.selectFrom(table).where('school_id', '=', schoolId).where('record_id', '=', recordId);
    const issued = await of('issued_record').select(['xml', 'leaf']).executeTakeFirst();
    const token = await of('verification_token').select('token').executeTakeFirst();
    const renewed = await trx
      .selectFrom('record_archive')
      .select('xml')
      .where('school_id', '=', schoolId)
      .where('record_id', '=', recordId)
      .where('version', '>', 0)
      .execute();
    return {
      recordId,
      versions: versions.map(({ version, pdf, digest, renew_before, signed_by, chain, ...said }) => ({
        version,
        // A column may be made to hold nothing, or a time that is none: what does not hold is named.
        pdf: new Uint8Array(Buffer.from(pdf ?? '', 'base64')),
        digest: digest ?? new Uint8Array(),
        renewBefore: renew_before === null ? null : Number(renew_before),
        certificate: chain?.[0],
        signedBy: signed_by,
        timestamps: said.timestamps,
        storedAt: Number(said.stored_at),
      })),
      xmls: [issued?.xml, ...renewed.map(({ xml }) => xml)].flatMap((xml) => xml ?? []),
      leaf: issued?.leaf,
      token: token?.token,
      takenBack: (await of('taken_back').select('record_id').executeTakeFirst()) !== undefined,
      confirmedBy: await printConfirmedBy(trx, schoolId, recordId),
    };
  });
}

/** From an earlier run where the print, and all that it is held against, is the same. */
async function resultOf(
  deps: PrintAuditDeps,
  school: { readonly training: boolean },
  printed: Printed,
  policy: string,
): Promise<string | null> {
  const find = () => faultOf(deps, school, printed, policy);
  const { kept, roots } = deps;
  if (kept === undefined) return find();
  const id = `print:${printed.recordId}`;
  const inputs = digestOf([FORM_VERSION, school.training, roots.map((root) => root.der), policy, printed]);
  const known = kept.found(id);
  if (known?.inputs === inputs) return known.code;
  const code = await find();
  await kept.keep({ id, inputs, code, issued: 0, signatures: printed.versions.length });
  return code;
}

/** The first thing about a print that does not hold; `pages-not-compared` where all else does; null if all of it does. */
async function faultOf(
  deps: PrintAuditDeps,
  { training }: { readonly training: boolean },
  printed: Printed,
  policy: string,
): Promise<string | null> {
  const newest = printed.versions.at(-1);
  if (newest === undefined) return 'print-missing';
  for (const [n, { version, pdf, digest }] of printed.versions.entries()) {
    if (version !== n) return 'print-version-missing';
    if (hex(sha256(pdf)) !== hex(digest)) return 'print-bytes-differ';
    const before = printed.versions[n - 1]?.pdf;
    if (before !== undefined && !sameBytes(pdf.subarray(0, before.length), before))
      return 'print-renewal-differs';
  }
  // Each version says it again; the batch is noted in the trail.
  if (!printed.versions.every(({ signedBy }) => printed.confirmedBy.includes(signedBy)))
    return 'print-signed-by-differs';
  const { crypto, roots, begun: now } = deps;
  const { pdf } = newest;
  const found = await verifyPades(crypto, pdf, { roots, now, lookOf: () => NOTHING_SHOWN });
  if (found.state === 'invalid' || found.code === 'clock-behind') return `print-${found.code}`;
  if (found.training !== training) return 'print-training-differs';
  if ((padesRenewBeforeOf(pdf)?.getTime() ?? null) !== newest.renewBefore) return 'print-term-differs';
  const base = unsignedPart(pdf)?.base;
  const inputs = base === undefined ? null : reprintInputs(base);
  if (base === undefined || inputs === null) return 'print-malformed';
  if (!printed.xmls.some((xml) => sameBytes(xml, inputs.xml))) return 'print-of-other-record';
  const signedAt = instantOf(inputs.sealedAt ?? '')?.getTime();
  const [signature, ...others] = found.signatures;
  // Where the outermost time cannot be told any more no signature was looked at.
  if (signature !== undefined) {
    const { certificate, claimedAt } = signature;
    const own = newest.certificate !== undefined && sameBytes(certificate.der, newest.certificate);
    if (others.length > 0 || !own || !isSealOf(certificate, inputs.xml) || claimedAt.getTime() !== signedAt)
      return 'print-signer-differs';
    const times = timesFault(printed.versions, found, { provenAt: signature.provenAt ?? claimedAt, now });
    if (times !== null) return times;
  }
  if (!(await isProven(printed, inputs, policy))) return 'print-proof-differs';
  if (printed.token === undefined || addressToken(inputs.qrUrl) !== printed.token)
    return 'print-address-differs';
  const claim = fragmentOf(inputs.qrUrl);
  const other = claim !== '' && (!isClaim(claim) || claimsOther(readSignedFile(inputs.xml), claim));
  if (other) return 'print-claim-differs';
  if (inputs.formVersion !== FORM_VERSION) return NOT_COMPARED;
  return (await isPrintedAgain(deps.printer, inputs, base)) ? null : 'print-pages-differ';
}

function isSealOf(certificate: Certificate, xml: Uint8Array): boolean {
  try {
    return taxCodeOf(certificate) === readRecord(xml).doc.seal.taxCode;
  } catch (error) {
    // The record's own audit names it.
    if (error instanceof RecordReadError) return false;
    throw error;
  }
}

/** The proof in the file is one of the record's leaf, at the place that the pages name. */
async function isProven({ leaf }: Printed, { proof, leafIndex }: Inputs, policy: string): Promise<boolean> {
  if (proof === null || leaf === undefined) return false;
  const found = await verifyProofFile(sha256, ed25519, parsePolicy(sha256, policy), leaf, proof);
  return found.valid && String(found.index) === leafIndex;
}

async function isPrintedAgain(
  printer: Pick<Printer, 'renderYear'>,
  { xml, proof, leafIndex, qrUrl, sealedAt }: Inputs,
  pages: Uint8Array,
): Promise<boolean> {
  const facts = { proof, leafIndex: Number(leafIndex), qrUrl };
  try {
    return sameBytes(await printer.renderYear(await issuedSheet(xml, facts, sealedAt ?? null)), pages);
  } catch (error) {
    // A record that the form does not print any more cannot have come out of it.
    if (error instanceof FormError && error.code !== 'closed') return false;
    throw error;
  }
}

/** Every log that the store has made, by its own key: who vouches for a checkpoint is the log's audit's question. */
async function policyOf({ db, dataDir }: PrintAuditDeps): Promise<string> {
  const keys: string[] = [];
  for (const origin of await originsMade(db)) {
    const vkey = await vkeyOf(dataDir, origin).catch(() => null);
    // The log's own audit says that its key is gone.
    if (vkey !== null) keys.push(`log ${vkey}`);
  }
  return `${keys.join('\n')}\nquorum none\n`;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
