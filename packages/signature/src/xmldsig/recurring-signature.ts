import { Maker, type Recurring, type XmlDocument, type XmlElement } from '@hocba/xml';
import { fromBase64Octets } from '../base64.ts';
import { copyOf } from '../bytes.ts';
import { required } from '../markup/refused.ts';
import { instantOf } from '../markup/vocabulary.ts';
import type { SignedProperties } from '../properties/signed-properties.ts';
import type { ReadSignature } from './read-signature.ts';
import type { ReadReference } from './references.ts';

/** What was read of a signature save its value, digests and times, and the numbers of the texts where those stand. */
interface Reading {
  readonly same: Omit<ReadSignature, 'signedInfo' | 'value' | 'signingTime' | 'signed' | 'data' | 'own'>;
  readonly signed: Omit<SignedProperties, 'signingTime'>;
  readonly times: readonly [number, number];
  readonly value: number;
  readonly references: readonly { readonly same: Omit<ReadReference, 'digest'>; readonly digest: number }[];
}

const READING = new Maker<Reading>();

/**
 * Reads a Signature that differs from one before it, which was read in full, in its value, its digests, its time, its
 * unsigned properties and its annex only: nothing else of it can then be read otherwise. Null if it differs in more, or if what
 * differs cannot be read: then it is read in full, and said what is wrong.
 */
export function readAsBefore(doc: XmlDocument, element: XmlElement, known: Recurring): ReadSignature | null {
  const before = known.recall(READING);
  if (before === undefined) return null;
  const octets = (text: number): Uint8Array | null =>
    fromBase64Octets(doc.bytes, known.textStart(text), known.textEnd(text));
  const value = octets(before.value);
  if (value === null || value.length === 0) return null;
  const references: ReadReference[] = [];
  for (const { same, digest: text } of before.references) {
    const digest = octets(text);
    if (digest === null || digest.length === 0) return null;
    const { target, type, id, hash } = same;
    references.push({ target, type, id, hash, digest });
  }
  const [first, second] = before.times;
  const signingTime = known.written(first);
  if (signingTime !== known.written(second) || instantOf(signingTime) === null) return null;
  const { same, signed } = before;
  const [signedInfo, , , propertiesObject, xadesObject] = element.children;
  return {
    ...same,
    signingTime,
    signed: { signingTime, ...signed },
    signedInfo: required(signedInfo),
    value,
    data: references.slice(0, -2),
    own: [
      { reference: required(references.at(-2)), element: required(propertiesObject?.children[0]) },
      {
        reference: required(references.at(-1)),
        element: required(xadesObject?.children[0]?.children[0]),
      },
    ],
  };
}

/** Keeps what was read of a Signature in full, for others of its form. */
export function keepReading(element: XmlElement, known: Recurring, read: ReadSignature): void {
  const [signedInfo, valueElement, , , xadesObject, annex] = element.children;
  const digests = required(signedInfo)
    .children.slice(2)
    .map((reference) => required(reference.children[2]));
  const value = required(valueElement);
  const [signedProperties, unsigned] = xadesObject?.children[0]?.children ?? [];
  const times = [
    required(read.own[0]?.element.children[0]?.children[0]),
    required(signedProperties?.children[0]?.children[0]),
  ] as const;
  const { slotId, methodUri, chain, leaf, signingTimeNamespace, signed } = read;
  const certificateDigests = signed.certificateDigests.map((one) => ({ ...one, value: copyOf(one.value) }));
  const { describedReferences } = signed;
  const references = [...read.data, ...read.own.map(({ reference }) => reference)];
  known.keep<Reading>(
    READING,
    {
      same: {
        slotId,
        methodUri,
        chain,
        leaf,
        signingTimeNamespace,
      },
      signed: { certificateDigests, describedReferences },
      times: [known.numberOf(times[0]), known.numberOf(times[1])],
      value: known.numberOf(value),
      references: references.map(({ target, type, id, hash }, i) => ({
        same: { target, type, id, hash },
        digest: known.numberOf(required(digests[i])),
      })),
    },
    [value, ...digests, ...times, ...(unsigned ? [unsigned] : []), ...(annex ? [annex] : [])],
  );
}
