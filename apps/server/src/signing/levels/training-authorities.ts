import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { certificateFromPem, parseCertificate } from '@hocba/signature';
import {
  type IssuedLeaf,
  issueTrainingResponder,
  issueTrainingTsa,
  type RegisterEntry,
  TRAINING_HOST,
  TRAINING_RESPONDER,
  TRAINING_ROOT_LIST,
  type TrainingPki,
  trainingResponder,
  trainingTsa,
  writeTrainingCrl,
} from '@hocba/signature/node';
import { z } from 'zod';
import { writeDurably } from '../../store/durable-file.ts';
import { openTrainingPki, trainingPkiFolder } from '../signers/training-pki.ts';
import type { CallAuthority } from './authority-call.ts';

/** Training authorities of this process, behind HTTP on loopback at a port of their own. */
export interface TrainingAuthorities {
  /** RFC 3161 address. */
  readonly tsa: string;
  /** Leads the training certificates' addresses to this door; every other address is refused. */
  lead(call: CallAuthority): CallAuthority;
  stop(): Promise<void>;
}

export interface TrainingAuthoritiesDeps {
  readonly dataDir: string;
  now(): Date;
  /** What the register says of a certificate, by hexadecimal serial; good unless said. */
  readonly register?: ReadonlyMap<string, RegisterEntry>;
}

/** Where training certificates are asked about that name no place themselves. */
export const TRAINING_PLACES = { ocsp: [TRAINING_RESPONDER], crls: [TRAINING_ROOT_LIST] } as const;

const DAY = 86_400_000;
/** Within the ten years of their CA. */
const DAYS = 1_826;
const MAKE_ANEW_WITHIN = 366 * DAY;
const MOST_BYTES = 16_384;

/**
 * Opens the door: a time-stamping authority, an OCSP responder and the root's list, all of the training PKI. What they
 * say carries the training policy and is refused wherever real trust is asked for.
 */
export async function openTrainingAuthorities(deps: TrainingAuthoritiesDeps): Promise<TrainingAuthorities> {
  const pki = await openTrainingPki(deps.dataDir, deps.now());
  const { tsa, responder } = await keptAuthorities(deps, pki);
  const now = () => deps.now();
  const stamp = trainingTsa({ ...tsa, now });
  const respond = trainingResponder({
    ...responder,
    issuer: certificateFromPem(pki.issuing.certificatePem).der,
    statusOf: (serial) => deps.register?.get(serial) ?? 'good',
    now,
  });
  const list = (): Uint8Array => {
    const thisUpdate = new Date(Math.floor(now().getTime() / 1000) * 1000);
    const nextUpdate = new Date(thisUpdate.getTime() + 30 * DAY);
    const number = Math.floor(thisUpdate.getTime() / 1000) & 0x7fff_ffff;
    return writeTrainingCrl(pki.root, { thisUpdate, nextUpdate, number, entries: [] });
  };
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // The date is the authorities' own clock, which is the one that certificates and tokens go by.
    response.sendDate = false;
    const say = (type: string, body: Uint8Array): void => {
      response.writeHead(200, {
        'content-type': type,
        date: now().toUTCString(),
        'x-training': 'no-legal-value',
      });
      response.end(body);
    };
    const place = `${request.method} ${request.url}`;
    if (place === 'POST /tsa') say('application/timestamp-reply', stamp(await bodyOf(request)));
    else if (place === 'POST /ocsp') say('application/ocsp-response', respond(await bodyOf(request)));
    else if (place === 'GET /goc.crl') say('application/pkix-crl', list());
    else response.writeHead(404).end();
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve());
  });
  server.unref();
  const door = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    tsa: `http://${TRAINING_HOST}/tsa`,
    lead: (call) => (asked) => {
      const url = new URL(asked.place);
      if (url.host !== TRAINING_HOST) return call(asked);
      url.host = door;
      return call({ ...asked, place: url.href });
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MOST_BYTES) throw new RangeError('too large a request');
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

type Service = Pick<IssuedLeaf, 'privateKeyPem' | 'chain'>;
const Kept = z.strictObject({ privateKeyPem: z.string(), chain: z.array(z.base64()).min(1) });
const File = z.strictObject({ tsa: Kept, responder: Kept });

/** Keys and certificates of the two, in one file that only its owner may read; made anew a year before they end. */
async function keptAuthorities(
  { dataDir, now }: TrainingAuthoritiesDeps,
  pki: TrainingPki,
): Promise<{ tsa: Service; responder: Service }> {
  const place = join(trainingPkiFolder(dataDir), 'authorities.json');
  const there = await readKept(place);
  const until = now().getTime() + MAKE_ANEW_WITHIN;
  if (there !== null && [there.tsa, there.responder].every((service) => endOf(service) > until)) return there;
  const service = { organisation: 'Học bạ số', now: now(), days: DAYS };
  const made = {
    tsa: await issueTrainingTsa(pki, service),
    responder: await issueTrainingResponder(pki, service),
  };
  const kept = ({ privateKeyPem, chain }: Service) => ({
    privateKeyPem,
    chain: chain.map((der) => Buffer.from(der).toString('base64')),
  });
  const text = JSON.stringify({ tsa: kept(made.tsa), responder: kept(made.responder) });
  await writeDurably(place, Buffer.from(text), 0o600);
  return made;
}

async function readKept(place: string): Promise<{ tsa: Service; responder: Service } | null> {
  let text: string;
  try {
    text = await readFile(place, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const read = File.parse(JSON.parse(text));
  const service = ({ privateKeyPem, chain }: z.output<typeof Kept>): Service => ({
    privateKeyPem,
    chain: chain.map((der) => new Uint8Array(Buffer.from(der, 'base64'))),
  });
  return { tsa: service(read.tsa), responder: service(read.responder) };
}

const endOf = ({ chain }: Service): number =>
  parseCertificate(chain[0] ?? new Uint8Array()).notAfter.getTime();
