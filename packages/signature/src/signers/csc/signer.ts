import type { SigningAlgorithm } from '../../algorithms.ts';
import type { CryptoPort } from '../../crypto-port.ts';
import type { Fetch } from '../json-call.ts';
import {
  type LostOrder,
  type OrderHandle,
  type RemoteSigner,
  type SecretAsked,
  SignerUnavailable,
  type SigningAnswer,
  type SigningOrder,
  valuesInOrder,
} from '../order.ts';
import { CscClient, CscError, type CscProvider, endOf } from './client.ts';
import { authorizeUrl, exchangeCode } from './oauth.ts';

export interface CscKey {
  readonly provider: CscProvider;
  readonly oauthUrl: string;
  readonly credentialId: string;
  /** What this installation allows for one authorisation; the credential's `multisign` may be lower. */
  readonly batchLimit: number;
  readonly asynchronous: boolean;
  /** What the person types for each authorisation (`explicit`); null where that is done on the provider's page. */
  readonly asks: readonly SecretAsked[] | null;
  /** A valid access token of scope `service`; refreshed by whoever keeps it. */
  accessToken(): Promise<string>;
  /** 43 characters or more from a secure source (RFC 7636 §4.1). */
  random(): string;
  now(): Date;
}

/** How long the provider's page waits for the person. */
const AUTHORISE_MS = 5 * 60_000;
const ASK_MS = 2_000;

/**
 * A person's key at a CSC service: one order, one authorisation, bound to the hashes. It goes over the provider's own page
 * (`oauth2code`), whose code comes back with the person's browser (`authorised`), or takes what the person types here
 * (`explicit`, `withSecrets`); then the signatures come at once or after asking.
 */
export class CscSigner implements RemoteSigner {
  readonly #crypto: CryptoPort;
  readonly #key: CscKey;
  readonly #client: CscClient;
  readonly #fetch: Fetch;
  constructor(crypto: CryptoPort, key: CscKey, fetcher: Fetch = fetch) {
    this.#crypto = crypto;
    this.#key = key;
    this.#fetch = fetcher;
    this.#client = new CscClient(key.provider, fetcher);
  }

  get batchLimit(): number {
    return this.#key.batchLimit;
  }

  async begin(order: SigningOrder): Promise<SigningAnswer> {
    const { asks } = this.#key;
    if (asks !== null) {
      return {
        state: 'pending',
        handle: { step: 'secret' },
        expiresAt: new Date(this.#key.now().getTime() + AUTHORISE_MS),
        askAgainMs: AUTHORISE_MS,
        confirm: { at: 'secret', asks },
      };
    }
    const authorisation = { state: this.#key.random(), codeVerifier: this.#key.random() };
    const url = authorizeUrl(this.#crypto, this.#key.provider, this.#key.oauthUrl, authorisation, {
      scope: 'credential',
      credentialId: this.#key.credentialId,
      hashes: order.items.map(({ hash }) => hash),
      description: order.description,
    });
    return {
      state: 'pending',
      handle: { step: 'authorise', ...authorisation },
      expiresAt: new Date(this.#key.now().getTime() + AUTHORISE_MS),
      askAgainMs: AUTHORISE_MS,
      confirm: { at: 'page', url },
    };
  }

  /** Nothing leaves this installation before the person has authorised it. */
  async find(): Promise<LostOrder> {
    return { state: 'not-taken' };
  }

  /** Second half of `begin`: the person came back from the provider's page with a code. @throws SignerUnavailable */
  async authorised(order: SigningOrder, handle: OrderHandle, code: string): Promise<SigningAnswer> {
    return this.#sign(order, async () => {
      const { provider, oauthUrl } = this.#key;
      const verifier = String(handle.codeVerifier);
      return (await exchangeCode(provider, oauthUrl, code, verifier, this.#fetch)).accessToken;
    });
  }

  /**
   * Second half of `begin`: what the person typed, by the ids of `asks`. It goes to the service and nowhere else.
   * @throws SignerUnavailable
   */
  async withSecrets(
    order: SigningOrder,
    secrets: readonly { readonly id: string; readonly value: string }[],
  ): Promise<SigningAnswer> {
    return this.#sign(order, async () => {
      const hashes = order.items.map(({ hash }) => hash);
      const { credentialId } = this.#key;
      const token = await this.#key.accessToken();
      return (await this.#client.authorize(token, credentialId, hashes, secrets, order.description)).sad;
    });
  }

  async #sign(order: SigningOrder, authorise: () => Promise<string>): Promise<SigningAnswer> {
    let sad: string;
    try {
      sad = await authorise();
    } catch (error) {
      // No signature was asked for yet, so none can be billed.
      return error instanceof SignerUnavailable ? { state: 'ended', end: 'service-error' } : ended(error);
    }
    try {
      const answer = await this.#client.signHash(await this.#key.accessToken(), {
        credentialId: this.#key.credentialId,
        sad,
        hashes: order.items.map(({ hash }) => hash),
        signAlgo: SIGN_ALGO[order.algorithm],
        asynchronous: this.#key.asynchronous,
      });
      return 'signatures' in answer ? signed(order, answer.signatures) : this.#waiting(answer.responseId);
    } catch (error) {
      return ended(error);
    }
  }

  async ask(order: SigningOrder, handle: OrderHandle): Promise<SigningAnswer> {
    if (handle.step !== 'poll') return { state: 'ended', end: 'expired' };
    try {
      const values = await this.#client.poll(await this.#key.accessToken(), String(handle.responseId));
      return values === null ? this.#waiting(String(handle.responseId)) : signed(order, values);
    } catch (error) {
      return ended(error);
    }
  }

  #waiting(responseId: string): SigningAnswer {
    return {
      state: 'pending',
      handle: { step: 'poll', responseId },
      expiresAt: new Date(this.#key.now().getTime() + AUTHORISE_MS),
      askAgainMs: ASK_MS,
      confirm: { at: 'phone' },
    };
  }
}

function signed(order: SigningOrder, values: readonly (Uint8Array | null)[]): SigningAnswer {
  const byId = valuesInOrder(order, values);
  return byId === null ? { state: 'ended', end: 'wrong-number' } : { state: 'signed', values: byId };
}

function ended(error: unknown): SigningAnswer {
  if (error instanceof CscError) return { state: 'ended', end: endOf(error) };
  throw error;
}

/** signAlgo (§11.10): with a hash of its own where the OID says it. */
const SIGN_ALGO: Readonly<Record<SigningAlgorithm, string>> = {
  'rsa-pkcs1-sha256': '1.2.840.113549.1.1.11',
  'ecdsa-p256-sha256': '1.2.840.10045.4.3.2',
};
