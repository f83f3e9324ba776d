import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { auditLog } from '@hocba/ledger';
import { fileStorage, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { invented } from '../testing/invented-leaves.ts';
import { run, type ServedLog, serveLog, signer } from '../testing/served-log.ts';
import { command } from './mirror.ts';

const folder = mkdtempSync(join(tmpdir(), 'hocba-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

let world: ServedLog;
let server: Server;
let other: Server;
/** What was asked of the server that the log is not at. */
let strayed: string[];
let asked: IncomingMessage[];
/** Answers in the log's place; false where the log itself answers. */
let hostile: (path: string, response: ServerResponse) => boolean;

const listen = (of: Server) => new Promise<void>((done) => of.listen(0, '127.0.0.1', done));
const addressOf = (of: Server) => `http://127.0.0.1:${(of.address() as AddressInfo).port}`;
const stop = (of: Server) =>
  new Promise<void>((done) => {
    of.closeAllConnections();
    of.close(() => done());
  });

beforeEach(async () => {
  world = await serveLog(folder);
  await world.log.append(0, invented(0, 700));
  [strayed, asked, hostile] = [[], [], () => false];
  server = createServer((request, response) => {
    asked.push(request);
    const path = (request.url ?? '').slice(1);
    if (hostile(path, response)) return;
    const found = world.files.get(path);
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  other = createServer((request, response) => {
    strayed.push(request.url ?? '');
    response.writeHead(200).end(world.files.get((request.url ?? '').slice(1)));
  });
  await Promise.all([listen(server), listen(other)]);
});
afterEach(async () => {
  await Promise.all([stop(server), stop(other), world.served.stop()]);
});

const mirror = () => run(command, [addressOf(server), world.dir, '--log', signer.vkey]);
async function expectWhole(): Promise<void> {
  const storage = fileStorage(world.dir);
  const log = { sha256: nodeSha256, ed25519: nodeEd25519, vkey: signer.vkey, storage };
  expect(await auditLog(log)).toMatchObject({ ok: true, size: 700 });
}

test.each([301, 302, 303, 307, 308])(
  'is sent nowhere else (%i), though what is there is right',
  async (status) => {
    hostile = (path, response) => {
      if (path !== 'tile/0/001') return false;
      response.writeHead(status, { location: `${addressOf(other)}/${path}` }).end();
      return true;
    };
    expect(await mirror()).toMatchObject({ status: 69, err: expect.stringContaining('tile/0/001') });
    expect(strayed).toEqual([]);
  },
);

test('takes what is packed, and asks for nothing else than gzip or plain', async () => {
  hostile = (path, response) => {
    const found = world.files.get(path);
    if (found === undefined) return false;
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(found));
    return true;
  };
  expect(await mirror()).toMatchObject({ status: 0 });
  expect(new Set(asked.map(({ headers }) => headers['accept-encoding']))).toEqual(
    new Set(['gzip, identity']),
  );
  await expectWhole();
});

/** A gigabyte as it unpacks, made of parts of which each unpacks to a megabyte. */
const BOMB = Buffer.concat(Array<Buffer>(1024).fill(gzipSync(new Uint8Array(1 << 20))));

test.each(['checkpoint', 'tile/0/000', 'tile/1/000.p/2', 'tile/entries/001'])(
  'reads no more of %s than it may be long, packed or not',
  async (victim) => {
    hostile = (path, response) => {
      if (path !== victim) return false;
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(BOMB);
      return true;
    };
    expect(await mirror()).toMatchObject({ status: 1, err: expect.stringContaining('remote-invalid') });
    hostile = (path, response) => {
      if (path !== victim) return false;
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) {
          // As long as it is taken.
        }
      };
      response.on('drain', more);
      more();
      return true;
    };
    expect(await mirror()).toMatchObject({ status: 1, err: expect.stringContaining('remote-invalid') });
    hostile = () => false;
    expect(await mirror()).toMatchObject({ status: 0 });
    await expectWhole();
  },
);

test.each<[string, (response: ServerResponse, right: Uint8Array) => void]>([
  ['no content', (response) => response.writeHead(204).end()],
  ['a part', (response, right) => response.writeHead(206).end(right.subarray(0, 32))],
  ['nothing of it', (response) => response.writeHead(200).end()],
  ['a page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
  ['the next tile', (response) => response.writeHead(200).end(world.files.get('tile/0/001'))],
  [
    'one leaf twice',
    (response, right) =>
      response.writeHead(200).end(Buffer.concat([right.subarray(0, 8160), right.subarray(0, 32)])),
  ],
])('keeps nothing of %s in the place of a tile', async (_, answer) => {
  hostile = (path, response) => {
    if (path !== 'tile/0/000') return false;
    answer(response, world.files.get(path) ?? expect.fail());
    return true;
  };
  expect(await mirror()).toMatchObject({ status: 1, err: expect.stringContaining('tile/0/000') });
  expect(readdirSync(world.dir)).not.toContain('checkpoint');
  hostile = () => false;
  expect(await mirror()).toMatchObject({ status: 0 });
  await expectWhole();
});

test('by a partial tile and a full one that do not agree: what the signed tree says is kept', async () => {
  const partial = world.files.get('tile/0/002.p/188') ?? expect.fail();
  const wrong = Buffer.concat([partial, Buffer.alloc(8192 - partial.length, 9)]);
  // Beside the right partial one a wrong full one is not looked at.
  world.files.set('tile/0/002', wrong);
  expect(await mirror()).toMatchObject({ status: 0 });
  await expectWhole();
  // In its place the beginning is taken, if it is the signed one's.
  rmSync(world.dir, { recursive: true });
  world.files.delete('tile/0/002.p/188');
  expect(await mirror()).toMatchObject({ status: 0 });
  await expectWhole();
  expect(readFileSync(join(world.dir, 'tile/0/002.p/188'))).toEqual(Buffer.from(partial));
  rmSync(world.dir, { recursive: true });
  wrong[40] = (wrong[40] ?? 0) ^ 1;
  expect(await mirror()).toMatchObject({ status: 1, err: expect.stringContaining('remote-invalid') });
});

test('a server that says “not found” at length is not listened to', async () => {
  hostile = (path, response) => {
    if (path !== 'closed') return false;
    response.writeHead(404);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536))) {
        // As long as it is taken.
      }
    };
    response.on('drain', more);
    more();
    return true;
  };
  expect(await mirror()).toMatchObject({ status: 0 });
});
