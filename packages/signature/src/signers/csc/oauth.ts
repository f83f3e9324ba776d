import { toBase64 } from '../../base64.ts';
import type { CryptoPort } from '../../crypto/crypto-port.ts';
import { type Fetch, numberOf, postTo, textOf } from '../json-call.ts';
import { SignerUnavailable } from '../order.ts';
import { type CscProvider, refuse } from './client.ts';

/** OAuth 2.0 as CSC API v2 §8 uses it: code flow with PKCE (RFC 7636), scopes `service` and `credential`. */
export interface Authorisation {
  readonly state: string;
  readonly codeVerifier: string;
}

export interface TokenAnswer {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  readonly expiresInS: number;
}

/** base64url without padding (RFC 4648 §5). */
function base64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The challenge that goes out with a request; the verifier follows with the code. */
export function codeChallenge(crypto: CryptoPort, codeVerifier: string): string {
  return base64Url(crypto.sha256(new TextEncoder().encode(codeVerifier)));
}

/**
 * Address of the provider's page where the person lets this installation see the keys (`service`), or authorises
 * these hashes with one of them (`credential`).
 */
export function authorizeUrl(
  crypto: CryptoPort,
  provider: CscProvider,
  oauthUrl: string,
  { state, codeVerifier }: Authorisation,
  scope:
    | { readonly scope: 'service' }
    | {
        readonly scope: 'credential';
        readonly credentialId: string;
        readonly hashes: readonly Uint8Array[];
        /** In all: more than the hashes where further ones are named later (§11.9). */
        readonly numSignatures: number;
        readonly description: string;
      },
): string {
  const url = new URL(`${oauthUrl.replace(/\/$/, '')}/oauth2/authorize`);
  const query = url.searchParams;
  query.set('response_type', 'code');
  query.set('client_id', provider.clientId);
  query.set('redirect_uri', provider.redirectUri);
  query.set('scope', scope.scope);
  query.set('state', state);
  query.set('code_challenge', codeChallenge(crypto, codeVerifier));
  query.set('code_challenge_method', 'S256');
  query.set('lang', 'vi-VN');
  if (scope.scope === 'credential') {
    query.set('credentialID', scope.credentialId);
    query.set('numSignatures', String(scope.numSignatures));
    query.set('hashes', scope.hashes.map(base64Url).join(','));
    query.set('hashAlgorithmOID', '2.16.840.1.101.3.4.2.1');
    query.set('description', scope.description.slice(0, 200));
  }
  return url.href;
}

/** The code for a token. For the scope `credential` the access token is the SAD. @throws CscError, SignerUnavailable */
export async function exchangeCode(
  provider: CscProvider,
  oauthUrl: string,
  code: string,
  codeVerifier: string,
  fetcher: Fetch = fetch,
): Promise<TokenAnswer> {
  return token(provider, oauthUrl, fetcher, {
    grant_type: 'authorization_code',
    code,
    code_verifier: codeVerifier,
    redirect_uri: provider.redirectUri,
  });
}

/** A new access token for a refresh token; the service may hand out a new one of those too. */
export async function refreshAccess(
  provider: CscProvider,
  oauthUrl: string,
  refreshToken: string,
  fetcher: Fetch = fetch,
): Promise<TokenAnswer> {
  return token(provider, oauthUrl, fetcher, { grant_type: 'refresh_token', refresh_token: refreshToken });
}

async function token(
  provider: CscProvider,
  oauthUrl: string,
  fetcher: Fetch,
  grant: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const { status, body } = await postTo(
    fetcher,
    `${oauthUrl.replace(/\/$/, '')}/oauth2/token`,
    {
      ...grant,
      client_id: provider.clientId,
      ...(provider.clientSecret === undefined ? {} : { client_secret: provider.clientSecret }),
    },
    { form: true },
  );
  refuse(status, body);
  const accessToken = textOf(body, 'access_token');
  if (accessToken === null) throw new SignerUnavailable('oauth2/token: no token');
  return {
    accessToken,
    refreshToken: textOf(body, 'refresh_token'),
    expiresInS: numberOf(body, 'expires_in') ?? 3600,
  };
}
