import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyFileOf, openSchoolAtTheEdge, type SchoolAtTheEdge } from '../testing/school-at-the-edge.ts';
import { keyFileAt, keyReferenceOf } from './key-files.ts';

let house: SchoolAtTheEdge;
beforeAll(async () => {
  house = await openSchoolAtTheEdge(1);
});
afterAll(() => house.close());

const MODULE = JSON.stringify(new URL('key-files.ts', import.meta.url).href);

/** A server that is killed when the key lies there and its certificate is not registered. */
function killedBetween(folder: 'pkcs12' | 'signers', keyReference: string): void {
  const code = `
    const { keepKey } = await import(${MODULE});
    const [dataDir, schoolId, folder, keyReference] = process.argv.slice(1);
    await keepKey(dataDir, { schoolId, staffId: null }, { folder, keyReference, bytes: new Uint8Array(8) });
    process.kill(process.pid, 'SIGKILL');`;
  const told = [house.dataDir, house.school.schoolId, folder, keyReference];
  const ran = spawnSync(process.execPath, ['--input-type=module', '-e', code, ...told], { encoding: 'utf8' });
  expect(ran).toMatchObject({ stderr: '', signal: 'SIGKILL' });
}

test('a start removes the key that a kill kept from being registered, and no other', async () => {
  const secret = 'Mật khẩu tệp khoá';
  const file = await keyFileOf(house, house.school.music, secret);
  const body = { holder: 'person', file, password: secret };
  const answer = await house.call<{ certificate: { certificateId: string } }>(
    'POST',
    '/api/signers/key-file',
    body,
  );
  const kept = keyReferenceOf('pkcs12', answer.body.certificate.certificateId);
  const keptAt = keyFileAt(house.dataDir, 'pkcs12', kept);
  // Registered by one whose mark the kill left.
  killedBetween('pkcs12', kept);
  const lost = (['pkcs12', 'signers'] as const).map((folder) => {
    const keyReference = keyReferenceOf(folder, randomUUID());
    killedBetween(folder, keyReference);
    return keyFileAt(house.dataDir, folder, keyReference);
  });
  expect([keptAt, ...lost].map((place) => existsSync(place))).toEqual([true, true, true]);
  await house.restart();
  expect([keptAt, ...lost].map((place) => existsSync(place))).toEqual([true, false, false]);
  expect(readdirSync(`${house.dataDir}/keys/pkcs12`)).toEqual([kept.replace('pkcs12/', '')]);
  expect(house.lines.filter((line) => line.includes('tệp khoá'))).toHaveLength(2);
  // What was removed is said once.
  await house.restart();
  expect(house.lines.filter((line) => line.includes('tệp khoá'))).toHaveLength(2);
});

test('a reference leads to a key of its own folder and nowhere else', () => {
  const id = randomUUID();
  for (const [folder, reference] of [
    ['pkcs12', `pkcs12/../../${id}.p12`],
    ['pkcs12', `signers/${id}.key`],
    ['signers', `signers/${id}.p12`],
    ['pkcs12', `pkcs12/${id}.p12/..`],
  ] as const)
    expect(() => keyFileAt(house.dataDir, folder, reference)).toThrow('certificate-unusable');
});
