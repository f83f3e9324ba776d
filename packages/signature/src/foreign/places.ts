import { ForeignDocumentError } from './guard.ts';
import { DSIG_NAMESPACE, type ForeignDocument, type ForeignElement } from './tree.ts';

/**
 * One slot of a vendor's record: where its signature stands, and where all stands that it must have signed. Paths are
 * names of elements from the root's on, such as `HOC_BA/DU_LIEU`; a step is in the root's namespace, or in one given as
 * `{uri}NAME`, and must be the only child of that name.
 */
export interface ForeignPlace {
  readonly slot: string;
  /** Of the element that has the ds:Signature as its only one. */
  readonly signatureIn: string;
  readonly signed: readonly string[];
}

/** A place as found in a document; `signature` null if that slot is empty. */
export interface FoundPlace {
  readonly slot: string;
  readonly signature: ForeignElement | null;
  /** Null for what is not there. */
  readonly signed: readonly { readonly path: string; readonly element: ForeignElement | null }[];
}

/**
 * Finds every place; refuses a document with a signature that stands at none of them, and one where a step could be
 * either of two elements. Throws ForeignDocumentError.
 */
export function findPlaces(doc: ForeignDocument, places: readonly ForeignPlace[]): FoundPlace[] {
  const found = places.map(({ slot, signatureIn, signed }) => {
    const holder = elementAt(doc.root, signatureIn);
    return {
      slot,
      signature: holder === null ? null : onlyChild(holder, 'Signature', DSIG_NAMESPACE),
      signed: signed.map((path) => ({ path, element: elementAt(doc.root, path) })),
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
  for (const { name, namespace } of steps) {
    if (at === null) return null;
    at = onlyChild(at, name, namespace);
  }
  return at;
}

const STEP = /(?:\{([^}]*)\})?([^/{}]+)(?:\/|$)/g;

function stepsOf(path: string, namespace: string): { name: string; namespace: string }[] {
  return [...path.matchAll(STEP)].map(([, uri, name = '']) => ({ name, namespace: uri ?? namespace }));
}

function onlyChild(parent: ForeignElement, name: string, namespace: string): ForeignElement | null {
  const [first, ...others] = parent.children.filter((c) => c.name === name && c.namespace === namespace);
  if (others.length > 0) throw new ForeignDocumentError('ambiguous-place');
  return first ?? null;
}
