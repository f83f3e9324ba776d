import { unescapeText } from './escape.ts';
import { type Form, isText, type Recognised } from './form.ts';
import { type Name, NO_ATTRIBUTES } from './known-tags.ts';

/** One element of a scanned document. Offsets are bytes into the document. */
export interface XmlElement {
  /** As written; may hold a prefix. */
  readonly name: string;
  readonly localName: string;
  /** Namespace URI, '' if none. */
  readonly namespace: string;
  /** By name as written, unescaped, without namespace declarations. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly parent: XmlElement | null;
  readonly children: readonly XmlElement[];
  /** Offset of `<`. */
  readonly start: number;
  /** Offset after `>` of the start tag. */
  readonly contentStart: number;
  /** Offset of `<` of the end tag. */
  readonly contentEnd: number;
  /** Offset after `>` of the end tag. */
  readonly end: number;
  /** Unescaped text if there is no child element, else ''. */
  readonly text: string;
}

/** The elements of a document that have an Id, by that; gone through in their order. */
export interface ElementsById extends Iterable<readonly [string, XmlElement]> {
  get(id: string): XmlElement | undefined;
  has(id: string): boolean;
  values(): Iterable<XmlElement>;
}

export interface XmlDocument {
  readonly bytes: Uint8Array;
  readonly root: XmlElement;
  /** By the attribute `Id`, the only spelling that is accepted. */
  readonly byId: ElementsById;
  /**
   * What whoever judges an element has found of it. It lies here and in no WeakMap, whose entries outlive their document
   * until a full collection: a thousand documents on the way there cost more to keep than their signatures to verify.
   */
  readonly remembered: Map<XmlElement, unknown>;
}

const NO_CHILDREN: readonly XmlElement[] = Object.freeze([]);

/** What the scanner fills in as it goes; outside this package it is seen as XmlElement only. */
export class ScannedElement implements XmlElement {
  readonly tagName: Name;
  namespace: string;
  /** Default namespace in scope of the content. */
  defaultNamespace: string;
  /** Namespace declarations of this very tag, prefix ('' for the default) → URI; null if none. */
  declarations: ReadonlyMap<string, string> | null;
  /** Offset after the last namespace declaration (they stand first), or after the name. */
  declarationsEnd: number;
  /** True if this element, one of its attributes or a descendant has a prefix. */
  prefixed: boolean;
  attributes: ReadonlyMap<string, string>;
  readonly parent: ScannedElement | null;
  readonly start: number;
  readonly contentStart: number;
  contentEnd: number;
  /** What reads the document's text where there is some that nobody has asked for yet; null otherwise. */
  private held: ((start: number, end: number) => string) | null;
  private escaped: boolean;
  private decoded: string;
  /** Null as long as nobody has asked for those of an element that was recognised. */
  private list: readonly XmlElement[] | null;
  /** Whose form it has, if it was recognised by that; `found` says where its texts stand. */
  form: Form | null;
  found: Recognised | null;

  /** Its namespace is its parent's default, until its own tag is known to say otherwise. */
  constructor(parent: ScannedElement | null, tagName: Name, start: number, contentStart: number) {
    this.tagName = tagName;
    this.namespace = this.defaultNamespace = parent === null ? '' : parent.defaultNamespace;
    this.declarations = null;
    this.declarationsEnd = start + 1 + tagName.spelling.length;
    this.prefixed = false;
    this.attributes = NO_ATTRIBUTES;
    this.parent = parent;
    this.list = NO_CHILDREN;
    this.form = null;
    this.found = null;
    this.start = start;
    this.contentStart = contentStart;
    this.contentEnd = 0;
    this.held = null;
    this.escaped = false;
    this.decoded = '';
  }

  /** An element of a known form, whole; what is in it is made as it is asked for. */
  static of(parent: ScannedElement | null, form: Form, found: Recognised): ScannedElement {
    const shift = found.shift(form.firstText);
    const element = new ScannedElement(parent, form.name, form.start + shift, form.contentStart + shift);
    element.namespace = form.namespace;
    element.defaultNamespace = form.defaultNamespace;
    element.declarations = form.declarations;
    element.declarationsEnd = element.start + form.declarationsLength;
    element.attributes = form.attributes;
    element.contentEnd = form.contentEnd + found.shift(form.textsEnd);
    element.form = form;
    element.found = found;
    if (form.children.length > 0) element.list = null;
    else if (isText(form)) {
      if (found.differences(form.firstText, form.textsEnd) === 0)
        element.decoded = form.sample.texts[form.firstText] as string;
      else element.hold(found.textOf, found.isEscaped(form.firstText));
    }
    return element;
  }

  get children(): readonly XmlElement[] {
    if (this.list !== null) return this.list;
    const { form, found } = this;
    if (form === null || found === null) return NO_CHILDREN;
    this.list = form.children.map((child) => ScannedElement.of(this, child, found));
    return this.list;
  }

  get name(): string {
    return this.tagName.text;
  }

  get localName(): string {
    return this.tagName.local;
  }

  /** Its end tag is its name in `</` and `>`. */
  get end(): number {
    return this.contentEnd + this.tagName.spelling.length + 3;
  }

  /** Its content is text, found to be well-formed, in which references stand or none. */
  hold(textOf: (start: number, end: number) => string, escaped: boolean): void {
    this.held = textOf;
    this.escaped = escaped;
  }

  /** Most text of a record is certificates and answers that are known by their bytes: it is decoded on demand. */
  get text(): string {
    if (this.held !== null) {
      const written = this.held(this.contentStart, this.contentEnd);
      this.decoded = this.escaped ? unescapeText(written) : written;
      this.held = null;
    }
    return this.decoded;
  }

  adopt(child: ScannedElement): void {
    if (this.list === NO_CHILDREN) this.list = [child];
    else (this.list as XmlElement[]).push(child);
  }

  /** The URI bound to a prefix here, undefined if unbound. */
  lookup(prefix: string): string | undefined {
    for (let scope: ScannedElement | null = this; scope !== null; scope = scope.parent) {
      const uri = scope.declarations?.get(prefix);
      if (uri !== undefined) return uri;
    }
    return prefix === '' ? '' : undefined;
  }
}

/**
 * The first descendant along a path of child names, such as `DU_LIEU_HOC_BA/THONG_TIN_HOC_BA`.
 * Every step must be in `namespace`, by default that of the element it starts from, so that an element of
 * a foreign namespace never passes for one of ours; a ds:Signature is found with its namespace given.
 * Returns undefined if a step is missing.
 */
export function find(
  element: XmlElement,
  path: string,
  namespace: string = element.namespace,
): XmlElement | undefined {
  let at: XmlElement | undefined = element;
  for (const step of path.split('/')) {
    at = childOf(at, step, namespace);
    if (at === undefined) return undefined;
  }
  return at;
}

function childOf({ children }: XmlElement, name: string, namespace: string): XmlElement | undefined {
  for (const child of children) if (child.localName === name && child.namespace === namespace) return child;
  return undefined;
}
