import { AttachmentError } from './pdf/error.ts';
import { LARGEST_FILE, PdfFile } from './pdf/file.ts';
import { inflate } from './pdf/inflate.ts';
import { type PdfDict, PdfName, PdfRef, PdfString, type PdfValue } from './pdf/objects.ts';

export { AttachmentError, type AttachmentErrorCode } from './pdf/error.ts';

export interface Attachment {
  name: string;
  bytes: Uint8Array;
}

/** What a verifier needs to make the same form again from the record inside it. */
export interface ReprintInputs {
  /** Such as `hocba-form/4`; `hocba-picture-form/4` where it shows pictures of signatures. */
  formVersion: string;
  /** What the QR holds. It is the file's own word: a verifier holds it against the record and its trusted hosts. */
  qrUrl: string;
  /** Decimal index of the leaf as printed, null where none is printed. */
  leafIndex: string | null;
  /** As printed on the cover: when the school signs the file; null where it says that nobody did; undefined where it is silent. */
  sealedAt: string | null | undefined;
  xml: Uint8Array;
  proof: Uint8Array | null;
}

/** Where the cover says who signs the file and when, in points from the page's lower left corner: the place of the signature's field. */
export const FILE_SEAL_PLACE = { page: 0, rect: [85.04, 805.04, 552.76, 829.13] } as const;

const KEYWORDS =
  /^(hocba-(?:picture-)?form\/[1-9][0-9]*), leaf:(none|[0-9]{1,19}),(?: sealed:(none|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00),)? (\S+)$/;
const MOST_ATTACHMENTS = 16;
const DEEPEST_TREE = 8;

/**
 * Takes out the files embedded in a PDF (ISO 32000-1 §7.11.4, the name tree `EmbeddedFiles`), in the order of the tree.
 * Reads what our forms are, incremental updates such as a PAdES signature's, and what other software makes of them when it saves them again:
 * cross-reference tables or streams, packed objects, Flate or nothing.
 * Runs in a browser. `[]` where there are none; throws AttachmentError for all else. Limits: 10 MB for the file and for all attachments together.
 */
export function extractAttachments(pdf: Uint8Array): Attachment[] {
  return attachmentsOf(new PdfFile(pdf));
}

/**
 * The inputs for a re-rendering of one of our issued forms; null for any other file, drafts included. A form with pictures
 * (`hocba-picture-form/…`) says the same of itself, but nobody else can print it again: its pictures are not in the record.
 */
export function reprintInputs(pdf: Uint8Array): ReprintInputs | null {
  try {
    const file = new PdfFile(pdf);
    const keywords = file.resolve(file.dict(file.trailer.get('Info'))?.get('Keywords'));
    if (!(keywords instanceof PdfString)) return null;
    const form = KEYWORDS.exec(textString(keywords));
    const [, formVersion, leaf, sealed, qrUrl] = form ?? [];
    if (formVersion === undefined || qrUrl === undefined || leaf === undefined) return null;
    const attachments = attachmentsOf(file);
    const xml = attachments.filter((a) => a.name.endsWith('.xml'));
    const proof = attachments.filter((a) => a.name.endsWith('.tlog-proof'));
    if (
      xml[0] === undefined ||
      xml.length + proof.length !== attachments.length ||
      xml.length > 1 ||
      proof.length > 1
    ) {
      return null;
    }
    const leafIndex = leaf === 'none' ? null : leaf;
    const sealedAt = sealed === 'none' ? null : sealed;
    return { formVersion, qrUrl, leafIndex, sealedAt, xml: xml[0].bytes, proof: proof[0]?.bytes ?? null };
  } catch (error) {
    if (error instanceof AttachmentError) return null;
    throw error;
  }
}

function attachmentsOf(file: PdfFile): Attachment[] {
  const root = file.dict(file.trailer.get('Root'));
  if (root === null) throw new AttachmentError('malformed');
  const tree = file.dict(root.get('Names'))?.get('EmbeddedFiles');
  const attachments: Attachment[] = [];
  let room = LARGEST_FILE;
  for (const specification of leaves(file, tree, new Set(), 0)) {
    if (attachments.length >= MOST_ATTACHMENTS) throw new AttachmentError('too-large');
    const attachment = read(file, specification, room);
    if (attachments.some((a) => a.name === attachment.name)) throw new AttachmentError('duplicate-name');
    room -= attachment.bytes.length;
    attachments.push(attachment);
  }
  return attachments;
}

/** File specifications of a name tree (§7.9.6). */
function* leaves(
  file: PdfFile,
  node: PdfValue | undefined,
  seen: Set<number>,
  depth: number,
): Generator<PdfDict> {
  if (node instanceof PdfRef) {
    if (seen.has(node.number)) throw new AttachmentError('cycle');
    seen.add(node.number);
  }
  if (depth > DEEPEST_TREE) throw new AttachmentError('too-large');
  const dict = file.dict(node);
  if (dict === null) return;
  const names = file.resolve(dict.get('Names'));
  if (names !== null) {
    if (!Array.isArray(names) || names.length % 2 !== 0) throw new AttachmentError('malformed');
    for (let i = 1; i < names.length; i += 2) {
      const specification = file.dict(names[i]);
      if (specification === null) throw new AttachmentError('malformed');
      yield specification;
    }
  }
  const kids = file.resolve(dict.get('Kids'));
  if (kids !== null) {
    if (!Array.isArray(kids)) throw new AttachmentError('malformed');
    for (const kid of kids) yield* leaves(file, kid, seen, depth + 1);
  }
}

function read(file: PdfFile, specification: PdfDict, room: number): Attachment {
  const name = file.resolve(specification.get('UF') ?? specification.get('F'));
  if (!(name instanceof PdfString)) throw new AttachmentError('malformed');
  const files = file.dict(specification.get('EF'));
  const content = files?.get('F');
  const unicode = files?.get('UF') ?? content;
  // Two different files behind one name would read differently in different readers.
  if (!(content instanceof PdfRef) || !(unicode instanceof PdfRef) || content.number !== unicode.number) {
    throw new AttachmentError('malformed');
  }
  const stream = file.stream(content);
  const bytes = flate(file, stream.dict) ? inflate(stream.data, room) : stream.data.slice();
  if (bytes.length > room) throw new AttachmentError('too-large');
  const size = file.resolve(file.dict(stream.dict.get('Params'))?.get('Size'));
  if (size !== null && size !== bytes.length) throw new AttachmentError('length-mismatch');
  return { name: fileName(name), bytes };
}

function flate(file: PdfFile, dict: PdfDict): boolean {
  const filter = file.resolve(dict.get('Filter'));
  if (file.resolve(dict.get('DecodeParms')) !== null || dict.has('F'))
    throw new AttachmentError('filter-unsupported');
  if (filter === null) return false;
  const only = Array.isArray(filter) && filter.length === 1 ? filter[0] : filter;
  if (!(only instanceof PdfName) || only.name !== 'FlateDecode')
    throw new AttachmentError('filter-unsupported');
  return true;
}

/** A text string (§7.9.2.2): UTF-16 with its mark, else ASCII, which is all that our forms write. */
function textString({ bytes }: PdfString): string {
  try {
    if (bytes[0] === 0xfe && bytes[1] === 0xff)
      return new TextDecoder('utf-16be', { fatal: true }).decode(bytes.subarray(2));
    if (bytes.some((byte) => byte > 0x7e)) throw new AttachmentError('malformed');
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AttachmentError('malformed');
  }
}

/** A name alone: no folder, no control character. */
function fileName(string: PdfString): string {
  const name = textString(string);
  if (!/^[^/\\\p{C}]{1,255}$/u.test(name)) throw new AttachmentError('malformed');
  return name;
}
