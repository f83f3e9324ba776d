import { parseVkey } from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { renew } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkIssuer } from './signatures/issuer.ts';
import { makeWorld, sampleDocument } from './testing/issued.ts';
import {
  certificateOf,
  DATED_AT,
  fingerprint,
  LOGGED_AT,
  makeRealWorld,
  REAL_NOW,
  type RealWorld,
  realDocument,
  STATUS_AT,
  type TrustChange,
} from './testing/real-world.ts';
import type { TrustBundle, TrustedSchool } from './trust/bundle.ts';
import type { FileVerdict } from './verdict/file-verdict.ts';
import { EXIT_CODE } from './verdict/verdict.ts';
import { verifyFile } from './verify-file.ts';

const OTHER = realDocument({ uuid: '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f5a6' });
let world: RealWorld;
beforeAll(async () => {
  world = await makeRealWorld({ docs: [realDocument(), OTHER] });
});

interface Asked {
  readonly xml?: Uint8Array;
  /** Null: stripped. */
  readonly proof?: Uint8Array | null;
  readonly now?: Date;
  readonly trust?: TrustChange;
}
async function judged(asked: Asked = {}, of: RealWorld = world): Promise<FileVerdict> {
  const [record] = of.records;
  if (record === undefined) throw new Error('no record');
  const { xml = record.xml, proof = record.proof, now = REAL_NOW } = asked;
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => now };
  const file = { name: 'a.xml', bytes: xml, ...(proof === null ? {} : { proof }) };
  return verifyFile(file, await of.trust(asked.trust), ports);
}
const codeOf = (found: FileVerdict, name: string): string => {
  const fragment = found.fragments.find((one) => one.name === name);
  return `${fragment?.state}:${fragment?.code}`;
};
const school =
  (change: (school: TrustedSchool) => Partial<TrustedSchool>) =>
  (bundle: TrustBundle): TrustBundle => ({
    ...bundle,
    schools: bundle.schools.map((one) => ({ ...one, ...change(one) })),
  });
const HOUR = 3_600;

describe('a record issued in earnest', () => {
  test('is genuine and in force, with every check green but the witnesses that nobody asks for', async () => {
    const found = await judged();
    expect([found.verdict, found.sentence, EXIT_CODE[found.verdict]]).toEqual([
      'genuine',
      'Thật, còn hiệu lực',
      0,
    ]);
    expect(found.fragments.filter(({ state }) => state !== 'valid').map(({ name }) => name)).toEqual([
      'witness',
    ]);
    expect([codeOf(found, 'time'), codeOf(found, 'certificates')]).toEqual([
      'valid:proven-for-long',
      'valid:valid-when-signed',
    ]);
  });

  test('replaced and recalled are genuine and say so', async () => {
    const replaced = await judged({ trust: { entries: [{ index: 0, state: 'replaced', by: 1 }] } });
    expect([replaced.sentence, EXIT_CODE[replaced.verdict]]).toEqual(['Thật, đã được thay thế', 2]);
    const recalled = await judged({
      trust: { entries: [{ index: 0, state: 'recalled', by: 1, reason: 'data-entry-error' }] },
    });
    expect([recalled.sentence, EXIT_CODE[recalled.verdict]]).toEqual(['Thật, đã thu hồi', 2]);
  });

  test('with one level changed is not genuine', async () => {
    const text = new TextDecoder().decode(world.records[0]?.xml);
    const changed = text.replace('<MUC_DAT_DUOC>T<', '<MUC_DAT_DUOC>H<');
    expect(changed).not.toBe(text);
    const found = await judged({ xml: new TextEncoder().encode(changed) });
    expect([found.sentence, EXIT_CODE[found.verdict]]).toEqual(['Không thật', 1]);
  });
});

describe('issuance', () => {
  test('a stripped proof: never issued', async () => {
    const found = await judged({ proof: null });
    expect(found.sentence).toBe('Không thật (chưa từng phát hành)');
    expect(codeOf(found, 'issuance')).toBe('invalid:never-issued');
  });
  test('no proof, sealed before the school began to log: not to be told', async () => {
    const logs = [{ origin: world.origin, from: LOGGED_AT + 30 * 86_400 }];
    const found = await judged({ proof: null, trust: { bundle: school(() => ({ logs })) } });
    expect([found.verdict, codeOf(found, 'issuance')]).toEqual(['not-fully-checked', 'not-checked:no-proof']);
  });
  test('in a log that is trusted, but not this school’s', async () => {
    const logs = [{ origin: 'hocba.example/00000002/2025-2026', from: LOGGED_AT - 86_400 }];
    const found = await judged({ trust: { bundle: school(() => ({ logs })) } });
    expect([found.verdict, codeOf(found, 'issuance')]).toEqual(['not-genuine', 'invalid:wrong-log']);
  });
  test('in the log of the school that keeps its records on', async () => {
    const bundle = (from: TrustBundle): TrustBundle => {
      const [old] = from.schools;
      if (old === undefined) throw new Error('no school');
      const kept = { ...old, code: '00000002' };
      return { ...from, schools: [{ ...old, successor: '00000002', logs: [], seals: [] }, kept] };
    };
    expect((await judged({ trust: { bundle } })).verdict).toBe('genuine');
  });
  test('two schools that name each other as successors are looked at once', async () => {
    const bundle = (from: TrustBundle): TrustBundle => {
      const [old] = from.schools;
      if (old === undefined) throw new Error('no school');
      const kept = { ...old, code: '00000002', successor: old.code };
      return { ...from, schools: [{ ...old, successor: '00000002' }, kept] };
    };
    expect((await judged({ trust: { bundle } })).verdict).toBe('genuine');
  });
  test('a witness that the policy asks for is missing', async () => {
    const key = parseVkey(nodeSha256, ed25519Signer('nhan-chung.example', generateLogKey(), 4).vkey);
    const bundle = (from: TrustBundle): TrustBundle => ({
      ...from,
      policy: { ...from.policy, witnesses: [{ name: 'w1', key }], quorum: 'w1' },
    });
    const found = await judged({ trust: { bundle } });
    expect([found.verdict, codeOf(found, 'witness')]).toEqual(['not-fully-checked', 'not-checked:missing']);
  });
  test.each([
    ['a month and a day later', new Date((STATUS_AT + 31 * 86_400) * 1000), 'status-too-old'],
    ['by a clock that is behind', new Date((STATUS_AT - 3 * 86_400) * 1000), 'clock-behind'],
  ])('a status looked at %s is not believed to be current', async (_, now, code) => {
    const found = await judged({ now });
    expect([found.verdict, codeOf(found, 'status')]).toEqual(['not-fully-checked', `not-checked:${code}`]);
  });
});

describe('the seal', () => {
  const seals = (change: (seal: TrustedSchool['seals'][number]) => TrustedSchool['seals']) =>
    school(({ seals: [seal] }) => ({ seals: seal === undefined ? [] : change(seal) }));
  test.each<[string, TrustChange['bundle'], string, string]>([
    ['never registered', seals(() => []), 'not-genuine', 'invalid:seal-not-registered'],
    [
      'registered a day later',
      seals((seal) => [{ ...seal, from: LOGGED_AT + 86_400 }]),
      'not-genuine',
      'invalid:seal-not-registered-then',
    ],
    [
      'given back before',
      seals((seal) => [{ ...seal, until: LOGGED_AT }]),
      'not-genuine',
      'invalid:seal-not-registered-then',
    ],
    [
      'given back since, with a successor beside it',
      seals((seal) => [
        { ...seal, until: LOGGED_AT + 1 },
        { certificate: 'ab'.repeat(32), from: LOGGED_AT + 1, until: null },
      ]),
      'genuine',
      'valid:registered',
    ],
    [
      'not in a list that is older than the record',
      (bundle) => ({ ...seals(() => [])(bundle), asOf: LOGGED_AT - 1 }),
      'not-fully-checked',
      'not-checked:register-before-record',
    ],
    [
      'not in a list of that very second',
      (bundle) => ({ ...seals(() => [])(bundle), asOf: LOGGED_AT }),
      'not-genuine',
      'invalid:seal-not-registered',
    ],
    [
      'given back by an older list',
      (bundle) => ({
        ...seals((seal) => [{ ...seal, until: LOGGED_AT - HOUR }])(bundle),
        asOf: LOGGED_AT - 1,
      }),
      'not-genuine',
      'invalid:seal-not-registered-then',
    ],
    [
      'of a school that nobody registered',
      (bundle) => ({ ...bundle, schools: [] }),
      'not-fully-checked',
      'not-checked:school-unknown',
    ],
  ])('%s', async (_, bundle, verdict, code) => {
    const found = await judged({ trust: bundle === undefined ? {} : { bundle } });
    expect([found.verdict, codeOf(found, 'issuer')]).toEqual([verdict, code]);
  });
});

describe('a seal that an older list does not have, where no log and no authority dates it', () => {
  const asOf = LOGGED_AT;
  test.each<[string, number | null, number, string]>([
    ['sealed later by its own word', asOf + 1, asOf - HOUR, 'not-checked:register-before-record'],
    ['sealed earlier by its own word', asOf - 1, asOf - HOUR, 'invalid:seal-not-registered'],
    ['says nothing', null, asOf - HOUR, 'invalid:seal-not-registered'],
    ['says what is no time', Number.NaN, asOf - HOUR, 'invalid:seal-not-registered'],
    ['claims to be older than its certificate', asOf - 1, asOf + 1, 'not-checked:register-before-record'],
  ])('%s', async (_, claimed, madeAt, expected) => {
    const trust = await world.trust({ bundle: (from) => ({ ...school(() => ({ seals: [] }))(from), asOf }) });
    const certificate = { ...certificateOf(world.seal), notBefore: new Date(madeAt * 1000) };
    const slots = [{ finding: { certificate, chain: [certificate] } }];
    const of = { code: realDocument().school.code, training: false };
    const found = checkIssuer(nodeCrypto, of, slots, { time: null, claimed, leaf: null }, trust);
    expect(`${found.state}:${found.code}`).toBe(expected);
    const earlier = checkIssuer(nodeCrypto, of, slots, { time: asOf, claimed, leaf: null }, trust);
    expect(earlier.state).toBe('invalid');
  });
});

describe('a suspicion', () => {
  const suspect =
    (from: number, to: number | null, reattested: readonly number[] = [], certificate?: string) =>
    (bundle: TrustBundle): TrustBundle => ({
      ...bundle,
      suspicions: [
        {
          certificate: certificate ?? fingerprint(world.seal),
          from,
          to,
          decision: '12/QĐ-SGDĐT ngày 02/06/2026',
          reattested: reattested.map((index) => ({ origin: world.origin, index })),
        },
      ],
    });
  const issuing = () => fingerprint({ chain: world.seal.chain.slice(1) });
  const suspectRoot = (bundle: TrustBundle): TrustBundle =>
    suspect(LOGGED_AT - HOUR, null, [], fingerprint({ chain: bundle.roots }))(bundle);
  test.each<[string, () => TrustChange['bundle'], string]>([
    ['that begins later leaves it genuine', () => suspect(LOGGED_AT + 1, null), 'genuine'],
    ['that ended before leaves it genuine', () => suspect(1, LOGGED_AT), 'genuine'],
    ['that began before has it confirmed anew', () => suspect(LOGGED_AT, null), 'to-be-confirmed'],
    ['is lifted by what school and province logged', () => suspect(LOGGED_AT - HOUR, null, [0]), 'genuine'],
    ['is not lifted by another leaf', () => suspect(LOGGED_AT - HOUR, null, [1]), 'to-be-confirmed'],
    [
      'of the authority that issued the certificates',
      () => suspect(LOGGED_AT - HOUR, null, [], issuing()),
      'to-be-confirmed',
    ],
    ['of the root, which no record carries', () => suspectRoot, 'to-be-confirmed'],
    ['of somebody else', () => suspect(1, null, [], 'cd'.repeat(32)), 'genuine'],
  ])('%s', async (_, bundle, verdict) => {
    const change = bundle();
    const found = await judged({ trust: change === undefined ? {} : { bundle: change } });
    expect(found.verdict).toBe(verdict);
    if (verdict === 'to-be-confirmed') expect(found.sentence).toBe('Cần xác nhận lại');
  });
  test('keeps back neither that it was recalled', async () => {
    const entries = [{ index: 0, state: 'recalled', by: 1, reason: 'data-entry-error' }] as const;
    const found = await judged({ trust: { bundle: suspect(LOGGED_AT, null), entries } });
    expect(found.sentence).toBe('Cần xác nhận lại; bản này đã thu hồi');
  });
});

describe('a trust list past its day', () => {
  const until = (nextUpdate?: number) => ({
    bundle: (bundle: TrustBundle): TrustBundle => ({
      ...bundle,
      statusMaxAge: 20 * 366 * 86_400,
      ...(nextUpdate === undefined ? {} : { nextUpdate }),
    }),
  });
  const day = (text: string): number => Date.parse(`${text}T00:00:00Z`) / 1000;

  test.each([
    ['by its own day', day('2026-09-01'), '2026-08-31', 'genuine', 'registered'],
    ['past its own day', day('2026-09-01'), '2026-09-02', 'not-fully-checked', 'register-too-old'],
    ['that says none, within a year', undefined, '2027-05-30', 'genuine', 'registered'],
    ['that says none, after a year', undefined, '2027-06-02', 'not-fully-checked', 'register-too-old'],
  ] as const)('%s', async (_, nextUpdate, now, verdict, code) => {
    const found = await judged({ now: new Date(`${now}T00:00:00Z`), trust: until(nextUpdate) });
    expect([found.verdict, codeOf(found, 'issuer').split(':')[1]]).toEqual([verdict, code]);
    expect(found.trustAsOf).toBe(day('2026-05-31'));
  });

  test('keeps back neither that it was recalled nor that the seal was never registered', async () => {
    const now = new Date('2027-06-02T00:00:00Z');
    const entries = [{ index: 0, state: 'recalled', by: 1, reason: 'data-entry-error' }] as const;
    const recalled = await judged({ now, trust: { ...until(), entries } });
    expect(recalled.sentence).toContain('đã thu hồi');
    const unregistered = (bundle: TrustBundle): TrustBundle => ({
      ...bundle,
      schools: bundle.schools.map((school) => ({ ...school, seals: [] })),
    });
    expect((await judged({ now, trust: { bundle: unregistered } })).verdict).toBe('not-genuine');
  });
});

describe('time', () => {
  const at = (day: string): Date => new Date(`${day}T00:00:00Z`);
  const statusFor = (bundle: TrustBundle): TrustBundle => ({
    ...bundle,
    statusMaxAge: 20 * 366 * 86_400,
    nextUpdate: bundle.asOf + 20 * 366 * 86_400,
  });
  const trust = { bundle: statusFor };

  test('the authority ended and nothing was dated anew: not fully checkable; dated anew: genuine', async () => {
    const old = await makeRealWorld();
    expect((await judged({ now: at('2027-06-01'), trust }, old)).verdict).toBe('genuine');
    const late = await judged({ now: at('2031-06-01'), trust }, old);
    expect([late.verdict, codeOf(late, 'time')]).toEqual([
      'not-fully-checked',
      'not-checked:authority-expired',
    ]);
    old.pki.setNow(at('2029-12-01'));
    const [record] = old.records;
    const xml = await renew(
      nodeCrypto,
      record?.xml ?? new Uint8Array(),
      'ky-phat-hanh',
      old.pki.services(3_000),
    );
    // One proof survives: the leaf commits to values, not to what proves their time.
    expect((await judged({ xml, now: at('2031-06-01'), trust }, old)).verdict).toBe('genuine');
  });

  test('the seal carries the teachers’ answers only: the principal’s own timestamp ends with its authority', async () => {
    const teachers = (slots: readonly string[]) => slots.filter((slot) => slot !== 'cbql');
    const old = await makeRealWorld({ carried: teachers });
    expect((await judged({ now: at('2027-06-01'), trust }, old)).verdict).toBe('genuine');
    old.pki.setNow(at('2029-12-01'));
    const services = old.pki.services(3_000);
    const [record] = old.records;
    const seal = await renew(nodeCrypto, record?.xml ?? new Uint8Array(), 'ky-phat-hanh', services);
    const half = await judged({ xml: seal, now: at('2031-06-01'), trust }, old);
    expect([half.verdict, codeOf(half, 'time')]).toEqual([
      'not-fully-checked',
      'not-checked:authority-expired',
    ]);
    const both = await renew(nodeCrypto, seal, 'cbql', services);
    expect((await judged({ xml: both, now: at('2031-06-01'), trust }, old)).verdict).toBe('genuine');
  });

  test('a teacher who was revoked a year later had signed well; one revoked before had not', async () => {
    const doc = realDocument();
    const plan = { signer: doc.homeroomTeacher };
    expect((await judged({ now: at('2027-06-01'), trust })).verdict).toBe('genuine');
    world.pki.setNow(at('2027-05-30'));
    const teacher = certificateOf(world.leafOf(plan as Parameters<RealWorld['leafOf']>[0]));
    world.pki.revoke(teacher, { revokedAt: at('2027-05-30'), reason: 'keyCompromise' });
    expect((await judged({ now: at('2027-06-01'), trust })).verdict).toBe('genuine');
  });

  test.each([
    ['without timestamps', 'B', 'time', 'not-checked:no-timestamp'],
    ['where revocation is nobody’s word', 'T', 'certificates', 'not-checked:signer-status-unknown'],
  ] as const)(
    '%s a real record is never green, whoever registered its seal',
    async (_, level, name, code) => {
      const found = await judged({}, await makeRealWorld({ level }));
      expect([found.verdict, codeOf(found, name)]).toEqual(['not-fully-checked', code]);
    },
  );

  test('a clock that is hours behind what an authority has dated accuses nobody', async () => {
    const found = await judged({ now: new Date(DATED_AT.getTime() - 2 * 60 * 60_000) });
    expect([found.verdict, codeOf(found, 'time')]).toEqual(['not-fully-checked', 'not-checked:clock-behind']);
  });

  test('a signer’s time after the authority has seen the signature', async () => {
    const falselyDatedAt = new Date(DATED_AT.getTime() - 60 * 60_000);
    const found = await judged({}, await makeRealWorld({ falselyDatedAt }));
    expect([found.verdict, codeOf(found, 'time')]).toEqual(['not-genuine', 'invalid:times-out-of-order']);
  });
});

describe('training and earnest are never mixed up', () => {
  test('an exercise stays one under a bundle that registers another seal for its school', async () => {
    const exercise = await makeWorld({ doc: sampleDocument() });
    for (const proof of [exercise.proof, null]) {
      const found = await judged({ xml: exercise.xml, proof });
      expect(found.sentence).toBe('Bản tập huấn, không có giá trị pháp lý');
    }
  });
  test('training certificates on a real record, their root believed and their seal registered', async () => {
    const fake = await makeWorld({ doc: realDocument(), origin: world.origin });
    const believed = await fake.trust();
    const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW };
    const mixed = { ...(await world.trust()), roots: believed.roots, authorityRoots: believed.roots };
    const found = await verifyFile({ name: 'a.xml', bytes: fake.xml, proof: fake.proof }, mixed, ports);
    expect([found.verdict, codeOf(found, 'certificates')]).toEqual([
      'not-genuine',
      'invalid:training-certificate',
    ]);
  });
});
