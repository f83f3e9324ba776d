import { fromBase64 } from '../base64.ts';
import { toHex } from '../bytes.ts';
import { decodePem } from '../pem.ts';
import { type Fetch, listOf, numberOf, objectOf, postTo, textOf } from './json-call.ts';
import { endOnPhone, waitingOnPhone } from './on-the-phone.ts';
import {
  inXmlForm,
  type LostOrder,
  type OrderHandle,
  type RemoteSigner,
  SignerUnavailable,
  type SigningAnswer,
  type SigningOrder,
} from './order.ts';

/**
 * VNPT SmartCA, integration `sp769`. UNCONFIRMED: written after messages observed in public code, not after a
 * specification or a contract; field names and status codes are to be checked with the provider before real use.
 */
export interface SmartCaProvider {
  /** Such as `https://gwsca.vnpt.vn/sca/sp769`. */
  readonly baseUrl: string;
  readonly spId: string;
  readonly spPassword: string;
  readonly batchLimit: number;
}

export interface SmartCaCertificate {
  readonly serialNumber: string;
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
}

const WAITING = 4000;
const NOT_FOUND: ReadonlySet<number> = new Set([404, 4004]);

/** A person's certificates at the service. @param userId number of the person's identity card, as registered there */
export async function smartCaCertificates(
  provider: SmartCaProvider,
  userId: string,
  transactionId: string,
  fetcher: Fetch = fetch,
): Promise<readonly SmartCaCertificate[]> {
  const { body } = await postTo(fetcher, `${provider.baseUrl}/v1/credentials/get_certificate`, {
    sp_id: provider.spId,
    sp_password: provider.spPassword,
    user_id: userId,
    serial_number: '',
    transaction_id: transactionId,
  });
  return listOf(objectOf(body, 'data'), 'user_certificates').flatMap((one) => {
    const entry = one as Readonly<Record<string, unknown>>;
    const serialNumber = textOf(entry, 'serial_number');
    const leaf = derOf(textOf(entry, 'cert_data'));
    if (serialNumber === null || leaf === null) return [];
    const above = objectOf(entry, 'chain_data');
    const ca = derOf(textOf(above, 'ca_cert'));
    return [{ serialNumber, chain: ca === null ? [leaf] : [leaf, ca] }];
  });
}

/** Base64 of DER, or PEM. */
function derOf(text: string | null): Uint8Array | null {
  if (text === null) return null;
  if (text.includes('-----BEGIN')) return decodePem('CERTIFICATE', text)[0] ?? null;
  return fromBase64(text.replace(/\s/g, ''));
}

/** A person's key at VNPT SmartCA: hashes out in hexadecimal, confirmation on the phone, signatures by asking. */
export class SmartCaSigner implements RemoteSigner {
  readonly #provider: SmartCaProvider;
  readonly #person: { readonly userId: string; readonly serialNumber: string };
  readonly #fetch: Fetch;
  readonly #now: () => Date;
  constructor(
    provider: SmartCaProvider,
    person: { readonly userId: string; readonly serialNumber: string },
    now: () => Date,
    fetcher: Fetch = fetch,
  ) {
    this.#provider = provider;
    this.#person = person;
    this.#now = now;
    this.#fetch = fetcher;
  }

  get batchLimit(): number {
    return this.#provider.batchLimit;
  }

  async begin(order: SigningOrder): Promise<SigningAnswer> {
    const { body } = await postTo(this.#fetch, `${this.#provider.baseUrl}/v1/signatures/sign`, {
      sp_id: this.#provider.spId,
      sp_password: this.#provider.spPassword,
      user_id: this.#person.userId,
      serial_number: this.#person.serialNumber,
      transaction_id: order.orderId,
      transaction_desc: order.description,
      sign_files: order.items.map(({ hash }, n) => ({
        data_to_be_signed: toHex(hash),
        doc_id: String(n),
        file_type: 'xml',
        sign_type: 'hash',
      })),
    });
    const ended = endIn(body);
    if (ended !== null) return ended;
    const tranCode = textOf(objectOf(body, 'data'), 'tran_code');
    const id = textOf(objectOf(body, 'data'), 'transaction_id') ?? tranCode;
    if (id === null) throw new SignerUnavailable('signatures/sign: no transaction');
    return this.#waiting(id);
  }

  async ask(order: SigningOrder, handle: OrderHandle): Promise<SigningAnswer> {
    return this.#answerTo(order, String(handle.transactionId), endIn);
  }

  /**
   * By our own number, which went out with the order; whether the service finds it so is as unconfirmed as the rest, so
   * that one it does not know may have been taken all the same.
   */
  async find(order: SigningOrder): Promise<SigningAnswer | LostOrder> {
    return this.#answerTo(order, order.orderId, (body) =>
      NOT_FOUND.has(numberOf(body, 'status_code') ?? 0) ? { state: 'unknown' } : endIn(body),
    );
  }

  async #answerTo<End extends SigningAnswer | LostOrder>(
    order: SigningOrder,
    id: string,
    endOf: (body: Readonly<Record<string, unknown>>) => End | null,
  ): Promise<SigningAnswer | End> {
    const url = `${this.#provider.baseUrl}/v1/signatures/sign/${encodeURIComponent(id)}/status`;
    const { body } = await postTo(this.#fetch, url, {});
    const ended = endOf(body);
    if (ended !== null) return ended;
    const signatures = listOf(objectOf(body, 'data'), 'signatures');
    if (signatures.length === 0) return this.#waiting(id);
    const values = new Map<string, Uint8Array>();
    for (const one of signatures) {
      const entry = one as Readonly<Record<string, unknown>>;
      const item = order.items[Number(textOf(entry, 'doc_id') ?? Number.NaN)];
      const raw = fromBase64(textOf(entry, 'signature_value') ?? '');
      const value = raw === null ? null : inXmlForm(order.algorithm, raw);
      if (item !== undefined && value !== null) values.set(item.id, value);
    }
    return { state: 'signed', values };
  }

  #waiting(transactionId: string): SigningAnswer {
    return waitingOnPhone(transactionId, this.#now());
  }
}

/** How the service's status code ends an order; null while it waits, or if it signed. */
function endIn(body: Readonly<Record<string, unknown>>): SigningAnswer | null {
  const code = numberOf(body, 'status_code');
  const ended = endOnPhone(code);
  if (ended !== null) return ended;
  if (code === null || code === 200 || code === 1 || code === WAITING) return null;
  if (code === 413 || /LIMIT/i.test(textOf(body, 'message') ?? ''))
    return { state: 'ended', end: 'over-limit' };
  return { state: 'ended', end: code === 401 || code === 403 ? 'not-authorised' : 'service-error' };
}
