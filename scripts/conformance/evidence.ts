import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SIGNED } from '../../packages/signature/src/testing/world.node.ts';
import type { Report } from './report.ts';
import { contentOf, type Part, partsIn, type SignedSlot, type SignedXml } from './signed-xml.ts';
import { run } from './tools.ts';

/** Where certificates lie, PEM. */
export interface Files {
  readonly folder: string;
  readonly root: string;
  readonly issuing: string;
}

const OPENSSL_TS = 'openssl ts';
const OPENSSL_OCSP = 'openssl ocsp';
const OPENSSL_CRL = 'openssl crl';

/**
 * Each timestamp by OpenSSL, over octets that are put together here from the text of the file, after EN 319 132-1 §5.3 and
 * §5.5.2.2 and with nothing of the project: what it dates is as much judged as the token.
 */
export async function judgeTokens(
  report: Report,
  level: string,
  xml: SignedXml,
  files: Files,
): Promise<void> {
  const of = { format: 'XAdES', level };
  for (const { slot, signature } of xml.slots) {
    for (const [n, { element, octets }] of timestampsIn(xml, signature).entries()) {
      const place = `${slot} ${element.name} ${n + 1}`;
      const held = partsIn(xml.parts, element).find(({ name }) => name === 'EncapsulatedTimeStamp');
      if (held === undefined) throw new Error(`${place}: không có EncapsulatedTimeStamp`);
      const token = Buffer.from(contentOf(xml.text, held), 'base64');
      const other = Buffer.from(octets);
      const middle = other.length >> 1;
      other[middle] = (other[middle] ?? 0) ^ 1;
      const broken = Buffer.from(token);
      // The time itself, the last digit of the seconds.
      const time = lastDigit(broken);
      broken[time] = (broken[time] ?? 0) ^ 1;
      const accepts = async (data: Buffer, of: Buffer): Promise<string | null> => {
        const [dataFile, tokenFile] = [join(files.folder, 'dated.bin'), join(files.folder, 'token.der')];
        await writeFile(dataFile, data);
        await writeFile(tokenFile, of);
        const answer = await run('openssl', [
          ...['ts', '-verify', '-data', dataFile, '-in', tokenFile, '-token_in', '-CAfile', files.root],
          ...['-untrusted', files.issuing, '-attime', String(timeOf(token) + 60)],
        ]);
        return answer.code === 0 && /Verification: OK/.test(answer.out) ? null : answer.err;
      };
      const right = await accepts(octets, token);
      report.add(OPENSSL_TS, `XAdES-${level}: dấu thời gian đúng`, right && `${place}: ${right}`, of);
      const changed = (await accepts(other, token)) === null ? place : null;
      report.add(OPENSSL_TS, `XAdES-${level}: TỪ CHỐI dữ liệu khác`, changed, of);
      const moved = (await accepts(octets, broken)) === null ? place : null;
      report.add(OPENSSL_TS, `XAdES-${level}: TỪ CHỐI giờ đã sửa`, moved, of);
    }
  }
}

interface Dated {
  readonly element: Part;
  readonly octets: Buffer;
}

/** The timestamps of a signature with what each of them dates. */
function timestampsIn(xml: SignedXml, signature: Part): Dated[] {
  const inside = partsIn(xml.parts, signature);
  const own = (name: string): Part => {
    const found = inside.find((part) => part.name === name && part.parent === signature);
    if (found === undefined) throw new Error(`${signature.id}: không có ${name}`);
    return found;
  };
  const holder = inside.find(({ name }) => name === 'UnsignedSignatureProperties');
  const properties = inside.filter(({ parent }) => parent === holder && holder !== undefined);
  const value = own('SignatureValue');
  const references = inside
    .filter(({ name, parent }) => name === 'Reference' && parent === own('SignedInfo'))
    .map((part) => / URI="#([^"]*)"/.exec(xml.text.slice(part.start, part.contentStart))?.[1] ?? '')
    .map((id) => xml.byId.get(id) ?? fail(id));
  const objects = inside.filter(
    (part) =>
      part.name === 'Object' &&
      part.parent === signature &&
      !inside.some(({ name, parent }) => name === 'QualifyingProperties' && parent === part),
  );
  const octets = (parts: readonly Part[]) => Buffer.concat(parts.map((part) => canonical(xml, part)));
  return properties.flatMap((element, n) => {
    if (element.name === 'SignatureTimeStamp') return [{ element, octets: octets([value]) }];
    if (element.name !== 'ArchiveTimeStamp') return [];
    const core = [own('SignedInfo'), value, own('KeyInfo')];
    return [{ element, octets: octets([...references, ...core, ...properties.slice(0, n), ...objects]) }];
  });
}

/** Exclusive C14N of a part that has no prefixes: its own octets, with the namespace in use said at its start tag. */
function canonical({ bytes, text }: SignedXml, part: Part): Buffer {
  const start = text.slice(part.start, part.contentStart);
  if (part.namespace === '' || start.includes(' xmlns="')) return bytes.subarray(part.start, part.end);
  const behindName = part.start + 1 + part.name.length;
  return Buffer.concat([
    bytes.subarray(part.start, behindName),
    Buffer.from(` xmlns="${part.namespace}"`, 'latin1'),
    bytes.subarray(behindName, part.end),
  ]);
}

/** Each revocation answer that a signature carries, by OpenSSL: OCSP with the status of a certificate, lists with their issuer. */
export async function judgeAnswers(
  report: Report,
  level: string,
  xml: SignedXml,
  files: Files,
): Promise<void> {
  const of = { format: 'XAdES', level };
  for (const slot of xml.slots) {
    for (const der of encapsulated(xml, slot, 'EncapsulatedOCSPValue')) {
      const right = await ocspSays(der, xml, slot, files);
      report.add(OPENSSL_OCSP, `XAdES-${level}: câu trả lời đúng`, right, of);
      const twin = Buffer.from(der);
      const produced = lastDigit(twin);
      twin[produced] = (twin[produced] ?? 0) ^ 1;
      const refused = (await ocspSays(twin, xml, slot, files)) === null ? slot.slot : null;
      report.add(OPENSSL_OCSP, `XAdES-${level}: TỪ CHỐI câu trả lời đã sửa`, refused, of);
    }
    for (const der of encapsulated(xml, slot, 'EncapsulatedCRLValue')) {
      const right = (await crlHolds(der, files)) ? null : slot.slot;
      report.add(OPENSSL_CRL, `XAdES-${level}: danh sách đúng`, right, of);
      const twin = Buffer.from(der);
      twin[twin.length - 1] = (twin.at(-1) ?? 0) ^ 1;
      const refused = (await crlHolds(twin, files)) ? slot.slot : null;
      report.add(OPENSSL_CRL, `XAdES-${level}: TỪ CHỐI danh sách đã sửa`, refused, of);
    }
  }
}

function encapsulated(xml: SignedXml, { signature }: SignedSlot, name: string): Buffer[] {
  return partsIn(xml.parts, signature)
    .filter((part) => part.name === name)
    .map((part) => Buffer.from(contentOf(xml.text, part), 'base64'));
}

/** Null if it verifies and calls one of the carried certificates good; that it is out of date by now, it says besides. */
async function ocspSays(
  der: Buffer,
  xml: SignedXml,
  slot: SignedSlot,
  { folder, root, issuing }: Files,
): Promise<string | null> {
  const answerFile = join(folder, 'answer.der');
  await writeFile(answerFile, der);
  const tokens = encapsulated(xml, slot, 'EncapsulatedTimeStamp');
  const inTokens = (
    await Promise.all(tokens.map((token, n) => certificatesIn(token, join(folder, `held-${n}`))))
  ).flat();
  let said = 'không có chứng thư';
  for (const certificate of [...slot.certificates, ...inTokens]) {
    const file = join(folder, 'asked.der');
    await writeFile(file, certificate);
    const answer = await run('openssl', [
      ...['ocsp', '-respin', answerFile, '-sha256', '-issuer', issuing, '-cert', file, '-no_nonce'],
      ...['-CAfile', root, '-verify_other', issuing, '-attime', String(SIGNED.getTime() / 1_000 + 60)],
    ]);
    said = `${slot.slot}: ${answer.out} ${answer.err}`;
    if (/Response verify OK/.test(answer.err) && /^(?:\S+: )?good$/m.test(answer.out)) return null;
  }
  return said;
}

/** DER of the certificates in a token. */
async function certificatesIn(token: Buffer, file: string): Promise<Buffer[]> {
  await writeFile(file, token);
  const { out } = await run('openssl', ['pkcs7', '-inform', 'DER', '-in', file, '-print_certs']);
  return [...out.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END/g)].map(([, text]) =>
    Buffer.from(text ?? '', 'base64'),
  );
}

async function crlHolds(der: Buffer, { folder, root }: Files): Promise<boolean> {
  const file = join(folder, 'list.der');
  await writeFile(file, der);
  const answer = await run('openssl', ['crl', '-inform', 'DER', '-in', file, '-CAfile', root, '-noout']);
  return answer.code === 0 && /verify OK/.test(answer.err);
}

const GENERALIZED_TIME = Buffer.from([0x18, 0x0f]);

/** Offset of the first GeneralizedTime YYYYMMDDHHMMSSZ: a token's genTime, an OCSP answer's producedAt. */
function firstTime(der: Buffer): number {
  const at = der.indexOf(GENERALIZED_TIME);
  if (at < 0) throw new Error('không có thời gian');
  return at + 2;
}

/** Offset of the last digit of its seconds. */
const lastDigit = (der: Buffer): number => firstTime(der) + 13;

/** genTime of a token, seconds since 1970. */
function timeOf(token: Buffer): number {
  const at = firstTime(token);
  const text = token.toString('latin1', at, at + 14);
  const [, y, m, d, h, min, s] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text) ?? fail(text);
  return Date.parse(`${y}-${m}-${d}T${h}:${min}:${s}Z`) / 1_000;
}

function fail(what: string): never {
  throw new Error(`không đọc được ${what}`);
}
