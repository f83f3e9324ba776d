import { fromBase64, toBase64 } from '../base64.ts';
import { type Fetch, listOf, numberOf, postTo, textOf, textsOf } from './json-call.ts';
import { endOnPhone, waitingOnPhone } from './on-the-phone.ts';
import {
  type OrderHandle,
  type RemoteSigner,
  SignerUnavailable,
  type SigningAnswer,
  type SigningOrder,
  valuesInOrder,
} from './order.ts';

/**
 * Viettel MySign, remote signing (`vtss`). UNCONFIRMED: written after messages observed in public code, not after a
 * specification or a contract; field names and status codes are to be checked with the provider before real use.
 */
export interface MySignProvider {
  /** Such as `https://remotesigning.viettel.vn`. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Given by contract. */
  readonly profileId: string;
  readonly batchLimit: number;
}

export interface MySignCredential {
  readonly credentialId: string;
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
}

/** @throws SignerUnavailable: whatever went wrong, no order was sent yet */
async function login(provider: MySignProvider, userId: string, fetcher: Fetch): Promise<string | null> {
  try {
    const { body } = await postTo(fetcher, `${provider.baseUrl}/vtss/service/ras/v1/login`, {
      client_id: provider.clientId,
      client_secret: provider.clientSecret,
      user_id: userId,
      profile_id: provider.profileId,
    });
    return textOf(body, 'access_token');
  } catch (error) {
    throw error instanceof SignerUnavailable ? new SignerUnavailable('login', false) : error;
  }
}

/** A person's keys at the service. */
export async function mySignCredentials(
  provider: MySignProvider,
  userId: string,
  fetcher: Fetch = fetch,
): Promise<readonly MySignCredential[]> {
  const bearer = await login(provider, userId, fetcher);
  if (bearer === null) return [];
  const { body } = await postTo(
    fetcher,
    `${provider.baseUrl}/vtss/service/certificates/info`,
    { userID: userId, certificates: 'chain', certInfo: true, authInfo: true },
    { bearer },
  );
  return listOf(body, 'credentialInfos').flatMap((one) => {
    const entry = one as Readonly<Record<string, unknown>>;
    const credentialId = textOf(entry, 'credential_id');
    const cert = (entry.cert ?? {}) as Readonly<Record<string, unknown>>;
    const chain = textsOf(cert, 'certificates').flatMap((text) => fromBase64(text) ?? []);
    return credentialId === null || chain.length === 0 ? [] : [{ credentialId, chain }];
  });
}

/**
 * A person's key at Viettel MySign: hashes out in base64, confirmation on the phone, signatures by asking. The service
 * names a transaction only in its answer, so what became of a lost one cannot be asked.
 */
export class MySignSigner implements RemoteSigner {
  readonly #provider: MySignProvider;
  readonly #person: { readonly userId: string; readonly credentialId: string };
  readonly #fetch: Fetch;
  readonly #now: () => Date;
  constructor(
    provider: MySignProvider,
    person: { readonly userId: string; readonly credentialId: string },
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
    const bearer = await login(this.#provider, this.#person.userId, this.#fetch);
    if (bearer === null) return { state: 'ended', end: 'not-authorised' };
    const rsa = order.algorithm.startsWith('rsa');
    const { body } = await postTo(
      this.#fetch,
      `${this.#provider.baseUrl}/vtss/service/signHash`,
      {
        client_id: this.#provider.clientId,
        client_secret: this.#provider.clientSecret,
        credentialID: this.#person.credentialId,
        numSignatures: order.items.length,
        description: order.description,
        documents: order.items.map((_, n) => ({ document_id: String(n), document_name: order.description })),
        hash: order.items.map(({ hash }) => toBase64(hash)),
        hashAlgo: '2.16.840.1.101.3.4.2.1',
        signAlgo: rsa ? '1.2.840.113549.1.1.1' : '1.2.840.10045.4.3.2',
        async: 1,
      },
      { bearer },
    );
    const ended = endIn(body);
    if (ended !== null) return ended;
    const id = textOf(body, 'transactionId');
    if (id === null) throw new SignerUnavailable('signHash: no transaction');
    return this.#waiting(id);
  }

  async ask(order: SigningOrder, handle: OrderHandle): Promise<SigningAnswer> {
    const bearer = await login(this.#provider, this.#person.userId, this.#fetch);
    if (bearer === null) return { state: 'ended', end: 'not-authorised' };
    const id = String(handle.transactionId);
    const { body } = await postTo(
      this.#fetch,
      `${this.#provider.baseUrl}/vtss/service/requests/status`,
      { transactionId: id },
      { bearer },
    );
    const ended = endIn(body);
    if (ended !== null) return ended;
    const signatures = listOf(body, 'signatures');
    if (signatures.length === 0) return this.#waiting(id);
    const values = valuesInOrder(
      order,
      signatures.map((one) => (typeof one === 'string' ? fromBase64(one) : null)),
    );
    return values === null ? { state: 'ended', end: 'wrong-number' } : { state: 'signed', values };
  }

  #waiting(transactionId: string): SigningAnswer {
    return waitingOnPhone(transactionId, this.#now());
  }
}

function endIn(body: Readonly<Record<string, unknown>>): SigningAnswer | null {
  const ended = endOnPhone(numberOf(body, 'status'));
  if (ended !== null) return ended;
  const error = textOf(body, 'error');
  if (error === null) return null;
  return { state: 'ended', end: /limit/i.test(error) ? 'over-limit' : 'service-error' };
}
