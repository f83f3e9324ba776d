import { isClassTable, RecordReadError } from '@hocba/record';
import { kindOf } from './as-it-came/file-kind.ts';
import { isOfNewerKind } from './as-it-came/newer-kind.ts';
import { judgedAsItCame } from './as-it-came/on-its-way.ts';
import { CLOCK_SLACK, checkIssuance } from './issuance/check-issuance.ts';
import { checkClassList } from './issuance/class-list.ts';
import type { LogTime, logTimeOf } from './issuance/log-time.ts';
import {
  checkCertificates,
  checkPlanned,
  type SignedDocument,
  type VerifiedSlot,
} from './signatures/check-signatures.ts';
import { checkIssuer, whileFresh } from './signatures/issuer.ts';
import { type ProvenTimes, proveTimesOf } from './signatures/proven-times.ts';
import { readFile } from './table/read-file.ts';
import { checkTableOf } from './table/table-of-record.ts';
import type { ReadFile } from './table/table-reader.ts';
import { type JudgedByList, listDay } from './trust/list-day.ts';
import type { Trust } from './trust/trust.ts';
import { conclude, refused } from './verdict/conclude.ts';
import type { FileToVerify, FileVerdict, VerifyPorts } from './verdict/file-verdict.ts';
import type { Fragment, FragmentOf } from './verdict/verdict.ts';

export const MAX_FILE_BYTES = 10_000_000;
/** A class's archive holds many files. */
export const MAX_ARCHIVE_BYTES = 50_000_000;

/** How many bytes of a file are read at most, by its name; one byte more is refused. */
export function mostBytesOf(name: string): number {
  return /\.zip$/i.test(name) ? MAX_ARCHIVE_BYTES : MAX_FILE_BYTES;
}

/**
 * One file in, one verdict out: the same code in browser, server and command line. Without trust nothing becomes
 * green, and what is false is found all the same. Never throws for what a file holds.
 */
export async function verifyFile(
  file: FileToVerify,
  trust: Trust | null,
  ports: VerifyPorts,
): Promise<FileVerdict> {
  return judgedBy(listDay(trust, ports.now?.() ?? new Date()), await judgeFile(file, trust, ports));
}

/** A verdict on any file, with the day of the list that it was judged by; what stands in it says the same. */
function judgedBy(list: JudgedByList, found: FileVerdict): FileVerdict {
  const parts = found.parts?.map((part) => ({ ...part, found: judgedBy(list, part.found) }));
  return { ...found, ...list, ...(parts === undefined ? {} : { parts }) };
}

async function judgeFile(file: FileToVerify, trust: Trust | null, ports: VerifyPorts): Promise<FileVerdict> {
  const kind = kindOf(file);
  const most = kind === 'zip' ? MAX_ARCHIVE_BYTES : MAX_FILE_BYTES;
  if (file.bytes.length > most) return refused('error', 'too-large', false);
  switch (kind) {
    case 'zip':
      return archiveVerdict(file, trust, ports);
    case 'xml':
      return judgedAsItCame(file, (one) => verifyXml(one, trust, ports, []));
    case 'pdf':
      return pdfVerdict(file, trust, ports);
    default:
      return refused('error', kind, false);
  }
}

/** Every file of an archive by the same judge; what opens it comes on demand in a browser. */
async function archiveVerdict(
  file: FileToVerify,
  trust: Trust | null,
  ports: VerifyPorts,
): Promise<FileVerdict> {
  const loaded = await import('./several/archive.ts').catch(() => null);
  if (loaded === null) return refused('error', 'archive-reader-absent', false);
  return loaded.verifyArchive(file, (part) => judgeFile(part, trust, ports), ports.onPart);
}

/** A PDF with all that is in it; what reads it comes on demand in a browser, which may have neither the file nor a network. */
async function pdfVerdict(file: FileToVerify, trust: Trust | null, ports: VerifyPorts): Promise<FileVerdict> {
  const loaded = await import('./print/pdf-file.ts').catch(() => null);
  if (loaded === null) return refused('error', 'pdf-reader-absent', true);
  const { lists = [] } = file;
  return loaded.verifyPdf(file, trust, ports, (inside, print, existedAt) =>
    verifyXml({ ...inside, lists }, trust, ports, print, existedAt),
  );
}

async function verifyXml(
  { bytes: xml, proof, tables = [], lists = [] }: FileToVerify,
  trust: Trust | null,
  ports: VerifyPorts,
  print: readonly Fragment[],
  existedAt: Date | null = null,
): Promise<FileVerdict> {
  const aPrint = print.length > 0;
  let given: ReadFile | null;
  try {
    given = await readFile(xml);
  } catch (error) {
    if (!(error instanceof RecordReadError)) throw error;
    if (proof === undefined && mayBeForeign(xml)) {
      const found = await foreignVerdict(xml, trust, ports, print);
      if (found !== null) return found;
    }
    if (await isOfNewerKind(ports.crypto, xml)) return refused('error', 'newer-kind', aPrint, print);
    // An invoice, a saved page: it claims to be no record, and is no false one. What has a proof beside it does claim it.
    if (!aPrint && proof === undefined && !namesRecord(xml)) return refused('error', 'unknown-format', false);
    const other = isClassTable(xml) ? 'not-a-table' : 'not-a-record';
    const code = error.code === 'not-canonical' || error.code === 'inconsistent' ? error.code : other;
    return refused('invalid', code, aPrint, print);
  }
  if (given === null) return refused('error', 'table-reader-absent', aPrint, print);
  const { file, plans } = given;
  const { read } = file;
  const { training } = read.doc;
  const signatures = await checkPlanned(ports.crypto, read, plans);
  const document: Fragment = { name: 'document', state: 'valid', code: 'intact' };
  if (signatures.fragment.state !== 'valid') {
    const rest = [
      NO_TIMESTAMP,
      ...print,
      { name: 'issuer', state: 'not-checked', code: 'not-reached' } as const,
    ];
    return conclude([document, signatures.fragment, ...rest], training, aPrint);
  }
  const now = ports.now?.() ?? new Date();
  const issuanceAt = (provenAt: Date | null) =>
    checkIssuance(ports.crypto, ports.ed25519, file, signatures.slots, proof, trust, { now, provenAt });
  // A leaf that is found asks for no proven time; without one there is nothing that could be dated by the log.
  const logged = proof === undefined ? null : await issuanceAt(null);
  const log =
    trust === null || proof === undefined || logged?.origin === undefined
      ? null
      : await logTime(ports, { proof, origin: logged.origin, training }, trust, now);
  const loggedBy = log?.state === 'proven' ? log.at : null;
  const times = await judgeTimes(ports, read, signatures.slots, trust, {
    now,
    training,
    existedAt,
    loggedBy,
  });
  const issuance = logged?.origin !== undefined ? logged : await issuanceAt(times.provenAt);
  const { origin, leafIndex, leafTime } = issuance;
  const registered = checkIssuer(
    ports.crypto,
    { code: read.doc.school.code, training },
    signatures.slots,
    {
      time: leafTime ?? (times.provenAt === null ? null : times.provenAt.getTime() / 1000),
      claimed: Date.parse(signatures.slots.at(-1)?.finding.signingTime ?? '') / 1000,
      leaf: origin === undefined || leafIndex === undefined ? null : { origin, index: leafIndex },
    },
    trust,
  );
  const fragments = [
    document,
    signatures.fragment,
    times.certificates,
    timeBeside(times.time, log),
    ...issuance.fragments,
    ...print,
    whileFresh(registered, trust, now),
    ...(await checkTableOf(file, tables, ports.crypto, (table) => verifyFile(table, trust, ports))),
    ...(await checkClassList(ports.crypto, ports.ed25519, file, issuance, lists, trust)),
  ];
  return {
    ...conclude(fragments, training, aPrint),
    ...(file.kind === 'record' ? { record: file.read.doc } : { classTable: file.read.doc }),
    signers: signatures.slots.map(({ plan, finding }) => ({
      role: plan.role,
      name: 'fullName' in plan.signer ? plan.signer.fullName : plan.signer.organisationName,
      time: finding.signingTime,
    })),
    ...(issuance.leafIndex === undefined ? {} : { leafIndex: issuance.leafIndex }),
    ...(issuance.origin === undefined ? {} : { logOrigin: issuance.origin }),
    ...(issuance.statusAsOf === undefined ? {} : { statusAsOf: issuance.statusAsOf }),
    ...(issuance.ended === undefined ? {} : { ended: issuance.ended }),
    ...(loggedBy === null ? {} : { loggedBy: loggedBy.getTime() / 1000 }),
  };
}

/** What dates the log, where somebody has it: a page has not, and loads nothing for it. */
async function logTime(...given: Parameters<typeof logTimeOf>): Promise<LogTime | null> {
  if (given[0].logEvidence === undefined) return null;
  const { logTimeOf } = await import('./issuance/log-time.ts');
  return logTimeOf(...given);
}

/** Evidence that is not this record's makes nothing false; where the time is open it says why the log did not tell. */
const timeBeside = (time: Fragment, log: LogTime | null): Fragment =>
  log?.state === 'refused' && time.state === 'not-checked'
    ? { name: 'time', state: 'not-checked', code: 'log-evidence-refused' }
    : time;

/** The verdict on a record of other software; null for what is none. */
async function foreignVerdict(
  xml: Uint8Array,
  trust: Trust | null,
  ports: VerifyPorts,
  print: readonly Fragment[],
): Promise<FileVerdict | null> {
  const aPrint = print.length > 0;
  const now = ports.now?.() ?? new Date();
  // Half a megabyte, loaded when the first such file comes; a browser without a network may not have it.
  const loaded = await import('./foreign/judge.ts').catch(() => null);
  if (loaded === null) return refused('error', 'foreign-reader-absent', aPrint, print);
  const found = await loaded.judgeForeign(ports.crypto, xml, trust, now);
  if (found === null) return null;
  return {
    ...conclude([...found.fragments, ...print], false, aPrint),
    ...(found.facts === undefined ? {} : { foreign: found.facts }),
  };
}

/**
 * A record by the ministry's scheme that nothing of ours has written: our signatures all carry a name of ours among
 * what they sign, so that a record of ours that was changed is never taken for another vendor's.
 */
function mayBeForeign(xml: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(xml);
  return text.includes('HOC_BA') && !text.includes('urn:hocba:');
}

/** Whether a file says in any way that it is a record or table, ours or by the ministry's scheme. */
const namesRecord = (xml: Uint8Array): boolean =>
  isClassTable(xml) || /HOC_?BA|urn:hocba:/i.test(new TextDecoder('latin1').decode(xml));

const NO_TIMESTAMP: FragmentOf<'time'> = { name: 'time', state: 'not-checked', code: 'no-timestamp' };

/** Times by an authority's word where there are any, else the chains as of the signers' own times. */
async function judgeTimes(
  ports: VerifyPorts,
  read: SignedDocument,
  slots: readonly VerifiedSlot[],
  trust: Trust | null,
  {
    now,
    training,
    existedAt,
    loggedBy,
  }: {
    readonly now: Date;
    readonly training: boolean;
    readonly existedAt: Date | null;
    readonly loggedBy: Date | null;
  },
): Promise<ProvenTimes> {
  const plain = await checkCertificates(ports.crypto, slots, training, trust);
  // By a clock that is behind what was signed for it, timestamps would seem to be from the future.
  if (trust?.asOf != null && trust.asOf - now.getTime() / 1000 > CLOCK_SLACK) {
    return { certificates: plain, time: { ...NO_TIMESTAMP, code: 'clock-behind' }, provenAt: null };
  }
  const believed = trust !== null && trust.roots.length > 0 && plain.state !== 'invalid';
  // A print that is dated anew keeps the record inside it as it was: its timestamps need to hold when the print was dated.
  const at = { now: existedAt ?? now, training, loggedBy };
  const proven = believed ? await proveTimesOf(ports.crypto, read, slots, trust, at) : null;
  if (proven === null) return { certificates: plain, time: NO_TIMESTAMP, provenAt: null };
  // A training root that was not given is no fault of a training record.
  return plain.state === 'not-checked' ? { ...proven, certificates: plain } : proven;
}
