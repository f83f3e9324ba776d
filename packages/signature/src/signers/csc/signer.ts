import type { SigningAlgorithm } from '../../algorithms.ts';
import type { CryptoPort } from '../../crypto/crypto-port.ts';
import type { Fetch } from '../json-call.ts';
import {
  type LeftOver,
  type LostOrder,
  type OrderHandle,
  type RemoteSigner,
  type SecretAsked,
  SignerUnavailable,
  type SigningAnswer,
  type SigningOrder,
  valuesInOrder,
} from '../order.ts';
import { CscClient, CscError, type CscProvider, endOf, type Sad } from './client.ts';
import { authorizeUrl, exchangeCode } from './oauth.ts';

export interface CscKey {
  readonly provider: CscProvider;
  readonly oauthUrl: string;
  readonly credentialId: string;
  /** What this installation allows for one authorisation; the credential's `multisign` may be lower. */
  readonly batchLimit: number;
  readonly asynchronous: boolean;
  /** The service names further hashes of an authorisation later (`credentials/extendTransaction`, §11.9). */
  readonly extends: boolean;
  /** What the person types for each authorisation (`explicit`); null where that is done on the provider's page. */
  readonly asks: readonly SecretAsked[] | null;
  /** Keeps what is left of an authorisation where nobody else can use it. */
  readonly box: { seal(secret: string): Uint8Array; open(sealed: Uint8Array): string | null };
  /** A valid access token of scope `service`; refreshed by whoever keeps it. @throws SignerUnlinked, SignerUnavailable */
  accessToken(): Promise<string>;
  /** 43 characters or more from a secure source (RFC 7636 §4.1). */
  random(): string;
  now(): Date;
}

/** How long the provider's page waits for the person. */
const AUTHORISE_MS = 5 * 60_000;
const ASK_MS = 2_000;
/** What is left of an authorisation is not used in its last moments. */
const EARLY_MS = 2_000;

/**
 * A person's key at a CSC service: an authorisation is bound to the hashes of its order and, where the service can, to a
 * number of further ones that `goOn` names when they are there. It goes over the provider's own page
 * (`oauth2code`), whose code comes back with the person's browser (`authorised`), or takes what the person types here
 * (`explicit`, `withSecrets`); then the signatures come at once or after asking.
 */
export class CscSigner implements RemoteSigner {
  readonly #crypto: CryptoPort;
  readonly #key: CscKey;
  readonly #client: CscClient;
  readonly #fetch: Fetch;
  readonly goOn?: NonNullable<RemoteSigner['goOn']>;
  constructor(crypto: CryptoPort, key: CscKey, fetcher: Fetch = fetch) {
    this.#crypto = crypto;
    this.#key = key;
    this.#fetch = fetcher;
    this.#client = new CscClient(key.provider, fetcher);
    if (key.extends) this.goOn = (order, left) => this.#goOn(order, left);
  }

  get batchLimit(): number {
    return this.#key.batchLimit;
  }

  async begin(order: SigningOrder, toFollow = 0): Promise<SigningAnswer> {
    const { asks } = this.#key;
    // Nobody confirms what the service would then not take.
    await this.#key.accessToken();
    if (asks !== null) {
      return {
        state: 'pending',
        handle: { step: 'secret', toFollow },
        expiresAt: new Date(this.#key.now().getTime() + AUTHORISE_MS),
        askAgainMs: AUTHORISE_MS,
        confirm: { at: 'secret', asks },
      };
    }
    const authorisation = { state: this.#key.random(), codeVerifier: this.#key.random() };
    const url = authorizeUrl(this.#crypto, this.#key.provider, this.#key.oauthUrl, authorisation, {
      scope: 'credential',
      credentialId: this.#key.credentialId,
      hashes: hashesOf(order),
      numSignatures: order.items.length + toFollow,
      description: order.description,
    });
    return {
      state: 'pending',
      handle: { step: 'authorise', toFollow, ...authorisation },
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
    const accessToken = await this.#key.accessToken();
    return this.#authoriseAndSign(order, Number(handle.toFollow ?? 0), accessToken, async () => {
      const { provider, oauthUrl } = this.#key;
      const verifier = String(handle.codeVerifier);
      const token = await exchangeCode(provider, oauthUrl, code, verifier, this.#fetch);
      return { sad: token.accessToken, expiresInS: token.expiresInS };
    });
  }

  /**
   * Second half of `begin`: what the person typed, by the ids of `asks`. It goes to the service and nowhere else.
   * @throws SignerUnavailable
   */
  async withSecrets(
    order: SigningOrder,
    handle: OrderHandle,
    secrets: readonly { readonly id: string; readonly value: string }[],
  ): Promise<SigningAnswer> {
    const toFollow = Number(handle.toFollow ?? 0);
    const accessToken = await this.#key.accessToken();
    return this.#authoriseAndSign(order, toFollow, accessToken, async () => {
      const hashes = hashesOf(order);
      const { credentialId } = this.#key;
      const inAll = hashes.length + toFollow;
      return this.#client.authorize(accessToken, credentialId, hashes, inAll, secrets, order.description);
    });
  }

  async #goOn(order: SigningOrder, left: LeftOver): Promise<SigningAnswer | { readonly state: 'over' }> {
    const { box, credentialId } = this.#key;
    const sad = box.open(left.sealed);
    const toFollow = left.signatures - order.items.length;
    if (sad === null || toFollow < 0 || left.until <= this.#key.now()) return { state: 'over' };
    const accessToken = await this.#key.accessToken();
    let further: Sad;
    try {
      further = await this.#client.extend(accessToken, credentialId, sad, hashesOf(order));
    } catch (error) {
      // Nothing was signed under it, and what it would have allowed is asked for anew.
      if (error instanceof CscError || error instanceof SignerUnavailable) return { state: 'over' };
      throw error;
    }
    return this.#sign(order, further, toFollow, accessToken);
  }

  async #authoriseAndSign(
    order: SigningOrder,
    toFollow: number,
    accessToken: string,
    authorise: () => Promise<Sad>,
  ): Promise<SigningAnswer> {
    let sad: Sad;
    try {
      sad = await authorise();
    } catch (error) {
      // No signature was asked for yet, so none can be billed.
      return error instanceof SignerUnavailable ? { state: 'ended', end: 'service-error' } : ended(error);
    }
    return this.#sign(order, sad, toFollow, accessToken);
  }

  async #sign(
    order: SigningOrder,
    { sad, expiresInS }: Sad,
    toFollow: number,
    accessToken: string,
  ): Promise<SigningAnswer> {
    const until = new Date(this.#key.now().getTime() + expiresInS * 1000 - EARLY_MS);
    try {
      const answer = await this.#client.signHash(accessToken, {
        credentialId: this.#key.credentialId,
        sad,
        hashes: hashesOf(order),
        signAlgo: SIGN_ALGO[order.algorithm],
        asynchronous: this.#key.asynchronous,
      });
      const left =
        toFollow > 0 && this.#key.extends
          ? { sealed: this.#key.box.seal(sad), signatures: toFollow, until }
          : undefined;
      if (!('signatures' in answer)) return { ...this.#waiting(answer.responseId), left };
      const given = signed(order, answer.signatures);
      return given.state === 'signed' ? { ...given, left } : given;
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

  #waiting(responseId: string) {
    return {
      state: 'pending' as const,
      handle: { step: 'poll', responseId },
      expiresAt: new Date(this.#key.now().getTime() + AUTHORISE_MS),
      askAgainMs: ASK_MS,
      confirm: { at: 'phone' as const },
    };
  }
}

const hashesOf = (order: SigningOrder): Uint8Array[] => order.items.map(({ hash }) => hash);

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
