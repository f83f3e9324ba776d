import { ScannedElement, type XmlDocument, type XmlElement } from './element.ts';
import { encodeUtf8 } from './utf8.ts';

/**
 * Exclusive C14N 1.0 of the subtree at `element`: what a Reference with URI `#Id` and the transform
 * http://www.w3.org/2001/10/xml-exc-c14n# digests. Because the document is canonical already, that is the
 * slice of its bytes, with the namespaces that it inherits declared where they are first used.
 * `element` must come from `doc`; returns a view on its bytes where nothing has to be inserted.
 */
export function canonicalElement(doc: XmlDocument, element: XmlElement): Uint8Array {
  const pieces = canonicalPieces(doc, element);
  return pieces.length === 1 && pieces[0] !== undefined ? pieces[0] : join(pieces);
}

/** The same in pieces, one behind the other: views on the document's bytes and what is inserted, for who digests them only. */
export function canonicalPieces(doc: XmlDocument, element: XmlElement): Uint8Array[] {
  if (!(element instanceof ScannedElement)) throw new TypeError('element was not made by scanCanonical');
  const chunks: Uint8Array[] = [];
  let copied = element.start;
  const declareAt = (at: ScannedElement, declarations: Uint8Array): void => {
    chunks.push(doc.bytes.subarray(copied, at.start + 1 + at.name.length), declarations);
    copied = at.declarationsEnd;
  };
  if (element.prefixed) renderSubtree(element, new Map(), declareAt);
  else {
    const declared = element.declarations?.get('');
    if (element.namespace !== '' && declared === undefined)
      declareAt(element, defaultNamespace(element.namespace));
    // `xmlns=""` takes back an ancestor's default, and here there is no ancestor.
    else if (declared === '') declareAt(element, NOTHING);
  }
  chunks.push(doc.bytes.subarray(copied, element.end));
  return chunks;
}

const NOTHING = new Uint8Array(0);

/** Declarations of a default namespace by its URI: a document's signatures need the same two or three again and again. */
const declarations = new Map<string, Uint8Array>();
const DECLARATIONS_KEPT = 64;

function defaultNamespace(uri: string): Uint8Array {
  const before = declarations.get(uri);
  if (before !== undefined) return before;
  const bytes = encodeUtf8(` xmlns="${uri}"`);
  if (declarations.size < DECLARATIONS_KEPT) declarations.set(uri, bytes);
  return bytes;
}

/** Re-declares prefixes below a new apex: `rendered` is what the output's ancestors have declared. */
function renderSubtree(
  element: ScannedElement,
  rendered: ReadonlyMap<string, string>,
  declareAt: (at: ScannedElement, declarations: Uint8Array) => void,
): void {
  const used = new Set([element.tagName.prefix]);
  for (const name of element.attributes.keys()) {
    const colon = name.indexOf(':');
    if (colon > 0) used.add(name.slice(0, colon));
  }
  const needed: [string, string][] = [];
  for (const prefix of used) {
    const uri = element.lookup(prefix) ?? '';
    if ((rendered.get(prefix) ?? '') !== uri) needed.push([prefix, uri]);
  }
  let inForce = rendered;
  if (needed.length > 0 || element.declarations !== null) {
    needed.sort(([a], [b]) => (a < b ? -1 : 1));
    declareAt(
      element,
      encodeUtf8(
        needed
          .map(([prefix, uri]) => (prefix === '' ? ` xmlns="${uri}"` : ` xmlns:${prefix}="${uri}"`))
          .join(''),
      ),
    );
    inForce = new Map([...rendered, ...needed]);
  }
  for (const child of element.children) renderSubtree(child as ScannedElement, inForce, declareAt);
}

/** Node's own memory, from which a kilobyte is had for a fifth; a browser has none of that name. */
const native = (globalThis as { readonly Buffer?: typeof Buffer }).Buffer;

/** Octets that are all going to be written. */
function room(length: number): Uint8Array {
  if (native === undefined) return new Uint8Array(length);
  const { buffer, byteOffset } = native.allocUnsafe(length);
  return new Uint8Array(buffer, byteOffset, length);
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const chunk of chunks) length += chunk.length;
  const bytes = room(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
