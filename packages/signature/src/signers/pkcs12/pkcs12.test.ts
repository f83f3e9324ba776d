import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeCrypto } from '../../crypto/node-crypto.node.ts';
import { encodePem } from '../../pem.ts';
import {
  type IssuedLeaf,
  issueTrainingPerson,
  makeTrainingPki,
  type TrainingPki,
} from '../../pki/training.node.ts';
import { openPkcs12, Pkcs12Error } from './open.node.ts';
import { decryptRc2 } from './rc2.ts';

const NOW = new Date('2026-05-01T00:00:00Z');
const PASSWORD = 'Mật khẩu 35';
let folder: string;
let pki: TrainingPki;
let leaves: Readonly<Record<'p256' | 'rsa-2048', IssuedLeaf>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hocba-p12-'));
  pki = await makeTrainingPki({ organisation: 'Mẫu', now: NOW });
  const person = { fullName: 'Nguyễn Thị Mẫu', personalId: '079080000001', schoolName: 'Trường Mẫu' };
  leaves = {
    p256: await issueTrainingPerson(pki, { ...person, key: 'p256' }, NOW),
    'rsa-2048': await issueTrainingPerson(pki, { ...person, key: 'rsa-2048' }, NOW),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A key file written by OpenSSL. */
function keyFile(kind: 'p256' | 'rsa-2048', extra: readonly string[], password = PASSWORD): Uint8Array {
  const place = (name: string): string => join(folder, name);
  writeFileSync(place('key.pem'), leaves[kind].privateKeyPem);
  writeFileSync(place('leaf.pem'), leaves[kind].certificatePem);
  // Root before issuing CA: the order in the file is not the chain's.
  writeFileSync(place('cas.pem'), pki.root.certificatePem + pki.issuing.certificatePem);
  execFileSync(
    'openssl',
    [
      'pkcs12',
      '-export',
      '-inkey',
      place('key.pem'),
      '-in',
      place('leaf.pem'),
      '-certfile',
      place('cas.pem'),
      '-passout',
      'env:P12',
      '-out',
      place('out.p12'),
      ...extra,
    ],
    { env: { ...process.env, P12: password }, stdio: 'pipe' },
  );
  return new Uint8Array(readFileSync(place('out.p12')));
}

const KINDS = [
  ['AES-256 with PBKDF2', []],
  ['RC2-40 and 3DES', ['-legacy']],
  ['3DES for both', ['-legacy', '-certpbe', 'PBE-SHA1-3DES']],
  ['RC2-128 for both', ['-legacy', '-certpbe', 'PBE-SHA1-RC2-128', '-keypbe', 'PBE-SHA1-RC2-128']],
  ['no encryption of the certificates', ['-certpbe', 'NONE']],
] as const;

describe.each(['p256', 'rsa-2048'] as const)('%s', (kind) => {
  test.each(KINDS)('%s: opens, in the order of the chain, and signs', async (_, extra) => {
    const [entry, ...more] = await openPkcs12(keyFile(kind, extra), PASSWORD);
    expect(more).toEqual([]);
    expect(entry?.signer.chain).toEqual(leaves[kind].chain);
    const message = new TextEncoder().encode('thông điệp');
    const [value = new Uint8Array()] = (await entry?.signer.sign([message])) ?? [];
    const { signer, certificate } = entry ?? {};
    expect(
      nodeCrypto.verify(signer?.algorithm ?? 'rsa-pkcs1-sha256', certificate?.spki ?? value, value, message),
    ).toBe(true);
  });

  test.each(KINDS)('%s: a wrong password is one, and says nothing else', async (_, extra) => {
    const file = keyFile(kind, extra);
    for (const wrong of ['', 'Mật khẩu 36', `${PASSWORD} `]) {
      await expect(openPkcs12(file, wrong)).rejects.toMatchObject({ code: 'wrong-password' });
    }
  });
});

test('a file without a MAC still needs its password', async () => {
  const file = keyFile('p256', ['-nomac']);
  expect(await openPkcs12(file, PASSWORD)).toHaveLength(1);
  await expect(openPkcs12(file, 'khác')).rejects.toBeInstanceOf(Pkcs12Error);
});

test('a certificate without its key signs nothing', async () => {
  const place = join(folder, 'only.p12');
  writeFileSync(join(folder, 'leaf.pem'), leaves.p256.certificatePem);
  execFileSync(
    'openssl',
    ['pkcs12', '-export', '-nokeys', '-in', join(folder, 'leaf.pem'), '-passout', 'pass:a', '-out', place],
    { stdio: 'pipe' },
  );
  await expect(openPkcs12(new Uint8Array(readFileSync(place)), 'a')).rejects.toMatchObject({
    code: 'no-signing-key',
  });
});

test('what is no key file, or breaks off, or is changed anywhere, is refused', async () => {
  const file = keyFile('p256', []);
  await expect(
    openPkcs12(new TextEncoder().encode(encodePem('CERTIFICATE', file)), PASSWORD),
  ).rejects.toBeInstanceOf(Pkcs12Error);
  for (const length of [0, 1, 30, file.length - 1])
    await expect(openPkcs12(file.slice(0, length), PASSWORD)).rejects.toBeInstanceOf(Pkcs12Error);
  for (let at = 40; at < file.length - 120; at += 97) {
    const changed = file.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(openPkcs12(changed, PASSWORD), `byte ${at}`).rejects.toBeInstanceOf(Pkcs12Error);
  }
});

test.each([
  ['0000000000000000', 63, 'ebb773f993278eff', '0000000000000000'],
  ['ffffffffffffffff', 64, '278b27e42e2f0d49', 'ffffffffffffffff'],
  ['3000000000000000', 64, '30649edf9be7d2c2', '1000000000000001'],
  ['88', 64, '61a8a244adacccf0', '0000000000000000'],
  ['88bca90e90875a', 64, '6ccf4308974c267f', '0000000000000000'],
  ['88bca90e90875a7f0f79c384627bafb2', 64, '1a807d272bbe5db1', '0000000000000000'],
  ['88bca90e90875a7f0f79c384627bafb2', 128, '2269552ab0f85ca6', '0000000000000000'],
])('RC2, RFC 2268 §5: key %s, %i bits', (key, bits, cipher, plain) => {
  const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
  expect(decryptRc2(hex(key), bits, new Uint8Array(8), hex(cipher))).toEqual(hex(plain));
});
