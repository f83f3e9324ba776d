import type { XmlDocument as LibDocument, XmlElement as LibElement, XmlNode as LibNode } from 'libxml2-wasm';
import { FOREIGN_LIMITS, ForeignDocumentError, guardBytes } from './guard.ts';

/** The parser and canonicaliser of others, about a megabyte: loaded when the first foreign document comes. */
type Library = typeof import('libxml2-wasm');
let library: Promise<Library> | undefined;
const loaded = (): Promise<Library> => {
  library ??= import('libxml2-wasm');
  return library;
};

/** One element of a foreign document. */
export interface ForeignElement {
  readonly name: string;
  readonly namespace: string;
  /** Without a namespace by name, others as `{uri}name`. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly parent: ForeignElement | null;
  readonly children: readonly ForeignElement[];
  /** Text that stands directly in it, joined. */
  readonly text: string;
  /** Its number in document order, the root's being 0. */
  readonly order: number;
}

/** Canonicalization of the W3C (C14N 1.0, C14N 1.1, exclusive 1.0), without comments. */
export interface Canonicalization {
  readonly mode: 'inclusive' | 'inclusive-1.1' | 'exclusive';
  /** PrefixList of InclusiveNamespaces, `#default` among them; for `exclusive` only. */
  readonly prefixes: readonly string[];
}

export interface ForeignDocument {
  readonly root: ForeignElement;
  /** By whichever spelling the caller said, and `Id` within signatures; no two elements share one. */
  readonly byId: ReadonlyMap<string, ForeignElement>;
  readonly signatures: readonly ForeignElement[];
  /** Octets of an element; with `without`, as if that descendant were not there (the enveloped-signature transform). */
  canonicalize(element: ForeignElement, method: Canonicalization, without?: ForeignElement): Uint8Array;
  /** Frees the parser's memory. */
  dispose(): void;
}

export type IdAttribute = 'Id' | 'ID' | 'id';

export const DSIG_NAMESPACE = 'http://www.w3.org/2000/09/xmldsig#';
const SIGNATURE_NAMESPACES: ReadonlySet<string> = new Set([
  DSIG_NAMESPACE,
  'http://uri.etsi.org/01903/v1.3.2#',
  'http://uri.etsi.org/01903/v1.4.1#',
]);

class Tree implements ForeignDocument {
  readonly root: ForeignElement;
  readonly byId = new Map<string, ForeignElement>();
  readonly signatures: ForeignElement[] = [];
  private readonly nodes: LibElement[] = [];
  private readonly lib: Library;
  private readonly doc: LibDocument;
  private readonly bytes: Uint8Array;
  private readonly idAttribute: IdAttribute;

  constructor(lib: Library, bytes: Uint8Array, idAttribute: IdAttribute) {
    this.lib = lib;
    this.bytes = bytes;
    this.idAttribute = idAttribute;
    this.doc = parse(lib, bytes);
    try {
      this.root = this.read(this.doc.root, null);
    } catch (error) {
      this.doc.dispose();
      throw error;
    }
  }

  private read(node: LibElement, parent: ForeignElement | null): ForeignElement {
    const { lib } = this;
    const attributes = new Map<string, string>();
    for (const { name, namespaceUri, value } of node.attrs)
      attributes.set(namespaceUri === '' ? name : `{${namespaceUri}}${name}`, value);
    const children: ForeignElement[] = [];
    const element = {
      name: node.name,
      namespace: node.namespaceUri,
      attributes,
      parent,
      children,
      text: '',
      order: this.nodes.length,
    };
    this.nodes.push(node);
    this.register(element);
    for (let child = node.firstChild; child !== null; child = child.next) {
      if (child instanceof lib.XmlElement) children.push(this.read(child, element));
      else if (child instanceof lib.XmlText) element.text += child.content;
      // The guard let nothing else through; if something came after all, it is not for us.
      else throw new ForeignDocumentError('malformed');
    }
    return element;
  }

  /** One spelling for the whole document: what one tool takes for an Id and another does not is how signed data move. */
  private register(element: ForeignElement): void {
    const wanted = SIGNATURE_NAMESPACES.has(element.namespace) ? 'Id' : this.idAttribute;
    for (const name of element.attributes.keys()) {
      const local = name.slice(name.indexOf('}') + 1);
      if (local.toLowerCase() === 'id' && name !== wanted) throw new ForeignDocumentError('id-spelling');
    }
    if (element.name === 'Signature' && element.namespace === DSIG_NAMESPACE) this.signatures.push(element);
    const id = element.attributes.get(wanted);
    if (id === undefined) return;
    if (this.byId.has(id)) throw new ForeignDocumentError('duplicate-id');
    if (this.byId.size >= FOREIGN_LIMITS.maxIds) throw new ForeignDocumentError('too-many-ids');
    this.byId.set(id, element);
  }

  canonicalize(element: ForeignElement, method: Canonicalization, without?: ForeignElement): Uint8Array {
    const { lib } = this;
    if (without === undefined) return canonicalized(lib, this.doc, this.nodes[element.order], method);
    // Read anew: the library can leave out no part of a subtree, but it can take one away.
    const other = new Tree(lib, this.bytes, this.idAttribute);
    try {
      other.nodes[without.order]?.remove();
      return canonicalized(lib, other.doc, other.nodes[element.order], method);
    } finally {
      other.dispose();
    }
  }

  dispose(): void {
    this.doc.dispose();
  }
}

function parse(lib: Library, bytes: Uint8Array): LibDocument {
  const { XML_PARSE_NONET, XML_PARSE_NO_XXE, XML_PARSE_NO_SYS_CATALOG } = lib.ParseOption;
  let doc: LibDocument;
  try {
    doc = lib.XmlDocument.fromBuffer(bytes, {
      option: XML_PARSE_NONET | XML_PARSE_NO_XXE | XML_PARSE_NO_SYS_CATALOG,
    });
  } catch (error) {
    if (error instanceof lib.XmlError) throw new ForeignDocumentError('malformed');
    throw error;
  }
  // Namespaces that are no URI, and the like: well-formed, and read differently by different parsers.
  if (doc.warnings.length === 0 && doc.dtd === null) return doc;
  doc.dispose();
  throw new ForeignDocumentError('malformed');
}

function canonicalized(
  lib: Library,
  doc: LibDocument,
  apex: LibNode | undefined,
  { mode, prefixes }: Canonicalization,
): Uint8Array {
  if (apex === undefined) throw new ForeignDocumentError('malformed');
  const modes = lib.XmlC14NMode;
  const options = {
    mode:
      mode === 'exclusive'
        ? modes.XML_C14N_EXCLUSIVE_1_0
        : mode === 'inclusive'
          ? modes.XML_C14N_1_0
          : modes.XML_C14N_1_1,
    // The document's own canonicalisation over one subtree; that of a node asks a callback about every node.
    nodeSet: new Set([apex]),
    ...(prefixes.length === 0 ? {} : { inclusiveNamespacePrefixes: [...prefixes] }),
  };
  try {
    return new TextEncoder().encode(doc.canonicalizeToString(options));
  } catch (error) {
    // A namespace that is no absolute address has no canonical form (C14N 1.0 §1.3): nobody can have signed it.
    if (error instanceof lib.XmlError) throw new ForeignDocumentError('malformed');
    throw error;
  }
}

/**
 * Reads a document of others: guarded bytes, then libxml2 without network, entities and catalogues. To be disposed of.
 * Throws ForeignDocumentError.
 */
export async function readForeign(bytes: Uint8Array, idAttribute: IdAttribute): Promise<ForeignDocument> {
  guardBytes(bytes);
  return new Tree(await loaded(), bytes, idAttribute);
}
