/*
 * The VGCA Sign Service's `SignMsg` as observed (unconfirmed), as a process of its own on the loopback, for training and
 * tests: `node scripts/fakes/vgca.ts --pki … --people people.json [--phone refuse] [--tls CA.pem [--tls-name NAME]]`. One
 * message a connection. With `--tls` it speaks TLS as the service does, below a CA of its own whose certificate it writes there.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { issueTlsServer, makeLocalCa } from '@hocba/signature/node';
import { signHash } from './play.ts';
import { issueKeys, type Keyholder } from './training-keys.ts';

const { values } = parseArgs({
  options: {
    pki: { type: 'string' },
    people: { type: 'string' },
    phone: { type: 'string', default: 'confirm' },
    tls: { type: 'string' },
    'tls-name': { type: 'string', default: '127.0.0.1' },
  },
});
const people = JSON.parse(readFileSync(values.people ?? '', 'utf8')) as Keyholder[];
const [key] = await issueKeys(values.pki ?? '', people);

function answerTo(text: string): object {
  const { HashAlg, HashValue } = JSON.parse(text) as Record<string, string>;
  const hash = Buffer.from(HashValue ?? '', 'base64');
  if (key === undefined || HashAlg !== 'SHA256' || hash.length !== 32)
    return { Status: 1, Message: 'Dữ liệu sai' };
  if (values.phone === 'refuse') return { Status: 2, Message: 'Người dùng từ chối' };
  return {
    Status: 0,
    Message: '',
    Signature: signHash(key, hash).toString('base64'),
    CertBase64: Buffer.from(key.leaf.chain[0] ?? []).toString('base64'),
  };
}

/** One masked text frame of a client (RFC 6455 §5.2), shorter than 64 kB. Null until it is whole. */
function textIn(frame: Buffer): string | null {
  if (frame.length < 6) return null;
  const short = (frame[1] ?? 0) & 127;
  const at = short === 126 ? 4 : 2;
  const length = short === 126 ? frame.readUInt16BE(2) : short;
  if (frame.length < at + 4 + length) return null;
  const mask = frame.subarray(at, at + 4);
  const text = frame.subarray(at + 4, at + 4 + length).map((octet, i) => octet ^ (mask[i % 4] ?? 0));
  return Buffer.from(text).toString('utf8');
}

function frameOf(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = payload.length < 126 ? Buffer.from([0x81, payload.length]) : Buffer.from([0x81, 126, 0, 0]);
  if (payload.length >= 126) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

async function tlsOf(caFile: string, name: string): Promise<{ key: string; cert: string }> {
  const now = new Date();
  const ca = await makeLocalCa({ organisation: 'Dịch vụ ký mẫu', now });
  writeFileSync(caFile, ca.certificatePem);
  const { privateKeyPem: key, certificatePem: cert } = await issueTlsServer(ca, { names: [name], now });
  return { key, cert };
}

const { tls } = values;
const server = tls === undefined ? createServer() : createTlsServer(await tlsOf(tls, values['tls-name']));
server.on('request', (_, response) => response.writeHead(404).end());
server.on('upgrade', (request, socket) => {
  if (request.url !== '/SignMsg') return socket.destroy();
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  let read = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    read = Buffer.concat([read, chunk]);
    if (((read[0] ?? 0) & 15) === 8) return socket.end();
    const text = textIn(read);
    if (text === null) return;
    read = Buffer.alloc(0);
    socket.write(frameOf(JSON.stringify(answerTo(text))));
  });
});
server.listen(0, '127.0.0.1', () => {
  const scheme = tls === undefined ? 'ws' : 'wss';
  process.stdout.write(`${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
