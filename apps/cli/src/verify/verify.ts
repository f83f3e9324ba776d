/** `hocba verify`: is this file genuine? Nothing is sent anywhere; nothing is stored. */

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { FORM_VERSION, renderYear, reprintInputs, signaturesOf } from '@hocba/form';
import { LedgerError } from '@hocba/ledger';
import { nodeEd25519 } from '@hocba/ledger/node';
import { isClassTable, readRecord } from '@hocba/record';
import { nodeCrypto } from '@hocba/signature/node';
import {
  BundleError,
  type ClaimFinding,
  claimSentence,
  EXIT_CODE,
  type FileToVerify,
  type FileVerdict,
  type Fragment,
  isListProof,
  isProof,
  isQrText,
  type LeafPort,
  type LogEvidence,
  mayBeRead,
  mostBytesOf,
  notRead,
  type ProvenLeaf,
  printedSlots,
  proofAmong,
  recordsGone,
  type Trust,
  TrustError,
  verifyClaim,
  verifyFile,
  worst,
} from '@hocba/verify';
import { type Command, EXIT, type Io, wrongOption } from '../command.ts';
import { evidenceFor, leafIn } from '../mirror/evidence.ts';
import { readTrustPlace } from '../trust-folder.ts';
import { asJson, asText, inAll, type Language, SAID, type Told } from './verdict-text.ts';

const USAGE = `Cách dùng: hocba verify TỆP… [--trust TỆP|THƯ_MỤC] [--trust-key KHOÁ] [--mirror BẢN_SAO]… [--lang vi|en] [--json]

Kiểm tra học bạ số (.xml, .pdf, .zip của một em hay cả lớp, hoặc thư mục chứa chúng): nội dung, chữ ký, chứng thư, phát hành, tình trạng, trang in.
Nội dung mã QR trên bản in (https://…/x/…#…) cũng kiểm tra được như một tệp.
Bảng tổng hợp của lớp (.xml) nêu cùng lệnh được đối chiếu với học bạ không có chỗ ký cho giáo viên môn học.
Tệp bằng chứng cùng tên (.tlog-proof) bên cạnh tệp XML được dùng kèm. Không gửi gì đi đâu.
(Verifies records; a .tlog-proof of the same name beside an XML is used. Nothing leaves this machine.)

  --trust TỆP|THƯ_MỤC  tệp căn cứ hocba.trust, hoặc thư mục có hocba.trust, hocba-trust.vkey và status-*.txt;
                   không có tệp căn cứ thì dùng *.pem, tlog-policy, status.vkey, status.txt
  --trust-key KHOÁ khoá phải ký tệp căn cứ: chuỗi khoá, hoặc tệp chứa nó (key the bundle must be signed by)
  --mirror BẢN_SAO bản sao nhật ký do hocba mirror giữ: bằng chứng thời gian của nhật ký chứng minh thời điểm của học bạ
                   khi dấu thời gian riêng của nó không có hay đã hết hạn, cả trong tệp .zip và sổ nhiều năm; nêu nhiều lần
                   nếu các năm ở nhiều nhật ký; mã QR được đối chiếu với bản ghi mà nó nêu trong nhật ký
                   (mirrors whose evidence of time dates records, and in which a QR's leaf is looked up)
  --lang vi|en     ngôn ngữ của kết quả, mặc định vi (language of the answer)
  --json           in kết quả dạng JSON ra stdout (JSON on stdout, nothing else)

Mã kết thúc, của tệp nặng nhất: 0 thật, còn hiệu lực · 1 không thật · 2 thật, đã thay thế hoặc thu hồi
3 chưa kiểm tra được đủ hoặc cần xác nhận lại · 4 bản tập huấn · 64 gọi sai cách
`;

export const command: Command = { usage: USAGE, run: verify };

interface Call {
  readonly files: readonly string[];
  /** How many files of a folder were not looked at: nothing of them is read here. */
  readonly passedOver: number;
  /** Proofs named with the records that they are of, by these. */
  readonly proofs: ReadonlyMap<string, string>;
  readonly trust: string | undefined;
  readonly trustKey: string | undefined;
  readonly mirrors: readonly string[];
  readonly lang: Language;
  readonly json: boolean;
}

async function verify(args: readonly string[], io: Io): Promise<number> {
  const call = await readCall(args);
  if (typeof call === 'string') {
    io.err(`${call}\n\n${USAGE}`);
    return EXIT.usage;
  }
  let trust: Trust | null = null;
  if (call.trust !== undefined) {
    try {
      trust = await readTrustPlace(call.trust, call.trustKey);
    } catch (error) {
      const which = error instanceof TrustError ? ` (tệp ${error.file})` : '';
      io.err(
        `Không dùng được căn cứ “${call.trust}”${which}${WHY[bundleCode(error)] ?? '.'} Chưa kiểm tra tệp nào.\n`,
      );
      return EXIT.usage;
    }
  }
  const verdicts: Told[] = [];
  const tables = await tablesAmong(call);
  const lists = await listsAmong(call);
  const beside = { tables, lists: lists.map(({ bytes }) => bytes) };
  const named = new Set(lists.map(({ name }) => name));
  for (const file of call.files)
    if (!named.has(file)) verdicts.push({ file, ...(await verifyPath(file, { ...call, trust, ...beside })) });
  const judged = verdicts.map(({ file, found }) => ({ name: file, found }));
  for (const { name, found } of recordsGone(lists, judged)) verdicts.push({ file: name, found });
  const say = SAID[call.lang];
  io.out(
    call.json
      ? `${JSON.stringify({ files: verdicts.map((one) => asJson(one, say)) })}\n`
      : [
          ...verdicts.map((one) => asText(one, say)),
          ...(call.passedOver > 0 ? [say.passedOver(call.passedOver)] : []),
          ...(verdicts.length > 1 ? [inAll(verdicts, say)] : []),
        ].join('\n'),
  );
  return EXIT_CODE[worst(verdicts.map(({ found }) => found.verdict))];
}

const bundleCode = (error: unknown): string =>
  error instanceof TrustError && error.cause instanceof BundleError ? error.cause.code : '';
/** Of a list that is signed by the right key: it came after this version, or its maker has made it wrongly. */
const WHY: Readonly<Record<string, string>> = {
  'not-understood':
    ': nó được ký đúng, nhưng thuộc loại mới hơn phiên bản này; hãy cập nhật hocba rồi kiểm tra lại.',
  malformed: ': nó được ký đúng, nhưng sai mẫu; hãy báo nơi phát hành danh sách.',
};

/** The call as understood, or the sentence that says why it is not. */
async function readCall(args: readonly string[]): Promise<Call | string> {
  try {
    const { values, positionals: named } = parseArgs({
      args: [...args],
      options: {
        trust: { type: 'string' },
        'trust-key': { type: 'string' },
        mirror: { type: 'string', multiple: true },
        lang: { type: 'string' },
        json: { type: 'boolean' },
      },
      allowPositionals: true,
    });
    const folders = await Promise.all(named.map(opened));
    const positionals = folders.flatMap(({ files }) => files);
    const passedOver = folders.reduce((sum, one) => sum + one.passedOver, 0);
    // A proof that belongs to a record named with it is not a file of its own.
    const records = positionals.filter((name) => !isProof(name));
    const only = records.length === 1 && positionals.length === 2 ? positionals.find(isProof) : undefined;
    const proofs = new Map<string, string>();
    for (const record of records) {
      const proof = proofAmong(record, positionals) ?? only;
      if (proof !== undefined) proofs.set(record, proof);
    }
    const used = new Set(proofs.values());
    const files = positionals.filter((name) => !used.has(name));
    const { trust, 'trust-key': trustKey, mirror: mirrors = [], lang = 'vi', json = false } = values;
    if (files.length === 0) return 'Cần nêu tệp học bạ phải kiểm tra.';
    if (trustKey !== undefined && trust === undefined) return '--trust-key chỉ dùng cùng --trust.';
    if (lang !== 'vi' && lang !== 'en') return '--lang là vi hoặc en.';
    return { files, passedOver, proofs, trust, trustKey, mirrors, lang, json };
  } catch (error) {
    return wrongOption(error);
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** Of a folder what may be a record in it, in the order of the names; of all else the name itself. */
async function opened(path: string): Promise<{ files: string[]; passedOver: number }> {
  if (!(await isFolder(path))) return { files: [path], passedOver: 0 };
  const found = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => []);
  const there = found.filter((one) => !one.isDirectory());
  const files = there.filter(({ name }) => mayBeRead(name)).map((one) => join(one.parentPath, one.name));
  // One in which there is nothing is told like a file that cannot be read.
  if (files.length === 0) return { files: [path], passedOver: 0 };
  return { files: files.sort(), passedOver: there.length - files.length };
}

/** Class tables on the command line, so that records are held against them. */
async function tablesAmong({
  files: paths,
  proofs,
}: Pick<Call, 'files' | 'proofs'>): Promise<FileToVerify[]> {
  const xml = paths.filter((path) => /\.xml$/i.test(path));
  const files = await Promise.all(xml.map((path) => fileAt(path, proofs)));
  return files.filter((file) => file !== null).filter(({ bytes }) => isClassTable(bytes));
}

/** Proofs of class lists beside records, as an unpacked package of a pupil has them. */
async function listsAmong({ files: paths }: Pick<Call, 'files'>): Promise<FileToVerify[]> {
  if (paths.every(isProof)) return [];
  const proofs = await Promise.all(
    paths.filter(isProof).map(async (name) => ({ name, bytes: await read(name) })),
  );
  return proofs.flatMap(({ name, bytes }) => (bytes !== null && isListProof(bytes) ? [{ name, bytes }] : []));
}

async function fileAt(path: string, proofs: Call['proofs']): Promise<FileToVerify | null> {
  const bytes = await read(path);
  if (bytes === null) return null;
  const beside = proofs.get(path) ?? (/\.xml$/i.test(path) ? await proofBeside(path) : undefined);
  const proof = beside === undefined ? null : await read(beside);
  return { name: path, bytes, ...(proof === null ? {} : { proof }) };
}

/** The proof of that name in the same folder, however a Mac or Windows spelt it. */
async function proofBeside(path: string): Promise<string | undefined> {
  const exact = basename(path).replace(/\.xml$/i, '.tlog-proof');
  const there: string[] = await readdir(dirname(path)).catch(() => []);
  const near = there.filter((name) => isProof(name) || /\.xml$/i.test(name));
  const found = there.includes(exact) ? exact : proofAmong(basename(path), near);
  return found === undefined ? undefined : join(dirname(path), found);
}

async function verifyPath(
  path: string,
  {
    trust,
    tables,
    lists,
    mirrors,
    proofs,
  }: Pick<Call, 'mirrors' | 'proofs'> & {
    readonly trust: Trust | null;
    readonly tables: readonly FileToVerify[];
    readonly lists: readonly Uint8Array[];
  },
): Promise<Omit<Told, 'file'>> {
  if (isQrText(path)) {
    const leafOf: LeafPort = (origin, index) => leafAmong(mirrors, origin, index);
    return claimed(await verifyClaim(path, trust, { crypto: nodeCrypto, ed25519: nodeEd25519, leafOf }));
  }
  if (isProof(path)) return { found: notRead('proof-alone') };
  const file = await fileAt(path, proofs);
  if (file === null) return { found: notRead((await isFolder(path)) ? 'folder-empty' : 'unreadable') };
  const logEvidence = (proof: Uint8Array) => evidenceAmong(mirrors, proof);
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, reprint, logEvidence };
  return { found: await verifyFile({ ...file, tables, lists }, trust, ports) };
}

/** Out of the mirrors that are of a proof's log, what dates that log. */
async function* evidenceAmong(
  mirrors: readonly string[],
  proof: Uint8Array,
): AsyncGenerator<LogEvidence, void> {
  for (const mirror of mirrors) {
    try {
      yield* evidenceFor(mirror, proof);
    } catch (error) {
      // The proof is judged with the file; of a mirror that is damaged `hocba audit` tells.
      if (!(error instanceof LedgerError)) throw error;
    }
  }
}

/** Out of the mirror that is of a claim's log, the leaf that it names. */
async function leafAmong(
  mirrors: readonly string[],
  origin: string,
  index: number,
): Promise<ProvenLeaf | null> {
  for (const mirror of mirrors) {
    try {
      const found = await leafIn(mirror, origin, index);
      if (found !== null) return found;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
    }
  }
  return null;
}

async function read(path: string): Promise<Uint8Array | null> {
  try {
    // One byte more than allowed is enough to be refused; a file of gigabytes is not read for that.
    const most = mostBytesOf(path);
    if ((await stat(path)).size > most) return new Uint8Array(most + 1);
    return await readFile(path);
  } catch {
    return null;
  }
}

/** Its words are for the eye to compare with the print, so that it is never green; what a status file says of its leaf is not kept back. */
function claimed(found: ClaimFinding): Omit<Told, 'file'> {
  const state = found.state === 'training' ? 'valid' : found.state;
  const print: Fragment = { name: 'print', state, code: 'code' in found ? `claim-${found.code}` : 'claim' };
  const held = 'content' in found ? found : null;
  const { trustAsOf, trustEnded } = found;
  const told: FileVerdict = {
    ...(trustAsOf === undefined ? {} : { trustAsOf }),
    ...(trustEnded === undefined ? {} : { trustEnded }),
    ...(held?.statusAsOf === undefined ? {} : { statusAsOf: held.statusAsOf }),
    ...(held?.ended === undefined ? {} : { ended: held.ended }),
    verdict: verdictOnClaim(found),
    sentence: claimSentence(found),
    fragments:
      held === null ? [print] : [print, ...(held.loggedAt === undefined ? [] : [LOGGED]), held.status],
  };
  return { found: told, claimed: found, ...(held === null ? {} : { claim: held.content }) };
}

/** Said where a copy of the log holds the leaf that the claim names. */
const LOGGED: Fragment = { name: 'issuance', state: 'valid', code: 'logged' };

function verdictOnClaim(found: ClaimFinding): FileVerdict['verdict'] {
  if (found.state === 'training' || ('code' in found && found.code === 'training-unknown')) return 'training';
  if (found.state === 'invalid') return 'not-genuine';
  const code = 'content' in found ? found.status.code : null;
  return code === 'recalled' || code === 'replaced' ? code : 'not-fully-checked';
}

/** Makes the pages again from the signed data, so that a painted-over mark shows. */
async function reprint(pdf: Uint8Array): Promise<Uint8Array | null> {
  const inputs = reprintInputs(pdf);
  if (inputs === null || inputs.formVersion !== FORM_VERSION) return null;
  try {
    const read = readRecord(inputs.xml);
    const { doc } = read;
    const slots = await printedSlots(nodeCrypto, read);
    const { qrUrl, leafIndex, sealedAt } = inputs;
    const issued = { qrUrl, leafIndex, signatures: signaturesOf(doc, slots) };
    return await renderYear({
      doc,
      xml: inputs.xml,
      proof: inputs.proof,
      issued: sealedAt === undefined ? issued : { ...issued, sealedAt },
    });
  } catch {
    // The record inside is refused in its own fragment; its pages are then nobody's.
    return null;
  }
}
