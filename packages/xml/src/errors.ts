/** Why bytes were refused. Closed, so that callers can map every code to a sentence. */
export type CanonicalXmlCode =
  | 'too-large'
  | 'too-deep'
  | 'too-many-elements'
  | 'too-many-attributes'
  | 'name-too-long'
  | 'bad-utf8'
  | 'not-nfc'
  | 'illegal-character'
  | 'not-an-element'
  | 'xml-declaration'
  | 'processing-instruction'
  | 'comment'
  | 'cdata'
  | 'doctype'
  | 'bad-name'
  | 'malformed-tag'
  | 'empty-element-tag'
  | 'single-quotes'
  | 'attribute-order'
  | 'not-canonical-escape'
  | 'mixed-content'
  | 'tag-mismatch'
  | 'unexpected-end'
  | 'trailing-bytes'
  | 'unbound-prefix'
  | 'reserved-prefix'
  | 'bad-namespace'
  | 'redundant-namespace'
  | 'unused-namespace'
  | 'duplicate-id'
  | 'bad-id'
  | 'id-spelling';

/**
 * Bytes that are not canonical XML, or content the writer cannot put into canonical XML.
 * `offset` is where it was noticed, in bytes from the start of the input (0 for the writer).
 * The message holds no content of the document: it may be a pupil's data.
 */
export class CanonicalXmlError extends Error {
  readonly code: CanonicalXmlCode;
  readonly offset: number;

  constructor(code: CanonicalXmlCode, offset: number) {
    super(`canonical XML refused: ${code} at byte ${offset}`);
    this.name = 'CanonicalXmlError';
    this.code = code;
    this.offset = offset;
  }
}
