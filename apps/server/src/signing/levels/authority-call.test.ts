import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorityCaller } from './authority-call.ts';

/** Whoever makes a certificate chooses its addresses: they lead nowhere inside (server-side request forgery). */
let asked = 0;
const inside = createServer((request, response) => {
  asked += 1;
  if (request.url === '/moved') response.writeHead(302, { location: '/there' }).end();
  else if (request.url === '/long') response.end(Buffer.alloc(2000));
  else response.end('inside');
});
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => inside.listen(0, '::', () => resolve()));
  port = (inside.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => inside.close(resolve)));

const call = (place: string, privateHosts: readonly string[] = []) =>
  authorityCaller(new Set(privateHosts))({ place, accept: 'application/ocsp-response', atMost: 1000 });

describe('an address that a certificate names', () => {
  test.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::7f00:1]',
    'localhost',
  ])('%s of this machine is refused and not asked', async (host) => {
    const before = asked;
    await expect(call(`http://${host}:${port}/ocsp`)).rejects.toMatchObject({ code: 'address-refused' });
    expect(asked).toBe(before);
  });

  test.each([
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.254',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[fe80::1]',
    '[ff02::1]',
    '[::ffff:10.0.0.1]',
  ])('%s of a closed network is refused', async (host) => {
    await expect(call(`http://${host}/ocsp`)).rejects.toMatchObject({ code: 'address-refused' });
  });

  test('a host that the operator names may be there; another one beside it may not', async () => {
    const answer = await call(`http://127.0.0.1:${port}/ocsp`, ['127.0.0.1']);
    expect(new TextDecoder().decode(answer.body)).toBe('inside');
    await expect(call(`http://127.0.0.2:${port}/ocsp`, ['127.0.0.1'])).rejects.toMatchObject({
      code: 'address-refused',
    });
  });

  test('no redirect is followed, nothing longer than asked is read, and nobody at home is unreachable', async () => {
    const open = ['127.0.0.1'];
    const before = asked;
    await expect(call(`http://127.0.0.1:${port}/moved`, open)).rejects.toMatchObject({ code: 'bad-answer' });
    expect(asked).toBe(before + 1);
    await expect(call(`http://127.0.0.1:${port}/long`, open)).rejects.toMatchObject({ code: 'bad-answer' });
    await expect(call('http://127.0.0.1:1/ocsp', open)).rejects.toMatchObject({ code: 'unreachable' });
  });
});
