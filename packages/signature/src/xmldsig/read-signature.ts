import type { XmlElement } from '@hocba/xml';
import type { SignedProperties } from '../properties/signed-properties.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { ReadReference } from './references.ts';

/** A signature whose form is right; nothing of it is proven yet. */
export interface ReadSignature {
  readonly slotId: string;
  readonly signedInfo: XmlElement;
  readonly methodUri: string;
  readonly value: Uint8Array;
  /** Leaf first. */
  readonly chain: readonly Certificate[];
  readonly leaf: Certificate;
  readonly signingTime: string;
  readonly signingTimeNamespace: string;
  readonly signed: SignedProperties;
  readonly data: readonly ReadReference[];
  /** The signature's own signed parts, with the References that cover them. */
  readonly own: readonly { readonly reference: ReadReference; readonly element: XmlElement }[];
}
