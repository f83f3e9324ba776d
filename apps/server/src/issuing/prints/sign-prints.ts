import { FILE_SEAL_PLACE, FormError, type Printer } from '@hocba/form';
import {
  type CryptoPort,
  completePades,
  datePades,
  extendPades,
  fromBase64,
  instantOf,
  type Level,
  PadesError,
  type PreparedPades,
  preparePades,
  toBase64,
  verifyPades,
} from '@hocba/signature';
import { Refusal } from '../../refusal.ts';
import { signingTimeOf } from '../../signing/freeze/time.ts';
import { confirmedBatch } from '../../signing/items/confirmed-batch.ts';
import {
  type Batch,
  endItems,
  type Item,
  type ItemEnd,
  type ItemKey,
  keyOf as keyInBatch,
  mayStillSign,
  storePrepared,
} from '../../signing/items/items.ts';
import { isPreparedPrint, type PreparedPrint } from '../../signing/items/prepared.ts';
import { refusalText } from '../../signing/items/refusal-text.ts';
import { AuthorityUnavailable } from '../../signing/items/unavailable.ts';
import { type SigningLevels, translated } from '../../signing/levels/raise.ts';
import { reasonOf, refused } from '../../signing/portion/portion.ts';
import type { PrintWork, ReadyPrint } from '../../signing/portion/portion-deps.ts';
import { loadRecords } from '../../signing/records/records.ts';
import { statusOf } from '../../signing/records/state.ts';
import { picturesWhenSigned } from '../../signing/signers/pictures.ts';
import type { SlotCertificate } from '../../signing/signers/signers.ts';
import { isTraining, type SignerSource } from '../../signing/signers/signers.ts';
import { RecordUntrusted, verifyRecord } from '../../signing/slots/verify-slots.ts';
import { inSchool } from '../../store/database.ts';
import { coreOf, leafOver } from '../issue/core.ts';
import { issuedRecord } from '../issue/issued.ts';
import { issuedSheet, type PrintFacts, printFacts, type SheetDeps } from './issued-sheet.ts';
import { appendSignedPrint, signedPrint } from './signed-prints.ts';

/** Between which durable steps a print stands; a test throws there, as a kill would. */
export type PrintStep = 'dated' | 'storing';

export interface SignPrintsDeps extends SheetDeps {
  readonly crypto: CryptoPort;
  readonly signers: Pick<SignerSource, 'roots'>;
  readonly levels: SigningLevels;
  readonly printer: Pick<Printer, 'renderYear'>;
  now(): Date;
  at?(step: PrintStep): void;
}

/** A preparation older than this is made again, so that the printed time stays the time of signing. */
const FRESH_MS = 5 * 60_000;
/** The cover says who signed and when; the field over those words shows nothing of its own. */
export const NOTHING_SHOWN = new Uint8Array();

/**
 * The school's signature over the whole file of an issued record: pages, XML, proof and QR (design: order of issuing).
 * The file is made of the record's own bytes and of what `prepared` holds, both times alike, so that between the two
 * steps no file has to be kept.
 */
export function printWork(deps: SignPrintsDeps): PrintWork {
  return {
    async prepare(batch, by, items) {
      const { db, now } = deps;
      const { schoolId } = batch;
      const ends: ItemEnd[] = [];
      const ready: ReadyPrint[] = [];
      const fresh: (ItemKey & { readonly prepared: PreparedPrint })[] = [];
      const start = await inSchool(db, schoolId, async (trx) => ({
        may: await mayStillSign(trx, batch),
        confirmed: await confirmedBatch(trx, batch),
        training: await isTraining(trx, schoolId),
      }));
      for (const item of items) {
        const { confirmed } = start;
        const baseUrl = confirmed?.publicUrl ?? null;
        if (!start.may || confirmed?.items.has(keyInBatch(item)) !== true || baseUrl === null) {
          const own = confirmed?.items.has(keyInBatch(item)) === true;
          const why = own ? (start.may ? 'prints-off' : 'signer-gone') : 'batch-not-noted';
          ends.push(refused(item, refusalText(why)));
          continue;
        }
        const school = { training: start.training, baseUrl };
        try {
          const ended = await endOf(deps, batch, item);
          if (ended !== null) ends.push(ended);
          else {
            const { prepared, pades } = await prepareOne(deps, batch, school, by, item);
            if (prepared !== item.prepared) fresh.push({ ...keyOf(item), prepared });
            const finish = (value: Uint8Array) =>
              finishOne(deps, batch, school.training, { item, prepared, pades }, value);
            ready.push({ ...keyOf(item), message: pades.message, finish });
          }
        } catch (error) {
          if (error instanceof AuthorityUnavailable) throw error;
          ends.push(refused(item, reason(error)));
        }
      }
      await inSchool(db, schoolId, async (trx) => {
        await endItems(trx, batch, ends, now());
        await storePrepared(trx, batch, fresh, now());
      });
      return ready;
    },
  };
}

const keyOf = ({ recordId, slotId }: ItemKey): ItemKey => ({ recordId, slotId });

function reason(error: unknown): string {
  return error instanceof FormError || error instanceof PadesError
    ? `${refusalText('print-failed')} (${error.code})`
    : reasonOf(error);
}

/** How an item has ended already; null if it may be signed. The seal signs no print of what was withdrawn meanwhile. */
async function endOf({ db }: SignPrintsDeps, { schoolId }: Batch, item: Item): Promise<ItemEnd | null> {
  return inSchool(db, schoolId, async (trx) => {
    if ((await signedPrint(trx, schoolId, item.recordId)) !== null)
      return { ...keyOf(item), state: 'signed' as const };
    const [record] = await loadRecords(trx, schoolId, { recordIds: [item.recordId] });
    const status = record === undefined ? null : statusOf(record.facts);
    if (status === 'issued') return null;
    const withdrawn = status === 'recalled' || status === 'replaced';
    return refused(item, refusalText(withdrawn ? 'already-recalled' : 'not-issued'));
  });
}

/** Made again from what is stored where it is still fresh, or signed already; else made anew. */
async function prepareOne(
  deps: SignPrintsDeps,
  { schoolId }: Batch,
  school: { readonly training: boolean; readonly baseUrl: string },
  by: SlotCertificate,
  item: Item,
): Promise<{ prepared: PreparedPrint; pades: PreparedPades }> {
  const { recordId } = item;
  const record = { schoolId, recordId, xml: await trustedXml(deps, schoolId, school.training, recordId) };
  const stored = item.prepared !== null && isPreparedPrint(item.prepared) ? item.prepared : null;
  const isOut = item.value !== null || item.out === true;
  if (stored !== null && (isOut || isFresh(stored, by, deps.now()))) {
    const pades = await filePrepared(deps, record, factsOf(stored), stored.print.signedAt, by);
    if (toBase64(pades.message) === stored.message) return { prepared: stored, pades };
    // Somebody changed what waits, or another version of the form has come: what came back signs another file.
    if (isOut) throw new Refusal('signature-refused');
  }
  const facts = await printFacts(deps, schoolId, recordId, school.baseUrl).catch((error) => {
    throw error instanceof Refusal && error.code === 'log-unavailable'
      ? new AuthorityUnavailable('log-unavailable', { cause: error })
      : error;
  });
  const signedAt = signingTimeOf(deps.now());
  const pades = await filePrepared(deps, record, facts, signedAt, by);
  const { leafIndex, qrUrl } = facts;
  const print = { proof: toBase64(facts.proof), leafIndex, qrUrl, signedAt };
  return { prepared: { certificateId: by.certificateId, print, message: toBase64(pades.message) }, pades };
}

/** The record's bytes, held against its leaf: what was changed behind the application gets no seal. */
async function trustedXml(
  deps: SignPrintsDeps,
  schoolId: string,
  training: boolean,
  recordId: string,
): Promise<Uint8Array> {
  const issued = await inSchool(deps.db, schoolId, (trx) =>
    issuedRecord(trx, schoolId, recordId, deps.logHost),
  );
  if (issued === null) throw new Refusal('not-issued');
  const roots = await deps.signers.roots();
  const verified = await verifyRecord({ crypto: deps.crypto, roots, training, now: deps.now() }, issued.xml);
  if (leafOver(issued.leaf, coreOf(verified, issued.salt)) === null)
    throw new RecordUntrusted('core-differs');
  return issued.xml;
}

function isFresh({ certificateId, print }: PreparedPrint, by: SlotCertificate, now: Date): boolean {
  const at = instantOf(print.signedAt)?.getTime() ?? 0;
  return certificateId === by.certificateId && Math.abs(now.getTime() - at) <= FRESH_MS;
}

const factsOf = ({ print: { proof, leafIndex, qrUrl } }: PreparedPrint): PrintFacts => ({
  proof: fromBase64(proof) ?? new Uint8Array(),
  leafIndex,
  qrUrl,
});

async function filePrepared(
  deps: SignPrintsDeps,
  {
    schoolId,
    recordId,
    xml,
  }: { readonly schoolId: string; readonly recordId: string; readonly xml: Uint8Array },
  facts: PrintFacts,
  signedAt: string,
  { signer: { chain, algorithm } }: SlotCertificate,
): Promise<PreparedPades> {
  const time = instantOf(signedAt);
  if (time === null) throw new Refusal('signature-refused');
  const pictures = await inSchool(deps.db, schoolId, (trx) => picturesWhenSigned(trx, schoolId, recordId));
  const pages = await deps.printer.renderYear(await issuedSheet(xml, facts, signedAt, pictures));
  const look = { ...FILE_SEAL_PLACE, content: NOTHING_SHOWN };
  return preparePades(deps.crypto, pages, { chain, algorithm, time, look });
}

interface SignedFile {
  readonly item: Item;
  readonly prepared: PreparedPrint;
  readonly pades: PreparedPades;
}

/** Dates and raises the signed file, judges it as a stranger would, stores it and ends its item. */
async function finishOne(
  deps: SignPrintsDeps,
  batch: Batch,
  training: boolean,
  file: SignedFile,
  value: Uint8Array,
): Promise<void> {
  const { db, now } = deps;
  const { schoolId } = batch;
  let made: { readonly pdf: Uint8Array; readonly timestamps: number };
  try {
    made = await raised(deps, batch, training, file, value).catch((error) => {
      throw translated(error);
    });
  } catch (error) {
    // The token of an authority that was revoked stays in nobody's way.
    if (error instanceof AuthorityUnavailable && error.code === 'revoked')
      await keepToken(deps, batch, file, undefined);
    if (error instanceof AuthorityUnavailable) throw error;
    const why = refused(file.item, reason(error));
    return inSchool(db, schoolId, (trx) => endItems(trx, batch, [why], now()));
  }
  await inSchool(db, schoolId, async (trx) => {
    const { certificateId } = file.prepared;
    const print = { version: 0, pdf: made.pdf, certificateId, signedBy: batch.staffId };
    const { recordId } = file.item;
    await appendSignedPrint(trx, { schoolId, recordId, timestamps: made.timestamps, at: now() }, print);
    deps.at?.('storing');
    await endItems(trx, batch, [{ ...keyOf(file.item), state: 'signed' }], now());
  });
}

async function raised(
  deps: SignPrintsDeps,
  batch: Batch,
  training: boolean,
  file: SignedFile,
  value: Uint8Array,
): Promise<{ pdf: Uint8Array; timestamps: number }> {
  const { crypto } = deps;
  const level = deps.levels.levels.schoolSeal;
  if (level === 'B') {
    const pdf = await completePades(crypto, file.pades, value);
    await requireLevel(deps, training, pdf, level);
    return { pdf, timestamps: 0 };
  }
  const services = await deps.levels.authoritiesOf(training).services();
  const kept = file.prepared.token === undefined ? null : fromBase64(file.prepared.token);
  const token = kept ?? (await datePades(crypto, file.pades, value, services));
  if (kept === null) await keepToken(deps, batch, file, token);
  deps.at?.('dated');
  const dated = await completePades(crypto, file.pades, value, token);
  const pdf = level === 'T' ? dated : await extendPades(crypto, dated, level, services);
  await requireLevel(deps, training, pdf, level);
  return { pdf, timestamps: level === 'LTA' ? 2 : 1 };
}

/** A timestamp may cost money: a kill from here on does not ask for it again. */
async function keepToken(
  { db, now }: SignPrintsDeps,
  batch: Batch,
  file: SignedFile,
  token: Uint8Array | undefined,
) {
  const { token: _, ...without } = file.prepared;
  const prepared: PreparedPrint = token === undefined ? without : { ...without, token: toBase64(token) };
  await inSchool(db, batch.schoolId, (trx) =>
    storePrepared(trx, batch, [{ ...keyOf(file.item), prepared }], now()),
  );
}

/** @throws RecordUntrusted where the file is not, to the strict judge, what it is to be */
export async function requireLevel(
  deps: Pick<SignPrintsDeps, 'crypto' | 'signers' | 'now'>,
  training: boolean,
  pdf: Uint8Array,
  level: Level,
): Promise<void> {
  const roots = await deps.signers.roots();
  const lookOf = () => NOTHING_SHOWN;
  const found = await verifyPades(deps.crypto, pdf, { roots, now: deps.now(), lookOf });
  // Below LT a file does not say itself that nobody had revoked the seal; that was asked before it was signed.
  const ownWord = level === 'LT' || level === 'LTA' ? found.state === 'valid' : found.state !== 'invalid';
  if (found.code === 'clock-behind') throw new RecordUntrusted(found.code);
  const told = found.state === 'valid' || found.code === 'signer-status-unknown';
  if (!ownWord || !told || found.level !== level || found.training !== training)
    throw new RecordUntrusted(`print-${found.code}`);
}
