import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseVkey } from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { ALGORITHM_POLICY } from '@hocba/signature';
import type { IssuedLeaf } from '@hocba/signature/node';
import { makeRealPki } from '@hocba/signature/testing';
import { BUNDLE_FILE, BUNDLE_KEY_FILE, signBundle } from '@hocba/verify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askApproval } from '../../access/approval/ask.ts';
import { decideApproval } from '../../access/approval/decide.ts';
import { freezeClass } from '../../signing/freeze/freeze.ts';
import { sealKeyKind } from '../../signing/signers/seal-key.ts';
import { registerCertificate, registeredCertificate } from '../../signing/signers/signers.ts';
import { makeSmallSchool, type SmallSchool } from '../../signing/testing/small-school.ts';
import { inSchool } from '../../store/database.ts';
import { freshDatabase, type TestDatabase } from '../../store/testing/cluster.ts';
import { checkClass } from './check.ts';

// The small school issues on 30/05/2026; the certificates of the test's PKI last 1,095 days.
const now = () => new Date('2026-05-28T01:00:00Z');
const lasting = makeRealPki(new Date('2026-01-01T00:00:00Z'));
const ending = makeRealPki(new Date('2023-05-30T00:00:00Z'));
const later = makeRealPki(new Date('2026-06-10T00:00:00Z'));

let database: TestDatabase;
let school: SmallSchool;
let dataDir: string;
async function open(training: boolean): Promise<void> {
  database = await freshDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'hocba-signers-'));
  school = await makeSmallSchool(database.db, { training });
}
afterEach(async () => {
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

const deps = () => ({ db: database.db, now, dataDir, log: () => {} });
const freeze = () => freezeClass(deps(), school.homeroom, school.classId);
const warnings = async () =>
  (await checkClass(deps(), school.homeroom, { classId: school.classId })).classProblems;
/** What the freeze says to everybody, without doubles. */
async function reasons(): Promise<string[]> {
  const { frozen, leftOut } = await freeze();
  expect([frozen.length, leftOut.length]).toEqual([0, 3]);
  return [...new Set(leftOut.flatMap((one) => one.reasons))];
}

const NUMBERS = { homeroom: 1, music: 2, principal: 3 } as const;
type Person = keyof typeof NUMBERS;
const leafOf = (pki: typeof lasting, who: Person): IssuedLeaf =>
  pki.person('Người Ký', `07908000000${NUMBERS[who]}`);
const sealOf = (pki: typeof lasting): IssuedLeaf => pki.seal('Trường Tiểu học Mẫu', '0300000007');

async function register(staffId: string | null, leaf: IssuedLeaf): Promise<string> {
  const certificateId = randomUUID();
  await inSchool(database.db, school.schoolId, (trx) =>
    registerCertificate(
      trx,
      { schoolId: school.schoolId, staffId },
      {
        certificateId,
        chain: leaf.chain,
        keyReference: '',
        kind: 'agent',
        algorithm: 'ecdsa-p256-sha256',
        now: now(),
      },
    ),
  );
  return certificateId;
}

/** The clerk asks for a registered seal, the principal agrees. */
async function putInForce(certificateId: string, at = now): Promise<void> {
  await (await askFor(certificateId, at))();
}
/** @returns what the principal's agreement does */
async function askFor(certificateId: string, at = now) {
  const approving = { ...deps(), now: at, kinds: { 'seal-key': sealKeyKind({ now: at }) } };
  const { requestId, digest } = await askApproval(approving, school.clerk, {
    act: { kind: 'seal-key', certificateId },
    reason: 'Con dấu mới',
    evidence: '',
  });
  return () => decideApproval(approving, school.principal, requestId, { approve: true, digest, note: '' });
}

describe('a school in earnest', () => {
  beforeEach(() => open(false));
  const registerPeople = async (but?: Person) => {
    for (const who of ['homeroom', 'music', 'principal'] as const)
      if (who !== but) await register(school[who].staffId, leafOf(lasting, who));
  };

  test('freezes nothing while who must sign has no certificate, and says who and for what', async () => {
    expect(await reasons()).toEqual([
      expect.stringMatching(/^Giáo viên Lê Thị Bích Ngọc \(.*Toán.*\) chưa đăng ký chứng thư/),
      expect.stringMatching(/^Giáo viên Phạm Văn Đàn \(.*\) chưa đăng ký chứng thư/),
      expect.stringMatching(/^Giáo viên chủ nhiệm Lê Thị Bích Ngọc chưa đăng ký chứng thư/),
      expect.stringMatching(/^Hiệu trưởng Đỗ Thị Ánh chưa đăng ký chứng thư/),
      expect.stringMatching(/^Con dấu của Trường Tiểu học Mẫu chưa đăng ký chứng thư/),
    ]);
    const check = await checkClass(deps(), school.homeroom, { classId: school.classId });
    expect([check.ready, check.blocked]).toEqual([0, 3]);
  });

  test('freezes when everybody can sign; of the seal it says that nobody can tell here', async () => {
    await registerPeople();
    const seal = await register(null, sealOf(lasting));
    // One person has registered it; nothing is sealed with it before another one has agreed.
    expect(await reasons()).toEqual([expect.stringMatching(/^Con dấu .* chờ người thứ hai .* duyệt/)]);
    await putInForce(seal);
    await expect(putInForce(seal)).rejects.toMatchObject({ code: 'not-found' });
    expect(await warnings()).toMatchObject([{ severity: 'warning', code: 'seal-not-approved' }]);
    expect((await freeze()).frozen).toHaveLength(3);
    // When a seal ends, the one that it took the place of does not come back by itself.
    await putInForce(await register(null, sealOf(ending)), () => new Date('2026-05-28T02:00:00Z'));
    const holder = { schoolId: school.schoolId, staffId: null };
    const after = new Date('2026-06-01T00:00:00Z');
    const used = await inSchool(database.db, school.schoolId, (trx) =>
      registeredCertificate(trx, holder, after),
    );
    expect(used).toBeNull();
    // Of two that are agreed to at once the second stands on what is no longer so.
    const two = [await register(null, sealOf(lasting)), await register(null, sealOf(lasting))];
    const agree = await Promise.all(two.map((one) => askFor(one, () => new Date('2026-05-28T03:00:00Z'))));
    const done = await Promise.allSettled(agree.map((one) => one()));
    expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test.each([
    ['ends before the planned day of issue', ending, 'hết hạn trước khi ký xong'],
    ['begins after it', later, 'chưa có hiệu lực'],
  ])('freezes nothing with a certificate that %s', async (_what, pki, sentence) => {
    await registerPeople('music');
    await putInForce(await register(null, sealOf(lasting)));
    await register(school.music.staffId, leafOf(pki, 'music'));
    expect(await reasons()).toEqual([
      expect.stringMatching(new RegExp(`^Giáo viên Phạm Văn Đàn .*${sentence}`)),
    ]);
    // A further certificate that holds mends it.
    await register(school.music.staffId, leafOf(lasting, 'music'));
    expect((await freeze()).frozen).toHaveLength(3);
  });

  test('freezes nothing with a certificate of somebody else', async () => {
    await registerPeople('music');
    await putInForce(await register(null, sealOf(lasting)));
    await register(school.music.staffId, leafOf(lasting, 'principal'));
    expect(await reasons()).toEqual([expect.stringContaining('chứng thư của người hoặc tổ chức khác')]);
  });

  test('believes the bundle of the level above about the seal', async () => {
    await registerPeople();
    const seal = sealOf(lasting);
    await putInForce(await register(null, seal));
    await layDown(seal);
    expect(await warnings()).toEqual([]);
    // What was believed goes on while something else lies there.
    await writeFile(join(dataDir, 'trust', 'hocba.trust'), 'không phải');
    expect(await warnings()).toEqual([]);
    await layDown(sealOf(lasting));
    expect(await reasons()).toEqual([expect.stringContaining('chưa được cấp trên phê duyệt')]);
    await layDown(seal, 'another key');
    expect(await warnings()).toMatchObject([{ severity: 'warning', code: 'seal-not-approved' }]);
  });
});

describe('a school in training', () => {
  beforeEach(() => open(true));

  test('needs no certificate before: who has none gets one when signing', async () => {
    expect(await warnings()).toEqual([]);
    expect((await freeze()).frozen).toHaveLength(3);
  });

  test('names a principal without a title', async () => {
    const { schoolId, principal } = school;
    await inSchool(database.db, schoolId, (trx) =>
      trx.updateTable('staff').set({ title: '' }).where('staff_id', '=', principal.staffId).execute(),
    );
    expect(await reasons()).toEqual([expect.stringContaining('chưa có chức vụ')]);
  });
});

/** A bundle of the level above that registers this seal, with the key that it must be signed by. */
async function layDown(seal: IssuedLeaf, key?: string): Promise<void> {
  const signer = ed25519Signer('tinh.example/trust', generateLogKey());
  const other = ed25519Signer('tinh.example/trust', generateLogKey());
  const bundle = await signBundle(nodeSha256, nodeEd25519, signer, {
    asOf: now().getTime() / 1000,
    roots: [lasting.root.der],
    authorityRoots: [lasting.root.der],
    algorithms: ALGORITHM_POLICY,
    policy: {
      logs: [{ key: parseVkey(nodeSha256, ed25519Signer('tinh.example/log', generateLogKey()).vkey) }],
      witnesses: [],
      groups: [],
      quorum: 'none',
    },
    statusKeys: [],
    statusMaxAge: 86_400,
    schools: [
      {
        code: school.code,
        name: 'Trường Tiểu học Mẫu',
        successor: null,
        logs: [],
        seals: [
          {
            certificate: Buffer.from(nodeSha256(seal.chain[0] ?? new Uint8Array())).toString('hex'),
            from: 1_700_000_000,
            until: null,
          },
        ],
      },
    ],
    suspicions: [],
    claimKeys: [],
  });
  await mkdir(join(dataDir, 'trust'), { recursive: true });
  await writeFile(join(dataDir, 'trust', BUNDLE_FILE), bundle);
  await writeFile(join(dataDir, 'trust', BUNDLE_KEY_FILE), `${(key === undefined ? signer : other).vkey}\n`);
}
