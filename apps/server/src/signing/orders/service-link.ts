import { randomUUID } from 'node:crypto';
import { parseCertificate } from '@hocba/signature';
import {
  authorizeUrl,
  CscClient,
  type CscCredential,
  CscError,
  exchangeCode,
  mySignCredentials,
  nodeCrypto,
  type SecretAsked,
  SignerUnavailable,
  smartCaCertificates,
} from '@hocba/signature/node';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type {
  linkService as linkRoute,
  registerRemote as remoteRoute,
  serviceReturn as returnRoute,
} from '../../http/api/signers.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { SecretBox } from '../../store/sealed-secret.ts';
import type { PauseCode } from '../items/items.ts';
import { enqueueSigning } from '../items/jobs.ts';
import type { PortionDeps } from '../portion/portion-deps.ts';
import { holderOf, register, type SignersDeps } from '../signers/my-signers.ts';
import type { SigningProvider } from '../signers/providers.ts';
import { type CscAccount, cscProviderOf, random } from '../signers/remote-accounts.ts';
import { sealTokens, tokensOf } from '../signers/service-tokens.ts';
import { belongsTo, type Holder, holderFacts, registeredCertificate } from '../signers/signers.ts';
import { orderReturn } from './order-confirm.ts';

export interface ServiceDeps extends SignersDeps {
  readonly box: SecretBox;
  /** What a batch is worked on with: an authorised order is settled at once. */
  readonly work: PortionDeps;
}

/** Where the provider sends the person's browser back to. */
export const RETURN_PATH = '/ky/tro-ve';
const LINK_MS = 10 * 60_000;

interface Link {
  readonly accountId: string;
  readonly holder: 'person' | 'seal';
  readonly providerId: string;
  readonly oauthUrl: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  readonly until: number;
}

/** Visits to providers' pages that are under way; after a restart the person clicks once more. */
const links = new Map<string, Link>();

/** A provider of this installation for schools of this kind. @throws Refusal `not-found` */
async function providerFor(deps: SignersDeps, actor: Actor, id: string): Promise<SigningProvider> {
  const facts = await holderFacts(deps.db, { schoolId: actor.schoolId, staffId: null });
  const provider = deps.providers.find((one) => one.id === id && one.training === facts.training);
  if (provider === undefined) throw new Refusal('not-found');
  return provider;
}

/** A service that did not answer, or said no, in the words of the one table. */
async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SignerUnavailable || error instanceof CscError) throw new Refusal('signing-service');
    throw error;
  }
}

export async function linkService(
  deps: ServiceDeps,
  actor: Actor,
  input: z.output<typeof linkRoute.body>,
  baseUrl: string,
): Promise<z.input<typeof linkRoute.response>> {
  holderOf(actor, input.holder);
  const provider = await providerFor(deps, actor, input.providerId);
  if (provider.kind !== 'csc') throw new Refusal('not-found');
  const redirectUri = `${baseUrl}${RETURN_PATH}`;
  const csc = cscProviderOf(provider, redirectUri);
  const info = await answered(() => new CscClient(csc).info());
  const oauthUrl = provider.oauthUrl ?? info.oauth2 ?? provider.baseUrl;
  const [state, codeVerifier] = [random(), random()];
  const now = deps.now().getTime();
  for (const [key, { until }] of links) if (until < now) links.delete(key);
  links.set(state, {
    accountId: actor.accountId,
    holder: input.holder,
    providerId: provider.id,
    oauthUrl,
    redirectUri,
    codeVerifier,
    until: now + LINK_MS,
  });
  return { url: authorizeUrl(nodeCrypto, csc, oauthUrl, { state, codeVerifier }, { scope: 'service' }) };
}

/**
 * Takes up where the provider's page left off: `state` says what it was about, and only who began it can end it.
 * @throws Refusal `not-found` for a visit that nobody of this account began, `signing-service`
 */
export async function serviceReturn(
  deps: ServiceDeps,
  actor: Actor,
  input: z.output<typeof returnRoute.body>,
): Promise<z.input<typeof returnRoute.response>> {
  const link = links.get(input.state);
  if (link === undefined) return orderReturn(deps, actor, input);
  if (link.accountId !== actor.accountId || link.until < deps.now().getTime()) throw new Refusal('not-found');
  links.delete(input.state);
  if (input.code === undefined)
    throw new Refusal('signing-service', ['Thầy/cô chưa đồng ý ở trang của dịch vụ ký.']);
  const { code } = input;
  const provider = await providerFor(deps, actor, link.providerId);
  if (provider.kind !== 'csc') throw new Refusal('not-found');
  const csc = cscProviderOf(provider, link.redirectUri);
  const client = new CscClient(csc);
  const { token, info, credentials } = await answered(async () => {
    const token = await exchangeCode(csc, link.oauthUrl, code, link.codeVerifier);
    return { token, info: await client.info(), credentials: await client.list(token.accessToken) };
  });
  const holder = holderOf(actor, link.holder);
  const facts = await holderFacts(deps.db, holder);
  const credential = credentials.find(
    ({ certificates: [leaf], keyEnabled }) =>
      leaf !== undefined && keyEnabled && belongsTo(parseCertificate(leaf), facts),
  );
  if (credential === undefined) throw new Refusal('signing-service');
  const account: CscAccount = {
    credentialId: credential.credentialId,
    oauthUrl: link.oauthUrl,
    redirectUri: link.redirectUri,
    asynchronous: info.asynchronous,
    multisign: credential.multisign,
    extends: info.methods.includes('credentials/extendTransaction'),
    asks: asksFor(credential),
  };
  const tokens = tokensOf(token, deps.now());
  const chain = withoutRoot(credential.certificates);
  const accountOf = (certificateId: string) => ({
    account: JSON.stringify(account),
    sealed: sealTokens(deps.box, certificateId, tokens),
    changed_at: deps.now(),
  });
  const keyReference = `csc:${provider.id}`;
  const known = await inUse(deps, holder, keyReference, chain);
  if (known === null)
    await register(deps, holder, { kind: 'csc', chain, keyReference }, async (trx, certificateId) => {
      const row = { school_id: actor.schoolId, certificate_id: certificateId, provider: provider.id };
      await trx
        .insertInto('remote_account')
        .values({ ...row, ...accountOf(certificateId) })
        .execute();
    });
  else
    await inSchool(deps.db, actor.schoolId, (trx) =>
      trx
        .updateTable('remote_account')
        .set(accountOf(known))
        .where('school_id', '=', actor.schoolId)
        .where('certificate_id', '=', known)
        .execute(),
    );
  return { batchId: await goOnLinked(deps, actor, link.holder) };
}

/**
 * The row of the register where the holder signs with this very key already: linked anew it stays, so that an order that
 * waits at the service is still the order of its certificate.
 */
async function inUse(
  deps: SignersDeps,
  holder: Holder,
  keyReference: string,
  [leaf]: readonly Uint8Array[],
): Promise<string | null> {
  const current = await inSchool(deps.db, holder.schoolId, (trx) =>
    registeredCertificate(trx, holder, deps.now()),
  );
  const [known] = current?.chain ?? [];
  const same = leaf !== undefined && known !== undefined && Buffer.from(known).equals(Buffer.from(leaf));
  return same && current?.keyReference === keyReference ? current.certificateId : null;
}

/** Batches of the actor that waited for the account go on. @returns one of them, for the person to see */
async function goOnLinked(
  deps: SignersDeps,
  { schoolId, staffId }: Actor,
  holder: 'person' | 'seal',
): Promise<string | null> {
  return inSchool(deps.db, schoolId, async (trx) => {
    const waited = await trx
      .updateTable('signing_batch')
      .set({ paused: null })
      .where('school_id', '=', schoolId)
      .where('requested_by', '=', staffId)
      .where('role', holder === 'seal' ? '=' : '!=', 'schoolSeal')
      .where('paused', '=', UNLINKED)
      .where('finished_at', 'is', null)
      .returning('batch_id')
      .execute();
    for (const { batch_id: batchId } of waited) await enqueueSigning(trx, { schoolId, batchId });
    return waited[0]?.batch_id ?? null;
  });
}

const UNLINKED: PauseCode = 'unlinked';

/**
 * What the person types at each authorisation; null where it is done on the provider's page.
 * @throws Refusal `certificate-unusable` for a key that wants more than something typed
 */
function asksFor({ authMode, authObjects }: CscCredential): readonly SecretAsked[] | null {
  if (authMode === 'oauth2code') return null;
  const typed = authObjects.every(({ type }) => type === '' || type === 'Password');
  if (authMode === 'explicit' && typed && authObjects.length > 0)
    return authObjects.map(({ id, label }) => ({ id, label }));
  throw new Refusal('certificate-unusable', ['Khoá này cần cách xác nhận chưa được hỗ trợ ở đây.']);
}

function withoutRoot(chain: readonly Uint8Array[]): readonly Uint8Array[] {
  return chain.filter((der, n) => {
    const { subject, issuer } = parseCertificate(der);
    return n === 0 || subject.text !== issuer.text;
  });
}

/** A person's key at VNPT SmartCA or Viettel MySign, found by the number that the person is registered under there. */
export async function registerRemote(
  deps: ServiceDeps,
  actor: Actor,
  input: z.output<typeof remoteRoute.body>,
) {
  const holder = holderOf(actor, input.holder);
  const provider = await providerFor(deps, actor, input.providerId);
  const facts = await holderFacts(deps.db, holder);
  if (provider.kind === 'csc') throw new Refusal('not-found');
  const keys = await answered(() => keysAt(provider, input.userId));
  const key = keys.find(
    ({ chain: [leaf] }) => leaf !== undefined && belongsTo(parseCertificate(leaf), facts),
  );
  if (key === undefined) throw new Refusal('signing-service');
  return register(
    deps,
    holder,
    { kind: provider.kind, chain: withoutRoot(key.chain), keyReference: `${provider.kind}:${provider.id}` },
    async (trx, certificateId) => {
      await trx
        .insertInto('remote_account')
        .values({
          school_id: actor.schoolId,
          certificate_id: certificateId,
          provider: provider.id,
          account: JSON.stringify({ userId: input.userId, ...key.account }),
          sealed: null,
          changed_at: deps.now(),
        })
        .execute();
    },
  );
}

async function keysAt(
  provider: Exclude<SigningProvider, { kind: 'csc' }>,
  userId: string,
): Promise<readonly { chain: readonly Uint8Array[]; account: Record<string, string> }[]> {
  if (provider.kind === 'smartca') {
    const found = await smartCaCertificates(provider, userId, randomUUID());
    return found.map(({ chain, serialNumber }) => ({ chain, account: { serialNumber } }));
  }
  const found = await mySignCredentials(provider, userId);
  return found.map(({ chain, credentialId }) => ({ chain, account: { credentialId } }));
}
