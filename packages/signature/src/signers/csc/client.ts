import { fromBase64, toBase64 } from '../../base64.ts';
import { type Fetch, listOf, numberOf, objectOf, postTo, textOf, textsOf } from '../json-call.ts';
import { type OrderEnd, type SecretAsked, SignerUnavailable } from '../order.ts';

/** A service that speaks the Cloud Signature Consortium's API, version 2 (CSC API v2.0.0.2), as this installation knows it. */
export interface CscProvider {
  /** Where the API is, without `/csc/v2`: `https://rssp.example`. */
  readonly baseUrl: string;
  /** Where OAuth 2.0 is; `info` names it where it is not given. */
  readonly oauthUrl?: string;
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly redirectUri: string;
}

/** What the service says of itself (`info`, §11.1). */
export interface CscInfo {
  readonly name: string;
  readonly specs: string;
  readonly oauth2: string | null;
  readonly authType: readonly string[];
  readonly methods: readonly string[];
  readonly asynchronous: boolean;
}

/** A key at the service (`credentials/info`, §11.5). */
export interface CscCredential {
  readonly credentialId: string;
  /** DER, leaf first. */
  readonly certificates: readonly Uint8Array[];
  readonly keyEnabled: boolean;
  readonly keyAlgorithms: readonly string[];
  readonly authMode: 'explicit' | 'oauth2code' | 'other';
  /** What an explicit authorisation asks for, such as PIN and OTP. */
  readonly authObjects: readonly (SecretAsked & { readonly type: string })[];
  /** "2" binds an authorisation to its hashes. */
  readonly scal: '1' | '2';
  /** Signatures that one authorisation may cover. */
  readonly multisign: number;
}

/** A refusal of the service, by its own code (§10.1: `invalid_request`, `invalid_otp` …). */
export class CscError extends Error {
  readonly code: string;
  readonly status: number;
  /** The service's own words (`error_description`), which alone tell most refusals of §11 apart. */
  readonly description: string;
  constructor(code: string, status: number, description = '') {
    super(`signing service refused: ${code}`);
    this.name = 'CscError';
    this.code = code;
    this.status = status;
    this.description = description;
  }
}

const SHA256_OID = '2.16.840.1.101.3.4.2.1';

export class CscClient {
  readonly #provider: CscProvider;
  readonly #fetch: Fetch;
  constructor(provider: CscProvider, fetcher: Fetch = fetch) {
    this.#provider = provider;
    this.#fetch = fetcher;
  }

  async info(): Promise<CscInfo> {
    const body = await this.#call('info', { lang: 'vi-VN' });
    return {
      name: textOf(body, 'name') ?? '',
      specs: textOf(body, 'specs') ?? '',
      oauth2: textOf(body, 'oauth2'),
      authType: textsOf(body, 'authType'),
      methods: textsOf(body, 'methods'),
      asynchronous: textOf(body, 'asynchronousOperationMode') !== null,
    };
  }

  /** Every usable key of the person whose token it is, with chain (`credentials/list`, §11.4). */
  async list(accessToken: string): Promise<readonly CscCredential[]> {
    const body = await this.#call(
      'credentials/list',
      { credentialInfo: true, certificates: 'chain', certInfo: true, authInfo: true, onlyValid: true },
      accessToken,
    );
    const infos = listOf(body, 'credentialInfos');
    if (infos.length > 0) return infos.flatMap((info) => credentialIn(info, null) ?? []);
    // A service of the first version names them only.
    const ids = textsOf(body, 'credentialIDs').slice(0, 20);
    const found = await Promise.all(ids.map((id) => this.credential(accessToken, id)));
    return found.flatMap((one) => one ?? []);
  }

  async credential(accessToken: string, credentialId: string): Promise<CscCredential | null> {
    const body = await this.#call(
      'credentials/info',
      { credentialID: credentialId, certificates: 'chain', certInfo: true, authInfo: true },
      accessToken,
    );
    return credentialIn(body, credentialId);
  }

  /**
   * Explicit authorisation of these hashes (`credentials/authorize`, §11.6).
   * @param numSignatures in all: more than the hashes where further ones are named later (`extend`)
   * @param authData answers to the credential's `authObjects`; not kept
   * @returns the SAD, and how long it lives
   * @throws CscError, SignerUnavailable
   */
  async authorize(
    accessToken: string,
    credentialId: string,
    hashes: readonly Uint8Array[],
    numSignatures: number,
    authData: readonly { readonly id: string; readonly value: string }[],
    description: string,
  ): Promise<Sad> {
    const body = await this.#call(
      'credentials/authorize',
      {
        credentialID: credentialId,
        numSignatures,
        hashes: hashes.map(toBase64),
        hashAlgorithmOID: SHA256_OID,
        authData,
        description,
      },
      accessToken,
    );
    return sadIn(body, 'credentials/authorize');
  }

  /**
   * A new SAD for further hashes of the same authorisation, which must not have run out (`credentials/extendTransaction`,
   * §11.9): for signatures over what is made only after the first ones, of the number that was authorised.
   * @throws CscError, SignerUnavailable
   */
  async extend(
    accessToken: string,
    credentialId: string,
    sad: string,
    hashes: readonly Uint8Array[],
  ): Promise<Sad> {
    const body = await this.#call(
      'credentials/extendTransaction',
      {
        credentialID: credentialId,
        hashes: hashes.map(toBase64),
        hashAlgorithmOID: SHA256_OID,
        SAD: sad,
      },
      accessToken,
    );
    return sadIn(body, 'credentials/extendTransaction');
  }

  /** `signatures/signHash` (§11.10). With `asynchronous`, the answer may be an id to ask after (`signPolling`). */
  async signHash(
    accessToken: string,
    request: {
      readonly credentialId: string;
      readonly sad: string;
      readonly hashes: readonly Uint8Array[];
      readonly signAlgo: string;
      readonly asynchronous: boolean;
    },
  ): Promise<{ readonly signatures: readonly (Uint8Array | null)[] } | { readonly responseId: string }> {
    const body = await this.#call(
      'signatures/signHash',
      {
        credentialID: request.credentialId,
        SAD: request.sad,
        hashes: request.hashes.map(toBase64),
        hashAlgorithmOID: SHA256_OID,
        signAlgo: request.signAlgo,
        ...(request.asynchronous ? { operationMode: 'A', validity_period: VALIDITY_MS } : {}),
      },
      accessToken,
    );
    const responseId = textOf(body, 'responseID');
    return responseId === null ? { signatures: signaturesIn(body) } : { responseId };
  }

  /** `signatures/signPolling` (§11.12): null while the service is still at it. */
  async poll(accessToken: string, responseId: string): Promise<readonly (Uint8Array | null)[] | null> {
    const answer = await postTo(
      this.#fetch,
      this.#url('signatures/signPolling'),
      { requestID: responseId },
      { bearer: accessToken },
    );
    if (answer.status === 202 || (answer.status === 200 && !('signatures' in answer.body))) return null;
    refuse(answer.status, answer.body);
    return signaturesIn(answer.body);
  }

  #url(method: string): string {
    return `${this.#provider.baseUrl.replace(/\/$/, '')}/csc/v2/${method}`;
  }

  async #call(method: string, body: unknown, bearer?: string): Promise<Readonly<Record<string, unknown>>> {
    const answer = await postTo(this.#fetch, this.#url(method), body, bearer === undefined ? {} : { bearer });
    refuse(answer.status, answer.body);
    return answer.body;
  }
}

/** Signature activation data: what a person's authorisation is shown by. A secret. */
export interface Sad {
  readonly sad: string;
  readonly expiresInS: number;
}

function sadIn(body: Readonly<Record<string, unknown>>, method: string): Sad {
  const sad = textOf(body, 'SAD');
  if (sad === null) throw new SignerUnavailable(`${method}: no SAD`);
  return { sad, expiresInS: numberOf(body, 'expiresIn') ?? 3600 };
}

/** How long an asynchronous request may wait for its person. */
const VALIDITY_MS = 300_000;

export function refuse(status: number, body: Readonly<Record<string, unknown>>): void {
  if (status >= 200 && status < 300) return;
  throw new CscError(
    textOf(body, 'error') ?? `http_${status}`,
    status,
    textOf(body, 'error_description') ?? '',
  );
}

function signaturesIn(body: Readonly<Record<string, unknown>>): readonly (Uint8Array | null)[] {
  return listOf(body, 'signatures').map((one) => (typeof one === 'string' ? fromBase64(one) : null));
}

function credentialIn(value: unknown, id: string | null): CscCredential | null {
  if (typeof value !== 'object' || value === null) return null;
  const info = value as Readonly<Record<string, unknown>>;
  const credentialId = textOf(info, 'credentialID') ?? id;
  const key = objectOf(info, 'key');
  const cert = objectOf(info, 'cert');
  const auth = objectOf(info, 'auth');
  const mode = textOf(auth, 'mode') ?? textOf(info, 'authMode');
  const certificates = textsOf(cert, 'certificates').map(fromBase64);
  if (credentialId === null || certificates.length === 0 || certificates.includes(null)) return null;
  return {
    credentialId,
    certificates: certificates.flatMap((der) => der ?? []),
    keyEnabled: textOf(key, 'status') !== 'disabled',
    keyAlgorithms: textsOf(key, 'algo'),
    authMode: mode === 'explicit' || mode === 'oauth2code' ? mode : 'other',
    authObjects: listOf(auth, 'objects').flatMap((object) => {
      const one = (typeof object === 'object' && object !== null ? object : {}) as Record<string, unknown>;
      const objectId = textOf(one, 'id');
      const label = textOf(one, 'label') ?? objectId;
      return objectId === null || label === null
        ? []
        : [{ id: objectId, type: textOf(one, 'type') ?? '', label: label.slice(0, 80) }];
    }),
    scal: textOf(info, 'SCAL') === '2' ? '2' : '1',
    multisign: Math.max(1, numberOf(info, 'multisign') ?? 1),
  };
}

/** How a service's refusal ends an order. Of `invalid_request` the words of §11 say what it is about. */
export function endOf({ code, status, description }: CscError): OrderEnd {
  if (/invalid_(otp|pin)|invalid_auth/.test(code)) return 'wrong-secret';
  if (status === 401 || /(invalid|expired)_token|invalid_(grant|sad)|unauthorized/i.test(code))
    return 'not-authorised';
  if (/expired/.test(code) || /SAD expired/i.test(description)) return 'expired';
  if (/access_denied|cancel|reject/.test(code)) return 'refused-by-signer';
  if (/numsignatures|multisign|limit|too_many/i.test(code) || /signatures is too high/i.test(description))
    return 'over-limit';
  return /parameter SAD|authorized by the SAD/i.test(description) ? 'not-authorised' : 'service-error';
}
