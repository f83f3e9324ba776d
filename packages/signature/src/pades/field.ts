import { copyOf } from '../bytes.ts';
import { PadesError } from './error.ts';
import { find, octets, writeHex } from './octets.ts';
import { objectText, type PdfSource, referenceOf, referencesOf, withLine, withReferences } from './source.ts';
import { appendUpdate, type NewObject, stream } from './update.ts';

/** A signature field that an update adds: all that its bytes depend on, besides the file before it. */
export interface FieldPlan {
  readonly kind: 'signature' | 'timestamp';
  /** Object number of the page. */
  readonly page: number;
  /** Four numbers as written, in points from the page's lower left corner; `0 0 0 0` cannot be seen. */
  readonly rect: string;
  /** Operators of the appearance (§8), in a box of the rectangle's size; empty for what cannot be seen. */
  readonly look: Uint8Array;
  /** Of /M, to the second; null for a document timestamp, whose time is the authority's (EN 319 142-1 §5.4.3). */
  readonly time: Date | null;
  /** Octets kept for the CMS. */
  readonly room: number;
}

/** Bytes that are signed: all but the value itself. */
export interface SignedRange {
  /** Offset of the `<` before the value, and the one behind its `>`. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

export const UNSEEN = '0 0 0 0';
const VIETNAM = 7 * 3_600_000;
const two = (n: number): string => String(n).padStart(2, '0');

/** A date string (§7.9.4) in Vietnam's time. */
export function pdfDate(time: Date): string {
  const local = new Date(time.getTime() + VIETNAM);
  const day = `${local.getUTCFullYear()}${two(local.getUTCMonth() + 1)}${two(local.getUTCDate())}`;
  return `D:${day}${two(local.getUTCHours())}${two(local.getUTCMinutes())}${two(local.getUTCSeconds())}+07'00'`;
}

export const writtenNumber = (value: number): string => String(Math.round(value * 100) / 100);

/** UTF-16 text string with its mark, in hexadecimal. */
const textString = (text: string): string =>
  `<FEFF${[...text].map((c) => c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')).join('')}>`;

/**
 * The file with one more signature field, its value zeros and its ByteRange filled in (ISO 32000-1 §12.7.4.5, §12.8.1).
 * The widget hangs on its page and, where the file is tagged, in the structure tree by an object reference, so that
 * PDF/A's level A is kept (ISO 14289-1 §7.18.4). Throws PadesError.
 */
export function appendField(
  source: PdfSource,
  plan: FieldPlan,
): { readonly pdf: Uint8Array; readonly range: SignedRange } {
  const { root, size } = source.last;
  const [value, widget, look] = [size, size + 1, size + 2];
  let free = size + 3;
  const catalog = objectText(source, root);
  const formNumber = referenceOf(catalog, 'AcroForm');
  const fields = formNumber === null ? [] : (referencesOf(objectText(source, formNumber), 'Fields') ?? []);
  const objects: NewObject[] = [];
  const rest: NewObject[] = [];

  const treeNumber = referenceOf(catalog, 'StructTreeRoot');
  let parent: string | null = null;
  if (treeNumber !== null) {
    const element = free++;
    const tree = addToTree(objectText(source, treeNumber), element);
    parent = `/StructParent ${tree.key}`;
    rest.push({
      number: element,
      body: `<<\n  /Type /StructElem\n  /S /Form\n  /P ${treeNumber} 0 R\n  /Pg ${plan.page} 0 R\n  /K <<\n    /Type /OBJR\n    /Obj ${widget} 0 R\n    /Pg ${plan.page} 0 R\n  >>\n>>`,
    });
    rest.push({ number: treeNumber, body: tree.text });
  }
  const form = formNumber ?? free++;
  rest.push({
    number: form,
    body: `<<\n  /SigFlags 3\n  /Fields [${[...fields, widget].map((n) => `${n} 0 R`).join(' ')}]\n>>`,
  });
  if (formNumber === null) rest.push({ number: root, body: withLine(catalog, `/AcroForm ${form} 0 R`) });
  const page = withReferences(objectText(source, plan.page), 'Annots', [widget]);
  // Annotations are gone through in the order of the structure (ISO 14289-1 §7.18.3).
  const ordered = treeNumber === null || page.includes('\n  /Tabs ') ? page : withLine(page, '/Tabs /S');
  rest.push({ number: plan.page, body: ordered });

  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = plan.rect.split(' ').map(Number);
  objects.push({ number: value, body: valueBody(plan) });
  objects.push({ number: widget, body: widgetBody(plan, value, look, fields.length + 1, parent) });
  objects.push({
    number: look,
    body: stream(
      [
        '/Type /XObject',
        '/Subtype /Form',
        `/BBox [0 0 ${writtenNumber(x1 - x0)} ${writtenNumber(y1 - y0)}]`,
        '/Resources <<>>',
      ],
      plan.look,
    ),
  });
  const pdf = appendUpdate(source, [...objects, ...rest]);
  return { pdf, range: fillRange(pdf, source.bytes.length, plan.room) };
}

function valueBody({ kind, time, room }: FieldPlan): NewObject['body'] {
  const head =
    kind === 'signature'
      ? '  /Type /Sig\n  /Filter /Adobe.PPKLite\n  /SubFilter /ETSI.CAdES.detached\n'
      : '  /Type /DocTimeStamp\n  /Filter /Adobe.PPKLite\n  /SubFilter /ETSI.RFC3161\n';
  const when = time === null ? '' : `  /M (${pdfDate(time)})\n`;
  return [
    `<<\n${head}${when}  /ByteRange [${RANGE}]\n  /Contents <`,
    new Uint8Array(2 * room).fill(ZERO),
    '>\n>>',
  ];
}

const ZERO = 0x30;

/** Room for `0 a b c` with numbers of ten digits, filled up with spaces. */
const RANGE = ' '.repeat(34);

function widgetBody(
  { kind, page, rect }: FieldPlan,
  value: number,
  look: number,
  turn: number,
  parent: string | null,
): string {
  const [name, title] = kind === 'signature' ? ['Signature', 'Chữ ký số'] : ['Timestamp', 'Dấu thời gian'];
  const lines = [
    '/Type /Annot',
    '/Subtype /Widget',
    '/FT /Sig',
    `/T (${name}${turn})`,
    `/TU ${textString(`${title} ${turn}`)}`,
    `/V ${value} 0 R`,
    // Print and Locked (§12.5.3); PDF/A-3 wants Print and forbids what hides.
    '/F 132',
    `/P ${page} 0 R`,
    `/Rect [${rect}]`,
    `/AP <<\n    /N ${look} 0 R\n  >>`,
    ...(parent === null ? [] : [parent]),
  ];
  return `<<\n${lines.map((line) => `  ${line}\n`).join('')}>>`;
}

/** The structure tree's root with one more element, and the key under which the widget finds it (§14.7.4.4). */
function addToTree(text: string, element: number): { readonly text: string; readonly key: number } {
  const key = Number(/\n {2}\/ParentTreeNextKey (\d{1,6})\n/.exec(text)?.[1] ?? Number.NaN);
  const nums = /\n {2}\/ParentTree <<\n {4}\/Nums \[[^\]]*\]\n {2}>>\n/.exec(text);
  if (Number.isNaN(key) || nums === null || referencesOf(text, 'K') === null)
    throw new PadesError('not-our-layout');
  const longer = nums[0].replace(/\]\n {2}>>\n$/, ` ${key} ${element} 0 R]\n  >>\n`);
  return {
    key,
    text: withReferences(text.replace(nums[0], longer), 'K', [element]).replace(
      `\n  /ParentTreeNextKey ${key}\n`,
      `\n  /ParentTreeNextKey ${key + 1}\n`,
    ),
  };
}

/** Writes the ByteRange of the value that begins behind `from`. */
function fillRange(pdf: Uint8Array, from: number, room: number): SignedRange {
  const at = find(pdf, '/ByteRange [', from) + 12;
  const valueStart = find(pdf, '/Contents <', at) + 10;
  const valueEnd = valueStart + 2 * room + 2;
  const written = `0 ${valueStart} ${valueEnd} ${pdf.length - valueEnd}`;
  pdf.set(octets(written), at);
  return { valueStart, valueEnd };
}

/** What is signed, in its two pieces. */
export const signedBytes = (
  pdf: Uint8Array,
  { valueStart, valueEnd }: SignedRange,
): readonly Uint8Array[] => [pdf.subarray(0, valueStart), pdf.subarray(valueEnd)];

/** A copy of the file with a value in the place kept for it. Throws PadesError `no-room`. */
export function withValue(
  pdf: Uint8Array,
  { valueStart, valueEnd }: SignedRange,
  der: Uint8Array,
): Uint8Array {
  if (2 * der.length > valueEnd - valueStart - 2) throw new PadesError('no-room');
  const whole = copyOf(pdf);
  const end = writeHex(whole, valueStart + 1, der);
  whole.fill(ZERO, end, valueEnd - 1);
  return whole;
}
