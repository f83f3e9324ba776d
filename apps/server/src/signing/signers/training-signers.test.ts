import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isTrainingCertificate,
  parseCertificate,
  personalIdOf,
  taxCodeOf,
  validatePath,
} from '@hocba/signature';
import { issueTrainingPerson, makeTrainingPki, nodeCrypto } from '@hocba/signature/node';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inSchool } from '../../store/database.ts';
import { freshDatabase, type TestDatabase } from '../../store/testing/cluster.ts';
import { makeSmallSchool } from '../testing/small-school.ts';
import { type HeldSigner, registerCertificate } from './signers.ts';
import { trainingPkiFolder } from './training-pki.ts';
import { trainingSigners } from './training-signers.ts';

const now = () => new Date('2026-05-28T01:00:00Z');
let database: TestDatabase;
let dataDir: string;
beforeEach(async () => {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'hocba-signers-'));
});
afterEach(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});
const issuerOf = ({ signer }: HeldSigner) => parseCertificate(signer.chain[1] ?? new Uint8Array());
const source = () => trainingSigners({ db: database.db, dataDir, now });

describe('a training school', () => {
  test('gets a signer for each person once, both algorithms in turn, and one for its seal', async () => {
    const school = await makeSmallSchool(database.db, { pupils: 0 });
    const people = [school.homeroom, school.music, school.principal];
    const signers = source();
    const held = await Promise.all(
      [...people, ...people].map(({ staffId }) => signers.signerOf({ schoolId: school.schoolId, staffId })),
    );
    expect(new Set(held.map((h) => h.certificateId)).size).toBe(3);
    expect(
      held
        .slice(0, 3)
        .map((h) => h.signer.algorithm)
        .sort(),
    ).toEqual(['ecdsa-p256-sha256', 'ecdsa-p256-sha256', 'rsa-pkcs1-sha256']);
    const seal = await signers.signerOf({ schoolId: school.schoolId, staffId: null });
    expect(taxCodeOf(seal.certificate)).toBe('0300000007');
    expect(personalIdOf(held[0]?.certificate as never)).toMatch(/^0790/);
    for (const { certificate, signer } of [...held, seal]) {
      expect(isTrainingCertificate(certificate)).toBe(true);
      expect(signer.chain).toHaveLength(2);
    }
    const folder = join(trainingPkiFolder(dataDir), 'signers');
    for (const file of await readdir(folder))
      expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    const again = await source().signerOf({ schoolId: school.schoolId, staffId: people[0]?.staffId ?? null });
    expect(again.certificateId).toBe(held[0]?.certificateId);
    const [root] = await source().roots();
    if (!root) throw new Error('no root');
    const path = await validatePath(nodeCrypto, again.certificate, [issuerOf(again)], [root], now());
    expect(path).toMatchObject({ valid: true });
  });

  test('without its key file a new certificate is made; the old one stays in the register', async () => {
    const school = await makeSmallSchool(database.db, { pupils: 0 });
    const holder = { schoolId: school.schoolId, staffId: school.music.staffId };
    const first = await source().signerOf(holder);
    await rm(join(trainingPkiFolder(dataDir), 'signers'), { recursive: true });
    const second = await source().signerOf(holder);
    expect(second.certificateId).not.toBe(first.certificateId);
    const rows = await database.asOwner<{ n: string }>('select count(*) as n from signing_certificate');
    expect(rows[0]?.n).toBe('2');
  });
});

describe('training and real do not mix', () => {
  test('a real school gets no training certificate and no training PKI', async () => {
    const school = await makeSmallSchool(database.db, { pupils: 0, training: false });
    const holder = { schoolId: school.schoolId, staffId: school.music.staffId };
    await expect(source().signerOf(holder)).rejects.toMatchObject({ code: 'certificate-unusable' });
    await expect(stat(trainingPkiFolder(dataDir))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await source().roots()).toEqual([]);
  });

  test('the register of a real school refuses a training certificate', async () => {
    const school = await makeSmallSchool(database.db, { pupils: 0, training: false });
    const pki = await makeTrainingPki({ organisation: 'Mẫu', now: now() });
    const person = {
      fullName: 'Phạm Văn Đàn',
      personalId: '079080000002',
      schoolName: 'Mẫu',
      key: 'p256' as const,
    };
    const leaf = await issueTrainingPerson(pki, person, now());
    const holder = { schoolId: school.schoolId, staffId: school.music.staffId };
    const entry = {
      certificateId: '6f1f6f0e-5a57-4c0e-9d1c-0a8a3b0a7f10',
      chain: leaf.chain,
      kind: 'training' as const,
      keyReference: 'signers/6f1f6f0e-5a57-4c0e-9d1c-0a8a3b0a7f10.key',
      algorithm: 'ecdsa-p256-sha256',
      now: now(),
    };
    await expect(
      inSchool(database.db, school.schoolId, (trx) => registerCertificate(trx, holder, entry)),
    ).rejects.toMatchObject({ code: 'certificate-unusable' });
  });

  test.each(['../../status.key', 'signers/../issuing.key', '/etc/passwd', ''])(
    'a key reference that leaves the folder is refused: %s',
    async (reference) => {
      const school = await makeSmallSchool(database.db, { pupils: 0 });
      const holder = { schoolId: school.schoolId, staffId: school.music.staffId };
      await source().signerOf(holder);
      await database.asOwner(
        `set session_replication_role = replica; update signing_certificate set key_reference = '${reference}'`,
      );
      await expect(source().signerOf(holder)).rejects.toMatchObject({ code: 'certificate-unusable' });
    },
  );

  test('a certificate in the register cannot be changed by the application', async () => {
    const school = await makeSmallSchool(database.db, { pupils: 0 });
    await source().signerOf({ schoolId: school.schoolId, staffId: null });
    await expect(
      inSchool(database.db, school.schoolId, (trx) =>
        sql`update signing_certificate set not_after = now()`.execute(trx),
      ),
    ).rejects.toMatchObject({ code: '42501' });
  });
});
