import type { XmlDocument, XmlElement } from '@hocba/xml';
import { digestByUri, type HashAlgorithm } from '../algorithms.ts';
import { childrenOf, isEmpty, isEmptyWith, leafBase64 } from '../markup/grammar.ts';
import { demand, Refused, required } from '../markup/refused.ts';
import { ANNEX_ID, DSIG, EXCLUSIVE_C14N, type idsOf, MAX_REFERENCES, TYPE } from '../markup/vocabulary.ts';

/** One Reference of SignedInfo, as read. */
export interface ReadReference {
  /** Id it points at, without `#`. */
  readonly target: string;
  readonly type: string | undefined;
  readonly id: string | undefined;
  readonly hash: HashAlgorithm;
  readonly digest: Uint8Array;
}

/**
 * The References, held to the one form: `#Id`, a single exclusive C14N transform without parameters, SHA-256
 * or better. Transforms are where others' signatures get to run programs; here there is nothing to choose.
 */
export function readReferences(doc: XmlDocument, elements: readonly XmlElement[]): ReadReference[] {
  demand(elements.length <= MAX_REFERENCES, 'too-many-references');
  const seen = new Set<string>();
  return elements.map((element) => {
    const reference = readReference(doc, element);
    demand(!seen.has(reference.target), 'duplicate-reference', reference.target);
    seen.add(reference.target);
    return reference;
  });
}

function readReference(doc: XmlDocument, element: XmlElement): ReadReference {
  demand(element.name === 'Reference' && element.namespace === DSIG);
  for (const name of element.attributes.keys()) demand(name === 'Id' || name === 'Type' || name === 'URI');
  const uri = element.attributes.get('URI');
  // URI="" is the whole document, and anything else something elsewhere.
  if (uri === undefined || !/^#[A-Za-z_][A-Za-z0-9_.-]*$/.test(uri)) throw new Refused('reference-not-found');
  const target = uri.slice(1);
  const [transforms, method, value] = required(
    childrenOf(element, DSIG, 'Transforms', 'DigestMethod', 'DigestValue'),
  );
  const transform = childrenOf(transforms, DSIG, 'Transform')?.[0];
  const exclusiveOnly =
    transform !== undefined && isEmptyWith(transform, EXCLUSIVE_C14N) && transforms.attributes.size === 0;
  demand(exclusiveOnly, 'transform-refused', target);
  const hash = digestByUri(method.attributes.get('Algorithm'));
  if (hash === null || method.attributes.size !== 1 || !isEmpty(method)) {
    throw new Refused('digest-method-refused', target);
  }
  const digest = required(leafBase64(doc, value));
  return { target, type: element.attributes.get('Type'), id: element.attributes.get('Id'), hash, digest };
}

/**
 * The References to data, in order (the annex among them if it is signed). The signature's own two parts come
 * last and are left out: the properties with the ministry's SigningTime, then the XAdES SignedProperties.
 * A time that nobody signed is refused here.
 */
export function dataReferences(
  references: readonly ReadReference[],
  ids: ReturnType<typeof idsOf>,
  carriesAnnex: boolean,
): ReadReference[] {
  const properties = references.find((r) => r.target === ids.properties);
  const signed = references.find((r) => r.target === ids.signedProperties);
  if (properties?.type !== TYPE.signatureProperties) throw new Refused('signing-time-not-covered');
  if (signed?.type !== TYPE.signedProperties) throw new Refused('signed-properties-not-covered');
  demand(references.indexOf(properties) === references.length - 2 && references.at(-1) === signed);
  demand(signed.id === undefined);
  const data = references.slice(0, -2);
  demand(data.length > 0, 'nothing-signed');
  references.slice(0, -1).forEach((r, i) => {
    demand(r.id === ids.reference(i + 1));
  });
  const annex = data.find((r) => r.target === ANNEX_ID);
  if (carriesAnnex) demand(annex?.type === TYPE.object && annex === data.at(-1), 'annex-not-covered');
  demand(data.every((r) => r.type === undefined || (carriesAnnex && r === annex)));
  return data;
}

/**
 * The element that a data reference points at. Parts of signatures are not data, save two: another signer's
 * SignatureValue and the annex, each directly in its Signature. So neither unsigned properties nor a foreign
 * Object can shelter an original that was moved away from its place.
 */
export function resolve(doc: XmlDocument, signature: XmlElement, { target }: ReadReference): XmlElement {
  const element = doc.byId.get(target);
  if (element === undefined) throw new Refused('reference-not-found', target);
  const { parent } = element;
  const inSignature = parent?.name === 'Signature' && parent.namespace === DSIG;
  const isPart =
    element.namespace === DSIG &&
    inSignature &&
    (element.name === 'SignatureValue'
      ? parent !== signature
      : target === ANNEX_ID && element.name === 'Object');
  if (isPart) return element;
  for (let e: XmlElement | null = element; e !== null; e = e.parent) {
    demand(e.namespace !== DSIG, 'reference-misplaced', target);
  }
  for (let e: XmlElement | null = signature; e !== null; e = e.parent) {
    // A signature inside what it signs would need a transform to take it out again.
    demand(e !== element, 'reference-misplaced', target);
  }
  return element;
}
