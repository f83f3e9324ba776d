import { randomInt } from 'node:crypto';
import { contentOf, firstIn, type Part, partsIn, type SignedXml, slotsOver } from './signed-xml.ts';

/** A record with one byte changed. */
export interface Twin {
  readonly kind: string;
  readonly offset: number;
  readonly bytes: Buffer;
  /** Slots whose signature must be refused. Empty: nobody signed that byte; our own reader refuses it all the same. */
  readonly slots: readonly string[];
}

const CYCLES = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** Another letter or digit of the same kind, so that the file stays well-formed and only its meaning changes. */
function otherByte(byte: string): string | null {
  const cycle = CYCLES.find((one) => one.includes(byte));
  return cycle === undefined ? null : (cycle[(cycle.indexOf(byte) + 1) % cycle.length] ?? null);
}

/**
 * Whether another byte there means something else: the last letter before the padding of base64 has bits that
 * nobody reads, and a certificate whose text differs there is the same certificate.
 */
function counts(xml: SignedXml, offset: number): boolean {
  return otherByte(xml.text[offset] ?? '') !== null && xml.text[offset + 1] !== '=';
}

function change(xml: SignedXml, kind: string, offset: number, to = otherByte(xml.text[offset] ?? '')): Twin {
  if (to === null) throw new Error(`${kind}: không đổi được byte ${offset}`);
  const bytes = Buffer.from(xml.bytes);
  bytes[offset] = to.charCodeAt(0);
  return { kind, offset, bytes, slots: slotsOver(xml, offset) };
}

/** Offset of the first letter or digit in a part at or behind `from` of its length (0…1). */
function letterIn(xml: SignedXml, part: Part, from = 0): number {
  const begin = part.contentStart + Math.floor((part.contentEnd - part.contentStart) * from);
  for (let at = begin; at < part.contentEnd; at++) if (counts(xml, at)) return at;
  throw new Error(`${part.name}: không có chữ nào để đổi`);
}

/**
 * One twin of each kind. What exists once per signature is changed in one slot only, another for each `turn`.
 *
 * @param turn number of the record, from 0
 */
export function twinsOf(xml: SignedXml, turn: number): Twin[] {
  const slot = <T>(shift: number, all: readonly T[] = xml.slots as never): T =>
    all[(turn + shift) % all.length] as T;
  const level = slot(
    0,
    xml.parts.filter((part) => part.name === 'MUC_DAT_DUOC'),
  );
  const comments = xml.parts.filter((part) => part.name === 'NHAN_XET' && contentOf(xml.text, part) !== '');
  const data = xml.byId.get('data');
  const general = xml.byId.get('thongtinhocba');
  const head = xml.byId.get('cbql');
  if (data === undefined || general === undefined || head === undefined || comments.length === 0)
    throw new Error('học bạ thiếu phần được ký');
  const inSlot = (shift: number, name: string, nth = 0): Part => {
    const { signature } = slot(shift, xml.slots);
    const found = partsIn(xml.parts, signature).filter((part) => part.name === name)[nth];
    if (found === undefined) throw new Error(`${signature.id}: không có ${name}`);
    return found;
  };
  const seconds = (part: Part): number => part.contentStart + 18;
  return [
    change(xml, 'mức của một môn', level.contentStart, contentOf(xml.text, level) === 'T' ? 'H' : 'T'),
    change(xml, 'họ tên', letterIn(xml, firstIn(xml, general, 'HO_VA_TEN'), 0.5)),
    change(xml, 'nhận xét trong phụ lục', letterIn(xml, slot(0, comments), 0.3)),
    // Of the two SigningTimes the ministry's comes first, XAdES's second.
    change(xml, 'SigningTime của Bộ', seconds(inSlot(0, 'SigningTime', 0))),
    change(xml, 'SigningTime của XAdES', seconds(inSlot(1, 'SigningTime', 1))),
    change(xml, 'SignatureValue', letterIn(xml, inSlot(2, 'SignatureValue'), 0.4)),
    change(xml, 'DigestValue', letterIn(xml, inSlot(3, 'DigestValue'), 0.4)),
    change(xml, 'chứng thư người ký', letterIn(xml, inSlot(4, 'X509Certificate', 0), 0.6)),
    change(xml, 'chứng thư CA', letterIn(xml, inSlot(5, 'X509Certificate', 1), 0.6)),
    ...[1, 2].map(() => change(xml, 'byte bất kỳ của dữ liệu', anyLetter(xml, data))),
    change(xml, 'NGAY_KY của hiệu trưởng', seconds(firstIn(xml, head, 'NGAY_KY'))),
  ];
}

function anyLetter(xml: SignedXml, part: Part): number {
  for (;;) {
    const at = randomInt(part.contentStart, part.contentEnd);
    if (counts(xml, at)) return at;
  }
}
