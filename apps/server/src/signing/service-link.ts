import { randomUUID } from 'node:crypto';
import { parseCertificate } from '@hocba/signature';
import {
  authorizeUrl,
  CscClient,
  CscError,
  CscSigner,
  exchangeCode,
  mySignCredentials,
  nodeCrypto,
  SignerUnavailable,
  smartCaCertificates,
} from '@hocba/signature/node';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type {
  linkService as linkRoute,
  registerRemote as remoteRoute,
  serviceReturn as returnRoute,
} from '../http/api/signers.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import type { SecretBox } from '../store/sealed-secret.ts';
import type { Batch } from './items.ts';
import { pauseIn } from './items.ts';
import { enqueueSigning } from './jobs.ts';
import { holderOf, register, type SignersDeps } from './my-signers.ts';
import { settle } from './order-work.ts';
import { closeOrder, orderById } from './orders.ts';
import type { PortionDeps } from './portion.ts';
import type { SigningProvider } from './providers.ts';
import { type CscAccount, type CscTokens, cscProviderOf, random } from './remote-accounts.ts';
import { belongsTo, holderFacts } from './signers.ts';

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
  if (credential.authMode !== 'oauth2code') {
    throw new Refusal('certificate-unusable', [
      'Khoá này cần mã xác nhận nhập tay, cách đó chưa được hỗ trợ ở đây.',
    ]);
  }
  const account: CscAccount = {
    credentialId: credential.credentialId,
    oauthUrl: link.oauthUrl,
    redirectUri: link.redirectUri,
    asynchronous: info.asynchronous,
    multisign: credential.multisign,
  };
  const tokens: CscTokens = {
    accessToken: token.accessToken,
    refreshToken: token.refreshToken,
    expiresAt: deps.now().getTime() + token.expiresInS * 1000,
  };
  await register(
    deps,
    holder,
    { kind: 'csc', chain: withoutRoot(credential.certificates), keyReference: `csc:${provider.id}` },
    async (trx, certificateId) => {
      await trx
        .insertInto('remote_account')
        .values({
          school_id: actor.schoolId,
          certificate_id: certificateId,
          provider: provider.id,
          account: JSON.stringify(account),
          sealed: deps.box.seal(certificateId, JSON.stringify(tokens)),
          changed_at: deps.now(),
        })
        .execute();
    },
  );
  return { batchId: null };
}

function withoutRoot(chain: readonly Uint8Array[]): readonly Uint8Array[] {
  return chain.filter((der, n) => {
    const { subject, issuer } = parseCertificate(der);
    return n === 0 || subject.text !== issuer.text;
  });
}

/** A batch's order that the person has authorised, or refused, at the provider's page. */
async function orderReturn(
  deps: ServiceDeps,
  actor: Actor,
  input: z.output<typeof returnRoute.body>,
): Promise<z.input<typeof returnRoute.response>> {
  const { schoolId } = actor;
  const found = await inSchool(deps.db, schoolId, async (trx) => {
    const row = await trx
      .selectFrom('signing_order as o')
      .innerJoin('signing_batch as b', (join) =>
        join.onRef('b.school_id', '=', 'o.school_id').onRef('b.batch_id', '=', 'o.batch_id'),
      )
      .select(['o.order_id', 'b.batch_id', 'b.role'])
      .where('o.school_id', '=', schoolId)
      .where('o.state', '=', 'open')
      .where('o.confirm_at', '=', 'page')
      .where('o.expires_at', '>', deps.now())
      .where('b.requested_by', '=', actor.staffId)
      .where((eb) => eb(eb.ref('o.handle', '->>').key('state' as never), '=', input.state as never))
      .executeTakeFirst();
    const order = row ? await orderById(trx, schoolId, row.order_id) : null;
    return (
      row &&
      order && {
        order,
        batch: { schoolId, batchId: row.batch_id, role: row.role, staffId: actor.staffId } satisfies Batch,
      }
    );
  });
  if (!found) throw new Refusal('not-found');
  const { order, batch } = found;
  const { code } = input;
  if (code === undefined) {
    await inSchool(deps.db, schoolId, async (trx) => {
      await closeOrder(
        trx,
        schoolId,
        order.orderId,
        { state: 'ended', with: 'refused-by-signer' },
        deps.now(),
      );
      await pauseIn(trx, batch, 'refused-by-signer');
    });
    return { batchId: batch.batchId };
  }
  const staffId = batch.role === 'schoolSeal' ? null : batch.staffId;
  const held = await deps.signers.signerOf({ schoolId, staffId });
  const remote = held.away?.kind === 'service' ? held.away.remote : null;
  if (!(remote instanceof CscSigner) || held.certificateId !== order.certificateId)
    throw new Refusal('order-closed');
  await settle(deps.work, batch, order.orderId, (signingOrder) =>
    remote.authorised(signingOrder, order.handle, code),
  );
  await inSchool(deps.db, schoolId, (trx) => enqueueSigning(trx, batch));
  return { batchId: batch.batchId };
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
