import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '../../apps/server/src/http/testing/world.ts';
import { openTrainingPki } from '../../apps/server/src/signing/signers/training-pki.ts';
import type { SchoolAtTheEdge } from '../../apps/server/src/signing/testing/school-at-the-edge.ts';
import { startFake } from '../conformance/signers/service-process.ts';
import type { Keyholder } from './training-keys.ts';

export type Service = 'csc' | 'smartca' | 'mysign';
export type Fake = Awaited<ReturnType<typeof startFake>>;

/** Starts the service with this person's key, sets it up at the server and connects the person through the edge. */
export async function connect(
  house: SchoolAtTheEdge,
  kind: Service,
  who: { readonly key: Keyholder; readonly call: Client },
  ...how: string[]
): Promise<Fake> {
  await openTrainingPki(house.dataDir, new Date());
  const people = join(house.dataDir, 'people.json');
  await writeFile(people, JSON.stringify([who.key]));
  const pki = join(house.dataDir, 'keys', 'training-pki');
  const common = ['--pki', pki, '--people', people, '--latency', '5', '--phone-ms', '20'];
  const fake = await startFake(kind, [...common, ...how]);
  const contract = {
    csc: { clientId: 'hocba' },
    smartca: { spId: 'tap-huan', spPassword: 'tap-huan' },
    mysign: { clientId: 'tap-huan', clientSecret: 'tap-huan', profileId: 'x' },
  }[kind];
  const baseUrl = fake.url;
  const provider = { id: 'ky', kind, name: 'Dịch vụ', training: true, baseUrl, batchLimit: 50, ...contract };
  await house.restart({
    down: () => writeFile(join(house.dataDir, 'signing-providers.json'), JSON.stringify([provider])),
  });
  const body = { holder: who.key.kind, providerId: 'ky' };
  const answer =
    kind === 'csc'
      ? await who.call('POST', '/api/signers/return', await agreeAt(await linkUrl(who.call, body), who.key))
      : await who.call('POST', '/api/signers/remote', { ...body, userId: who.key.number });
  if (answer.status !== 200) throw new Error(answer.text);
  return fake;
}

async function linkUrl(call: Client, body: unknown): Promise<string> {
  return (await call<{ url: string }>('POST', '/api/signers/link', body)).body.url;
}

/** The provider's page as a person uses it: choose who one is, agree, come back. */
export async function agreeAt(
  url: string,
  { user }: Pick<Keyholder, 'user'>,
): Promise<{ readonly state: string; readonly code: string }> {
  const page = await (await fetch(url)).text();
  const decided = await fetch(new URL('/oauth2/decide', url), {
    method: 'POST',
    redirect: 'manual',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      visit: /name="visit" value="([^"]+)"/.exec(page)?.[1] ?? '',
      user,
      decision: 'yes',
    }).toString(),
  });
  const back = new URL(decided.headers.get('location') ?? 'about:blank').searchParams;
  return { state: back.get('state') ?? '', code: back.get('code') ?? '' };
}

/** The person's account at the service, linked once more. @returns the batch that goes on, or null */
export async function linkAgain(call: Client, who: Keyholder): Promise<string | null> {
  const visit = await agreeAt(await linkUrl(call, { holder: who.kind, providerId: 'ky' }), who);
  const answer = await call<{ batchId: string | null }>('POST', '/api/signers/return', visit);
  if (answer.status !== 200) throw new Error(answer.text);
  return answer.body.batchId;
}

/** The service takes the next refresh token and gives another, and its answer does not arrive; `none` takes that back. */
export async function loseRefresh(url: string, how: 'cut' | 'held' | 'none'): Promise<void> {
  await fetch(`${url}/played/lose-refresh`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ how }),
  });
}

/** The person confirms what the service asks on the phone (`--phone wait`). */
export async function confirmOnPhone(url: string): Promise<void> {
  await fetch(`${url}/played/confirm`, { method: 'POST' });
}

export interface Played {
  readonly authorisations: number;
  readonly extensions: number;
  readonly signatures: number;
  readonly lostRefreshes: number;
}

/** What the CSC service counted. */
export async function playedAt({ url }: { readonly url: string }): Promise<Played> {
  return (await fetch(`${url}/played/counts`, { method: 'POST' })).json() as Promise<Played>;
}
