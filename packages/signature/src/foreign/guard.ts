import { CanonicalXmlError, decodeUtf8 } from '@hocba/xml';

/** Why a document of others is not even read. */
export type ForeignDocumentCode =
  | 'too-large'
  | 'too-many-elements'
  | 'too-deep'
  | 'bad-utf8'
  | 'other-encoding'
  | 'doctype'
  | 'comment'
  | 'cdata'
  | 'processing-instruction'
  | 'malformed'
  | 'id-spelling'
  | 'duplicate-id'
  | 'too-many-ids'
  | 'too-many-references'
  | 'signature-misplaced'
  | 'ambiguous-place';

export class ForeignDocumentError extends Error {
  readonly code: ForeignDocumentCode;

  constructor(code: ForeignDocumentCode) {
    super(`foreign document refused: ${code}`);
    this.name = 'ForeignDocumentError';
    this.code = code;
  }
}

export const FOREIGN_LIMITS = {
  maxBytes: 50 * 1024 * 1024,
  maxDepth: 256,
  maxElements: 200_000,
  maxIds: 10_000,
  /** In one signature; ten times as many in all signatures of a document. */
  maxReferences: 64,
} as const;

const LT = 0x3c;
const BANG = 0x21;
const QUESTION = 0x3f;
const SLASH = 0x2f;
const DECLARATION = /^\uFEFF?<\?xml[ \t\r\n][^<>]*\?>/;
const ENCODING = /[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*["']([^"']*)["']/;

/**
 * Looks at the bytes before any parser sees them: UTF-8 within bounds, and no markup but tags. A `<` stands for itself
 * nowhere else in XML, so `<!` and `<?` are declarations, comments, sections and instructions wherever they occur; none
 * of them is in a record, and every one has been an attack. Throws ForeignDocumentError.
 */
export function guardBytes(bytes: Uint8Array): void {
  if (bytes.length > FOREIGN_LIMITS.maxBytes) throw new ForeignDocumentError('too-large');
  const head = headOf(bytes);
  const declaration = DECLARATION.exec(head)?.[0] ?? '';
  const encoding = ENCODING.exec(declaration)?.[1] ?? 'utf-8';
  if (encoding.toLowerCase() !== 'utf-8') throw new ForeignDocumentError('other-encoding');
  const from = new TextEncoder().encode(declaration).length;
  let elements = 0;
  let depth = 0;
  for (let at = bytes.indexOf(LT, from); at >= 0; at = bytes.indexOf(LT, at + 1)) {
    const next = bytes[at + 1];
    if (next === BANG) throw new ForeignDocumentError(declared(bytes, at));
    if (next === QUESTION) throw new ForeignDocumentError('processing-instruction');
    if (next === SLASH) {
      depth--;
      continue;
    }
    if (++elements > FOREIGN_LIMITS.maxElements) throw new ForeignDocumentError('too-many-elements');
    if (!endsEmpty(bytes, at) && ++depth > FOREIGN_LIMITS.maxDepth)
      throw new ForeignDocumentError('too-deep');
  }
}

/** The first characters; the whole is decoded to see that it is UTF-8. */
function headOf(bytes: Uint8Array): string {
  try {
    return decodeUtf8(bytes).slice(0, 256);
  } catch (error) {
    if (error instanceof CanonicalXmlError) throw new ForeignDocumentError('bad-utf8');
    throw error;
  }
}

function declared(bytes: Uint8Array, at: number): ForeignDocumentCode {
  const third = bytes[at + 2];
  if (third === 0x2d) return 'comment';
  return third === 0x5b ? 'cdata' : 'doctype';
}

/** True if the tag at `at` ends with `/>`. A `<` before that is no XML, which the parser says; here it ends the search. */
function endsEmpty(bytes: Uint8Array, at: number): boolean {
  let quote = 0;
  for (let i = at + 1; i < bytes.length; i++) {
    const c = bytes[i] as number;
    if (c === LT) return false;
    if (quote !== 0) {
      if (c === quote) quote = 0;
    } else if (c === 0x22 || c === 0x27) quote = c;
    else if (c === 0x3e) return bytes[i - 1] === SLASH;
  }
  return false;
}
