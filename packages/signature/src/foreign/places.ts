import { ForeignDocumentError } from './guard.ts';
import { DSIG_NAMESPACE, type ForeignDocument, type ForeignElement } from './tree.ts';

/**
 * One slot of a vendor's record: where its signature stands, and where all stands that it must have signed. Paths are
 * names of elements from the root's on, such as `HOC_BA/DU_LIEU`; a step is in the root's namespace, or in one given as
 * `{uri}NAME`, and must be the only child of that name; `NAME[2]` is the second of several.
 */
export interface ForeignPlace {
  readonly slot: string;
  /** Of the element that has the ds:Signature as its only one. */
  readonly signatureIn: string;
  /** All of these must be signed. */
  readonly signed: readonly string[];
  /** Where several of a kind stand, such as subjects: at least one of these must be signed, and all may be. */
  readonly someOf?: readonly string[];
  /** What may be signed besides. */
  readonly maySign?: readonly string[];
  /** An element around all of `signed`: who signed it whole signed them. */
  readonly within?: string;
}

/** A place as found in a document; `signature` null if that slot is empty. */
export interface FoundPlace {
  readonly slot: string;
  readonly signature: ForeignElement | null;
  /** Null for what is not there. */
  readonly signed: readonly FoundElement[];
  readonly someOf: readonly FoundElement[];
  readonly maySign: readonly FoundElement[];
  readonly within: FoundElement | null;
}
export interface FoundElement {
  readonly path: string;
  readonly element: ForeignElement | null;
}

/**
 * Finds every place; refuses a document with a signature that stands at none of them, and one where a step could be
 * either of two elements. Throws ForeignDocumentError.
 */
export function findPlaces(doc: ForeignDocument, places: readonly ForeignPlace[]): FoundPlace[] {
  const at = (path: string): FoundElement => ({ path, element: elementAt(doc.root, path) });
  const found = places.map(({ slot, signatureIn, signed, someOf = [], maySign = [], within }) => {
    const holder = elementAt(doc.root, signatureIn);
    return {
      slot,
      signature: holder === null ? null : onlyChild(holder, 'Signature', DSIG_NAMESPACE),
      signed: signed.map(at),
      someOf: someOf.map(at),
      maySign: maySign.map(at),
      within: within === undefined ? null : at(within),
    };
  });
  const known = new Set(found.map(({ signature }) => signature));
  if (!doc.signatures.every((signature) => known.has(signature)))
    throw new ForeignDocumentError('signature-misplaced');
  return found;
}

/** The element at a path; null if a step is missing. Throws ForeignDocumentError. */
function elementAt(root: ForeignElement, path: string): ForeignElement | null {
  const [first, ...steps] = stepsOf(path, root.namespace);
  if (first === undefined || root.name !== first.name || root.namespace !== first.namespace) return null;
  let at: ForeignElement | null = root;
  for (const { name, namespace, nth } of steps) {
    if (at === null) return null;
    at = nth === null ? onlyChild(at, name, namespace) : (childrenOf(at, name, namespace)[nth - 1] ?? null);
  }
  return at;
}

const STEP = /(?:\{([^}]*)\})?([^/{}[\]]+)(?:\[([1-9][0-9]*)\])?(?:\/|$)/g;

interface Step {
  readonly name: string;
  readonly namespace: string;
  /** Of several, from 1; null for the only one. */
  readonly nth: number | null;
}

function stepsOf(path: string, namespace: string): Step[] {
  return [...path.matchAll(STEP)].map(([, uri, name = '', nth]) => ({
    name,
    namespace: uri ?? namespace,
    nth: nth === undefined ? null : Number(nth),
  }));
}

const childrenOf = (parent: ForeignElement, name: string, namespace: string): ForeignElement[] =>
  parent.children.filter((c) => c.name === name && c.namespace === namespace);

function onlyChild(parent: ForeignElement, name: string, namespace: string): ForeignElement | null {
  const [first, ...others] = childrenOf(parent, name, namespace);
  if (others.length > 0) throw new ForeignDocumentError('ambiguous-place');
  return first ?? null;
}
