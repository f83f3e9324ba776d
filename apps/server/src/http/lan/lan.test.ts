import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lanNames } from './addresses.ts';
import { openLanTls } from './tls.ts';

const card = (address: string, internal = false, family: 'IPv4' | 'IPv6' = 'IPv4') =>
  ({ address, internal, family, netmask: '', mac: '', cidr: null }) as never;

describe('names of this machine on its network', () => {
  test('are private addresses, the .local name, loopback last', () => {
    const found = lanNames(
      {
        lo: [card('127.0.0.1', true)],
        eth0: [card('169.254.3.4'), card('fe80::1', false, 'IPv6'), card('192.168.1.5')],
        wan: [card('203.0.113.9')],
        docker: [card('172.17.0.1'), card('172.32.0.1')],
      },
      'Truong-PC.school.example',
    );
    expect(found).toEqual([
      '192.168.1.5',
      '172.17.0.1',
      '169.254.3.4',
      'truong-pc.local',
      'localhost',
      '127.0.0.1',
    ]);
  });
  test.each(['', 'localhost', 'tên máy', '-x'])('a machine called %j has no .local name', (name) => {
    expect(lanNames({}, name)).toEqual(['localhost', '127.0.0.1']);
  });
});

describe('the certificate for the LAN', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hocba-lan-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const names = ['192.168.1.5', 'truong.local', 'localhost', '127.0.0.1'];
  const open = (over: { names?: string[]; now?: Date } = {}) =>
    openLanTls(folder, { organisation: 'Trường Mẫu', names, now: new Date('2026-05-20T02:00:00Z'), ...over });

  test('is kept; another address or an end in sight makes a new one under the same CA', async () => {
    const first = await open();
    expect(await open()).toEqual(first);
    const moved = await open({ names: ['192.168.1.6', ...names.slice(1)] });
    expect(moved.cert).not.toBe(first.cert);
    expect(moved.caFingerprint).toBe(first.caFingerprint);
    const later = await open({
      names: ['192.168.1.6', ...names.slice(1)],
      now: new Date('2027-06-10T02:00:00Z'),
    });
    expect(later.cert).not.toBe(moved.cert);
    expect(later.caPem).toBe(first.caPem);
    expect(first.caFingerprint).toMatch(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  });

  test('lies in files that only their owner reads, and no key is in what is sent', async () => {
    const tls = await open();
    for (const name of ['ca.pem', 'server.pem']) {
      const place = join(folder, 'keys', 'tls', name);
      expect((await stat(place)).mode & 0o777).toBe(0o600);
      expect(await readFile(place, 'utf8')).toContain('PRIVATE KEY');
    }
    expect((await stat(join(folder, 'keys', 'tls'))).mode & 0o777).toBe(0o700);
    expect(tls.cert + tls.caPem).not.toContain('PRIVATE KEY');
  });

  test('a torn file is made anew', async () => {
    await writeFile(join(folder, 'keys', 'tls', 'server.pem'), '-----BEGIN PRIVATE KEY-----\nMIG');
    expect((await open()).cert).toContain('BEGIN CERTIFICATE');
  });
});
