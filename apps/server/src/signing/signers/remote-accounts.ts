import { randomBytes } from 'node:crypto';
import {
  type CscProvider,
  CscSigner,
  MySignSigner,
  nodeCrypto,
  type RemoteSigner,
  refreshAccess,
  type SecretAsked,
  SmartCaSigner,
} from '@hocba/signature/node';
import type { Kysely } from 'kysely';
import { inSchool } from '../../store/database.ts';
import type { SecretBox } from '../../store/sealed-secret.ts';
import type { Database } from '../../store/tables.ts';
import type { SigningProvider } from './providers.ts';
import { accessTokenOf } from './service-tokens.ts';

export interface RemoteDeps {
  readonly db: Kysely<Database>;
  readonly providers: readonly SigningProvider[];
  readonly box: SecretBox;
  now(): Date;
}

export interface CscAccount {
  readonly credentialId: string;
  readonly oauthUrl: string;
  readonly redirectUri: string;
  readonly asynchronous: boolean;
  readonly multisign: number;
  /** The service offers `credentials/extendTransaction`; not known of accounts that were linked before it was asked. */
  readonly extends?: boolean;
  /** What the person types for each authorisation; null where that is done on the provider's page. */
  readonly asks?: readonly SecretAsked[] | null;
}

export function random(): string {
  return randomBytes(32).toString('base64url');
}

export function cscProviderOf(
  provider: Extract<SigningProvider, { kind: 'csc' }>,
  redirectUri: string,
): CscProvider {
  return {
    baseUrl: provider.baseUrl,
    clientId: provider.clientId,
    redirectUri,
    ...(provider.clientSecret === undefined ? {} : { clientSecret: provider.clientSecret }),
  };
}

/** The way to a key at a service by its row; null where the service is no longer set up here. */
export async function remoteSignerOf(
  deps: RemoteDeps,
  schoolId: string,
  certificateId: string,
  training: boolean,
): Promise<RemoteSigner | null> {
  const row = await inSchool(deps.db, schoolId, (trx) =>
    trx
      .selectFrom('remote_account')
      .select(['provider', 'account'])
      .where('school_id', '=', schoolId)
      .where('certificate_id', '=', certificateId)
      .executeTakeFirst(),
  );
  const provider = deps.providers.find(({ id }) => id === row?.provider);
  if (!row || provider === undefined || provider.training !== training) return null;
  const account = row.account as unknown as Record<string, string>;
  const person = { userId: account.userId ?? '' };
  if (provider.kind === 'smartca')
    return new SmartCaSigner(provider, { ...person, serialNumber: account.serialNumber ?? '' }, () =>
      deps.now(),
    );
  if (provider.kind === 'mysign')
    return new MySignSigner(provider, { ...person, credentialId: account.credentialId ?? '' }, () =>
      deps.now(),
    );
  const csc = row.account as unknown as CscAccount;
  const service = cscProviderOf(provider, csc.redirectUri);
  return new CscSigner(nodeCrypto, {
    provider: service,
    oauthUrl: csc.oauthUrl,
    credentialId: csc.credentialId,
    batchLimit: Math.min(provider.batchLimit, csc.multisign),
    asynchronous: csc.asynchronous,
    extends: csc.extends ?? false,
    box: {
      seal: (secret) => deps.box.seal(`left/${certificateId}`, secret),
      open: (sealed) => deps.box.open(`left/${certificateId}`, sealed),
    },
    asks: csc.asks ?? null,
    accessToken: () =>
      accessTokenOf(deps, { schoolId, certificateId }, (token) =>
        refreshAccess(service, csc.oauthUrl, token),
      ),
    random,
    now: () => deps.now(),
  });
}
