import { CURVES, partsOf, type SigningAlgorithm } from '../algorithms.ts';
import { isPlainEcdsa, plainFromDer } from '../crypto/ecdsa.ts';
import { DerError } from '../der/read.ts';
import type { Certificate } from '../x509/certificate.ts';

/**
 * The port to keys that live elsewhere: a service at a provider, a token at somebody's desk. Signing there takes minutes
 * and a person's confirmation, so it has two steps. What is to be signed goes out as an order and is stored by
 * whoever asks, and the answer comes later, perhaps to another process. What comes back is verified against the
 * certificate and the message before it is used; a signer's word that it signed is worth nothing.
 */
export interface RemoteSigner {
  /** Signatures that one order may hold: a provider's limit of one confirmation. */
  readonly batchLimit: number;
  /**
   * Sends an order. Called again after a lost answer it may be confirmed, and billed, twice; nothing is signed into
   * a record twice, since a slot takes one value. `find` comes first where there is one.
   * @param toFollow signatures that the confirmation is to cover besides, where `goOn` is there: of the same batch, over
   *   bytes that are made only after these
   * @throws SignerUnavailable if the service did not answer
   */
  begin(order: SigningOrder, toFollow?: number): Promise<SigningAnswer>;
  /**
   * Sends an order under what an earlier confirmation has left: nobody confirms again. `over`: the confirmation holds no
   * more, nothing was signed, and the order can be begun. Absent where each order is confirmed by itself.
   * @throws SignerUnavailable if the service may have taken it
   */
  goOn?(order: SigningOrder, left: LeftOver): Promise<SigningAnswer | { readonly state: 'over' }>;
  /** Asks after an order that was begun. @throws SignerUnavailable */
  ask(order: SigningOrder, handle: OrderHandle): Promise<SigningAnswer>;
  /**
   * What became of an order whose answer to `begin` was lost. Absent where the protocol has no way to know; an order that
   * went out by `goOn` is not asked after.
   * @throws SignerUnavailable
   */
  find?(order: SigningOrder): Promise<SigningAnswer | LostOrder>;
}

/** What a confirmation covers beyond the order that it was given for. Only the adapter that sealed it can use it. */
export interface LeftOver {
  readonly sealed: Uint8Array;
  readonly signatures: number;
  readonly until: Date;
}

/** `not-taken`: nothing was asked for, so it may be asked for anew. `unknown`: perhaps it was, and will be billed. */
export type LostOrder = { readonly state: 'not-taken' } | { readonly state: 'unknown' };

/** What a person has to type for an authorisation, such as a PIN; `label` in the provider's words. */
export interface SecretAsked {
  readonly id: string;
  readonly label: string;
}

export interface SigningOrder {
  /** Ours, unique; sent along where the service takes one. */
  readonly orderId: string;
  /** What the person reads on the phone: role, class, how many. No pupil's name. */
  readonly description: string;
  readonly algorithm: SigningAlgorithm;
  readonly certificate: Certificate;
  /** `hash` is the algorithm's hash of the message to sign. */
  readonly items: readonly { readonly id: string; readonly hash: Uint8Array }[];
}

/** What an adapter must remember between the two steps: plain data without secrets. */
export type OrderHandle = Readonly<Record<string, string | number>>;

export type OrderEnd =
  | 'refused-by-signer'
  | 'expired'
  | 'wrong-secret'
  | 'over-limit'
  | 'not-authorised'
  | 'wrong-number'
  | 'service-error';

export type SigningAnswer =
  /** By item; XML form (ECDSA r‖s, RSA as is). An item that is missing was not signed. */
  | {
      readonly state: 'signed';
      readonly values: ReadonlyMap<string, Uint8Array>;
      readonly left?: LeftOver | undefined;
    }
  | {
      readonly state: 'pending';
      readonly handle: OrderHandle;
      readonly expiresAt: Date;
      readonly askAgainMs: number;
      readonly left?: LeftOver | undefined;
      /** Where the person confirms: on the phone, at the provider's page, or here by what the provider asks for. */
      readonly confirm:
        | { readonly at: 'phone' }
        | { readonly at: 'page'; readonly url: string }
        | { readonly at: 'secret'; readonly asks: readonly SecretAsked[] };
    }
  | { readonly state: 'ended'; readonly end: OrderEnd };

/** The service could not be reached or broke off. */
export class SignerUnavailable extends Error {
  /** Whether it may have taken what was sent; false where no connection was made, so that nothing was. */
  readonly perhapsTaken: boolean;
  constructor(what: string, perhapsTaken = true) {
    super(`signing service unavailable: ${what}`);
    this.name = 'SignerUnavailable';
    this.perhapsTaken = perhapsTaken;
  }
}

/** The service takes this installation's word for the person no more: the person has to link the account anew. */
export class SignerUnlinked extends SignerUnavailable {
  constructor() {
    super('the account has to be linked again', false);
    this.name = 'SignerUnlinked';
  }
}

/** The algorithm that a certificate's key signs with here; null for a key that does not. */
export function signingAlgorithmOf({ publicKey }: Certificate): SigningAlgorithm | null {
  if (publicKey.kind === 'rsa') return 'rsa-pkcs1-sha256';
  return publicKey.kind === 'ec' && publicKey.curve === 'p256' ? 'ecdsa-p256-sha256' : null;
}

/** A value as devices and services return it, in XML form: ECDSA may come as DER. Null if it is neither. */
export function inXmlForm(algorithm: SigningAlgorithm, value: Uint8Array): Uint8Array | null {
  const { curve } = partsOf(algorithm);
  if (curve === null) return value;
  if (value.length === 2 * CURVES[curve].octets && isPlainEcdsa(curve, value)) return value;
  try {
    return plainFromDer(curve, value);
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

/** Values in the order of the hashes, as most services return them; null if their number differs. */
export function valuesInOrder(
  order: SigningOrder,
  values: readonly (Uint8Array | null)[],
): ReadonlyMap<string, Uint8Array> | null {
  if (values.length !== order.items.length) return null;
  const byId = new Map<string, Uint8Array>();
  for (const [i, { id }] of order.items.entries()) {
    const value = values[i];
    const plain = value ? inXmlForm(order.algorithm, value) : null;
    if (plain !== null) byId.set(id, plain);
  }
  return byId;
}
