import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FORM_VERSION, type Printer } from '@hocba/form';
import { reprintInputs } from '@hocba/form/attachments';
import { RecordReadError, readRecord, readSignedFile, type SignedFile } from '@hocba/record';
import { unsignedPart } from '@hocba/signature/pades';
import { CanonicalXmlError } from '@hocba/xml';
import type { Kysely } from 'kysely';
import type { Actor } from '../../access/actor.ts';
import type { FileBody } from '../../access/binding.ts';
import { requireRecordStaff } from '../../access/objects.ts';
import { printNameOf } from '../../assessment/export/file-name.ts';
import { seesWholeClass } from '../../assessment/sheet/sheet.ts';
import { Refusal } from '../../refusal.ts';
import { personalIdOf, slotsOf } from '../../signing/batch/batch.ts';
import { assemble } from '../../signing/records/assemble.ts';
import { loadParts, loadSigned } from '../../signing/records/records.ts';
import { picturesWhenSigned } from '../../signing/signers/pictures.ts';
import { inSchool } from '../../store/database.ts';
import { writeDurably } from '../../store/durable-file.ts';
import type { Database } from '../../store/tables.ts';
import { renewedXml } from '../issue/archive.ts';
import { proofOf } from '../issue/issued.ts';
import { issuedSheet, printFacts, type SheetDeps } from '../prints/issued-sheet.ts';
import { signedPrint } from '../prints/signed-prints.ts';
import { tablePrint } from './table-print.ts';

export interface DeliverDeps extends SheetDeps {
  readonly printer: Pick<Printer, 'renderYear' | 'renderClassTable'>;
}

/**
 * The record's XML as it stands: as issued, else with the slots signed so far. Like receipt and print for the homeroom
 * teacher, the principal and the clerk; a class's table also for the subject teachers who sign it.
 *
 * @throws Refusal `not-found`, `not-allowed`
 */
export async function recordXml(deps: DeliverDeps, actor: Actor, recordId: string): Promise<FileBody> {
  const { xml, name } = await currentXml(deps, actor, recordId);
  return { fileName: `${name}.xml`, bytes: xml };
}

/** The receipt. @throws Refusal `not-issued`, `log-unavailable` */
export async function recordProof(deps: DeliverDeps, actor: Actor, recordId: string): Promise<FileBody> {
  const { name } = await currentXml(deps, actor, recordId);
  const { proof } = await proofOf(deps, actor.schoolId, recordId);
  return { fileName: `${name}.tlog-proof`, bytes: proof };
}

/**
 * A record, or a class's table, as it will print (watermark, nothing attached), or as issued: with XML and receipt inside and
 * the QR of its public page, a record's as the school signed the file. Until that is done, a print made from the record's
 * bytes, which says so.
 *
 * @param baseUrl where the public page is found, such as `https://hocba.example.vn`
 * @throws Refusal `not-found`, `not-allowed`, `log-unavailable`; `record-damaged` where what is stored beside the record is not its own
 */
export async function recordPdf(
  deps: DeliverDeps,
  actor: Actor,
  recordId: string,
  baseUrl: string,
): Promise<FileBody> {
  const { xml, annex, name, issued } = await currentXml(deps, actor, recordId);
  const file = readSignedFile(xml, annex);
  if (file.kind === 'classTable') {
    const pictures = await inSchool(deps.db, actor.schoolId, (trx) =>
      picturesWhenSigned(trx, actor.schoolId, recordId),
    );
    const bytes = await deps.printer.renderClassTable(tablePrint(file.read, issued, pictures));
    return { fileName: `${name}.pdf`, bytes, inline: true };
  }
  if (!issued) {
    const { doc } = file.read;
    const bytes = await deps.printer.renderYear({ doc, xml, proof: null, issued: null });
    return { fileName: `${name}-du-thao.pdf`, bytes, inline: true };
  }
  const { schoolId } = actor;
  const signed = await inSchool(deps.db, schoolId, (trx) => signedPrint(trx, schoolId, recordId));
  if (signed !== null) {
    if (!isPrintOf(signed.pdf, recordId)) throw new Refusal('record-damaged');
    return { fileName: `${name}.pdf`, bytes: signed.pdf, inline: true };
  }
  const facts = await printFacts(deps, schoolId, recordId, baseUrl);
  const inputs = [xml, facts.proof, new TextEncoder().encode(`${FORM_VERSION} ${facts.qrUrl}`)];
  const bytes = await cached(deps.dataDir, inputs, async () =>
    deps.printer.renderYear(await issuedSheet(xml, facts, null)),
  );
  return { fileName: `${name}-chua-ky-tep.pdf`, bytes, inline: true };
}

/** Whether the record in a signed print is this one: exchanged in the store it would be another child's paper. What it is worth it says itself. */
export function isPrintOf(pdf: Uint8Array, recordId: string): boolean {
  const base = unsignedPart(pdf)?.base;
  const xml = base === undefined ? undefined : reprintInputs(base)?.xml;
  try {
    return xml !== undefined && readRecord(xml).doc.uuid === recordId;
  } catch (error) {
    if (error instanceof RecordReadError || error instanceof CanonicalXmlError) return false;
    throw error;
  }
}

interface CurrentXml {
  readonly xml: Uint8Array;
  readonly annex: Uint8Array;
  /** Mã học sinh, or what a class's table is called, as a file's name. */
  readonly name: string;
  readonly issued: boolean;
}

async function currentXml(deps: DeliverDeps, actor: Actor, recordId: string): Promise<CurrentXml> {
  const { schoolId } = actor;
  return inSchool(deps.db, schoolId, async (trx) => {
    const access = await requireRecordStaff(trx, actor, recordId);
    const [record] = await loadSigned(trx, schoolId, { recordIds: [recordId] });
    const parts = (await loadParts(trx, schoolId, [recordId])).get(recordId);
    if (record === undefined || parts === undefined) throw new Refusal('not-found');
    // A record holds everybody's marks and the family's data: not for a teacher of one subject. A class's table is
    // what such a teacher signs, and nobody signs unseen.
    const signsIt =
      record.pupilId === null && slotsOf(record, 'subjectTeacher', await personalIdOf(trx, actor)).length > 0;
    if (!signsIt && !seesWholeClass(actor, access)) throw new Refusal('not-allowed');
    const issued = await issuedXml(trx, schoolId, recordId);
    const xml = issued ?? assemble(record, parts);
    const wanted = nameOf(readSignedFile(xml, parts.annex));
    const name = /^[A-Za-z0-9_-]{1,64}$/.test(wanted) ? wanted : recordId;
    return { xml, annex: parts.annex, name, issued: issued !== null };
  });
}

function nameOf(file: SignedFile): string {
  if (file.kind === 'record') return file.read.doc.pupil.pupilCode;
  const { className, uuid } = file.read.doc;
  return printNameOf('bang-tong-hop', className, uuid.slice(0, 8)).replace(/\.pdf$/, '');
}

async function issuedXml(
  trx: Kysely<Database>,
  schoolId: string,
  recordId: string,
): Promise<Uint8Array | null> {
  const row = await trx
    .selectFrom('issued_record')
    .select('xml')
    .where('school_id', '=', schoolId)
    .where('record_id', '=', recordId)
    .executeTakeFirst();
  return row === undefined ? null : ((await renewedXml(trx, schoolId, recordId)) ?? row.xml);
}

/**
 * A print by the digest of all that it is made of, in `data/cache/pdf`. Never authoritative: it may be deleted at any
 * time, and what cannot be read is made again.
 */
async function cached(
  dataDir: string,
  inputs: readonly Uint8Array[],
  make: () => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(`${input.length}:`).update(input);
  const folder = join(dataDir, 'cache', 'pdf');
  const place = join(folder, `${hash.digest('hex')}.pdf`);
  try {
    return new Uint8Array(await readFile(place));
  } catch {
    const bytes = await make();
    // A full disk must not keep a print from its reader.
    await mkdir(folder, { recursive: true, mode: 0o700 })
      .then(() => writeDurably(place, bytes, 0o600))
      .catch(() => {});
    return bytes;
  }
}
