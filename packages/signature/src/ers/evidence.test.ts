import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  ALGORITHM_POLICY,
  changeEvidenceHash,
  extendsEvidence,
  renewEvidence,
  verifyEvidence,
  writeEvidence,
} from '../index.ts';
import { nodeCrypto } from '../node.ts';
import { later, makeWorld, type World } from '../testing/world.node.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
const servicesOf = ({ services, roots }: World) => ({
  port: services.timestamp,
  nonce: nodeCrypto.sha256(Uint8Array.of(1)).subarray(0, 16),
  roots,
});
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const records = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, n) => encode(`<HOC_BA>${n}</HOC_BA>`));
const codeOf = async (
  evidence: Uint8Array | undefined,
  record: Uint8Array | undefined,
  days = 1,
  policy = ALGORITHM_POLICY,
) =>
  (
    await verifyEvidence(nodeCrypto, evidence ?? encode(''), record ?? encode(''), {
      roots: world.roots,
      now: later(days),
      policy,
    })
  ).code;

describe('evidence', () => {
  test("of every record verifies, and none of another's", async () => {
    for (const count of [1, 2, 3, 4, 7, 8, 35]) {
      const all = records(count);
      const evidence = await writeEvidence(nodeCrypto, all, 'sha256', servicesOf(world));
      for (const [n, record] of all.entries()) {
        expect(await codeOf(evidence[n], record)).toBe('valid');
        if (count > 1) expect(await codeOf(evidence[(n + 1) % count], record)).toBe('not-of-this-record');
      }
    }
  });

  test('that was renewed extends what it was, and nothing else does', async () => {
    const all = records(2);
    const first = await writeEvidence(nodeCrypto, all, 'sha256', servicesOf(world));
    const renewed = await renewEvidence(nodeCrypto, first, servicesOf(world));
    const items = all.map((record, n) => ({ record, evidence: renewed[n] ?? encode('') }));
    const hashed = await changeEvidenceHash(nodeCrypto, items, 'sha512', servicesOf(world));
    const again = await renewEvidence(nodeCrypto, hashed, servicesOf(world));
    const line = [first[0], renewed[0], hashed[0], again[0]].map((one) => one ?? encode(''));
    for (const [n, earlier] of line.entries())
      for (const [m, later] of line.entries()) expect(extendsEvidence(earlier, later)).toBe(n <= m);
    const other = await writeEvidence(nodeCrypto, all.slice(0, 1), 'sha256', servicesOf(await makeWorld()));
    for (const foreign of [...other, first[1] ?? encode(''), encode(''), encode('x')]) {
      expect(extendsEvidence(line[0] ?? encode(''), foreign)).toBe(false);
      expect(extendsEvidence(foreign, line[3] ?? encode(''))).toBe(false);
    }
  });

  test('twice the same record', async () => {
    const [one = encode(''), two = encode('')] = records(2);
    const evidence = await writeEvidence(nodeCrypto, [one, two, one], 'sha384', servicesOf(world));
    expect(await Promise.all([one, two, one].map((r, n) => codeOf(evidence[n], r)))).toEqual([
      'valid',
      'valid',
      'valid',
    ]);
  });

  test('changed in any byte, or over a changed record, proves nothing', async () => {
    const all = records(5);
    const [first = encode('')] = await writeEvidence(nodeCrypto, all, 'sha256', servicesOf(world));
    await fc.assert(
      fc.asyncProperty(fc.nat(first.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = first.map((byte, n) => (n === at ? byte ^ by : byte));
        expect(await codeOf(changed, all[0])).not.toBe('valid');
      }),
      { numRuns: 300 },
    );
    expect(await codeOf(first, encode('<HOC_BA>0 </HOC_BA>'))).toBe('not-of-this-record');
    expect(await codeOf(Uint8Array.of(...first, 0), all[0])).toBe('malformed');
    expect(await codeOf(encode(''), all[0])).toBe('malformed');
  });
});

describe('as decades go by', () => {
  test('dated anew before the authority ends, then hashed anew before the hash falls', async () => {
    const other = await makeWorld();
    world = other;
    const all = records(6);
    const first = await writeEvidence(nodeCrypto, all, 'sha256', servicesOf(other));
    expect(await codeOf(first[0], all[0], 1_750)).toBe('authority-expired');

    other.setNow(later(1_300));
    const second = await renewEvidence(
      nodeCrypto,
      first,
      servicesOf({ ...other, services: await other.renewAuthority(later(1_299)) }),
    );
    for (const [n, record] of all.entries()) expect(await codeOf(second[n], record, 2_000)).toBe('valid');

    other.setNow(later(2_500));
    const services = servicesOf({ ...other, services: await other.renewAuthority(later(2_499)) });
    const items = all.map((record, n) => ({ record, evidence: second[n] ?? encode('') }));
    const third = await changeEvidenceHash(nodeCrypto, items, 'sha512', services);
    for (const [n, record] of all.entries()) {
      expect(await codeOf(third[n], record, 3_000)).toBe('valid');
      expect(await codeOf(third[n], all[(n + 1) % all.length], 3_000)).toBe('not-of-this-record');
    }
    // SHA-256 has fallen since: what was hashed anew before stands, what was not does not.
    const fallen = ALGORITHM_POLICY.map((rule) =>
      rule.algorithm === 'sha256' ? { ...rule, refusedFrom: later(2_700).toISOString().slice(0, 10) } : rule,
    );
    expect(await codeOf(third[0], all[0], 3_000, fallen)).toBe('valid');
    expect(await codeOf(second[0], all[0], 2_600, fallen)).toBe('valid');
    expect(await codeOf(second[0], all[0], 2_690, fallen)).toBe('valid');
    expect(await codeOf(second[0], all[0], 2_701, fallen)).not.toBe('valid');
    const found = await verifyEvidence(nodeCrypto, third[0] ?? encode(''), all[0] ?? encode(''), {
      roots: other.roots,
      now: later(3_000),
    });
    expect(found.valid && found.times.length).toBe(3);
  });

  test('one token dates older evidence anew and new records for the first time', async () => {
    const other = await makeWorld();
    world = other;
    const [old = encode(''), young = encode('')] = records(2);
    const first = await writeEvidence(nodeCrypto, [old], 'sha256', servicesOf(other));
    const [renewed, made, ...more] = await renewEvidence(nodeCrypto, first, servicesOf(other), [young]);
    expect(more).toEqual([]);
    expect(await codeOf(renewed, old)).toBe('valid');
    expect(await codeOf(made, young)).toBe('valid');
    expect(await codeOf(made, old)).toBe('not-of-this-record');
    expect(await codeOf(renewed, young)).toBe('not-of-this-record');
  });

  test('dated anew too late', async () => {
    const other = await makeWorld();
    world = other;
    const all = records(2);
    const first = await writeEvidence(nodeCrypto, all, 'sha256', servicesOf(other));
    other.setNow(later(1_750));
    const late = await renewEvidence(
      nodeCrypto,
      first,
      servicesOf({ ...other, services: await other.renewAuthority(later(1_749)) }),
    );
    expect(await codeOf(late[0], all[0], 1_751)).toBe('renewed-too-late');
  });
});
