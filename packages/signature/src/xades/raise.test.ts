import { beforeAll, describe, expect, test } from 'vitest';
import {
  cachedRevocation,
  certificateFromPem,
  type Level,
  levelOfSignature,
  type RevocationMaterial,
  raisesDue,
  raiseToLevel,
  renew,
  renewalsDue,
  renewBeforeOf,
} from '../index.ts';
import { nodeCrypto } from '../node.ts';
import { FROZEN, insert, requestFor, signed } from '../testing/record.ts';
import {
  findingOf,
  later,
  leafOf,
  makeWorld,
  SIGNED,
  said,
  signaturesOf,
  type World,
} from '../testing/world.node.ts';

let world: World;
beforeAll(async () => {
  world = await makeWorld();
});
const SEAL = 'ky-phat-hanh';
const TEACHERS = ['gvbm-1', 'gvcn'] as const;
const BY_DEFAULT = (slotId: string): Level => (slotId.startsWith('gv') ? 'B' : 'LTA');

describe('levels by slot', () => {
  test('by default: teachers stay at B and are carried by the seal', async () => {
    expect(raisesDue(world.record, BY_DEFAULT)).toEqual([
      { slotId: 'cbql', from: 'B', to: 'LTA', tooLate: false },
      { slotId: SEAL, from: 'B', to: 'LTA', tooLate: false },
    ]);
    const principal = await raiseToLevel(nodeCrypto, world.record, 'cbql', 'LTA', world.services);
    const seal = await raiseToLevel(nodeCrypto, principal.xml, SEAL, 'LTA', world.services, TEACHERS);
    expect([principal.timestamps, seal.timestamps]).toEqual([2, 2]);
    expect(raisesDue(seal.xml, BY_DEFAULT)).toEqual([]);
    // Again, after a reply that was lost: nothing is asked for and nothing changes.
    const again = await raiseToLevel(nodeCrypto, seal.xml, SEAL, 'LTA', world.services, TEACHERS);
    expect(again).toEqual({ xml: seal.xml, timestamps: 0 });
    const carries = await signaturesOf(seal.xml, TEACHERS);
    const found = await findingOf(world, seal.xml, later(1_300), { carries });
    expect([said(found), found.carried.map(({ state }) => state)]).toEqual([
      'valid LTA valid',
      ['valid', 'valid'],
    ]);
    expect(said(await findingOf(world, seal.xml, later(400), {}, 'cbql'))).toBe('valid LTA valid');
  });

  test("teachers' slots at LT are due before the principal signs, and too late after", async () => {
    const levelOf = (slotId: string): Level => (slotId.startsWith('gv') ? 'LT' : 'LTA');
    const { subjectTeacher } = world.signers;
    const request = requestFor(FROZEN, 'gvbm-1', subjectTeacher, ['mon-TV']);
    const first = insert(FROZEN, 'gvbm-1', await signed(request, subjectTeacher));
    expect(raisesDue(first, levelOf, ['data'])).toEqual([
      { slotId: 'gvbm-1', from: 'B', to: 'LT', tooLate: false },
    ]);
    expect(raisesDue(first, levelOf, ['mon-TV'])).toEqual([]);
    const { xml, timestamps } = await raiseToLevel(nodeCrypto, first, 'gvbm-1', 'LT', world.services);
    expect([timestamps, levelOfSignature(xml, 'gvbm-1')]).toEqual([1, 'LT']);
    expect(raisesDue(xml, levelOf, ['data'])).toEqual([]);
    expect(
      raisesDue(world.record, levelOf)
        .filter(({ tooLate }) => tooLate)
        .map(({ slotId }) => slotId),
    ).toEqual(['gvbm-1', 'gvcn']);
  });
});

describe('answers are asked for once for each signer', () => {
  test('as long as they speak for now', async () => {
    const other = await makeWorld();
    const kept = new Map<string, RevocationMaterial>();
    let asked = 0;
    const port: typeof other.revocation = (certificate, issuer) => {
      asked++;
      return other.revocation(certificate, issuer);
    };
    const cache = {
      get: async (name: string) => kept.get(name),
      put: async (name: string, material: RevocationMaterial) => void kept.set(name, material),
    };
    const revocation = cachedRevocation(nodeCrypto, port, cache, other.services.now);
    const services = { ...other.services, revocation };
    for (let record = 0; record < 5; record++)
      await raiseToLevel(nodeCrypto, other.record, SEAL, 'LT', services, TEACHERS);
    // Three signers, the time-stamping authority, and the issuing CA.
    expect([asked, kept.size]).toEqual([5, 5]);
    const seal = leafOf(other.signers.seal.chain);
    const issuing = certificateFromPem(other.signers.pki.issuing.certificatePem);
    other.setNow(later(40));
    other.revoke(seal, { revokedAt: later(39), reason: 'keyCompromise' });
    await revocation(seal, issuing);
    await revocation(seal, issuing);
    expect(asked).toBe(7);
  });
});

describe('the same record as years go by', () => {
  const at = (day: string): Date => new Date(`${day}T00:00:00Z`);

  test('2027, 2031, renewed or not, and after its teacher was revoked', async () => {
    const other = await makeWorld();
    const { xml } = await raiseToLevel(nodeCrypto, other.record, SEAL, 'LTA', other.services, TEACHERS);
    const carries = await signaturesOf(xml, TEACHERS);
    const judged = async (bytes: Uint8Array, day: string, answers?: RevocationMaterial) => {
      const found = await findingOf(other, bytes, at(day), answers ? { carries, answers } : { carries });
      return [said(found), ...found.carried.map(({ state }) => state)];
    };
    expect(await judged(xml, '2027-06-01')).toEqual(['valid LTA valid', 'valid', 'valid']);
    // A year later the teacher's certificate is revoked: what was signed before stays.
    const teacher = leafOf(other.signers.homeroomTeacher.chain);
    other.setNow(at('2027-06-01'));
    other.revoke(teacher, { revokedAt: at('2027-05-30'), reason: 'keyCompromise' });
    const revoked = await other.revocation(
      teacher,
      certificateFromPem(other.signers.pki.issuing.certificatePem),
    );
    expect(await judged(xml, '2027-06-01', revoked)).toEqual(['valid LTA valid', 'valid', 'valid']);
    // The authority's certificate ends in March 2030.
    expect((await judged(xml, '2031-06-01'))[0]).toBe('indeterminate B authority-expired');
    other.setNow(at('2030-01-10'));
    const services = await other.renewAuthority(at('2030-01-09'));
    const renewed = await renew(nodeCrypto, xml, SEAL, services);
    expect(await judged(renewed, '2031-06-01')).toEqual(['valid LTA valid', 'valid', 'valid']);
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    expect(text(renewed).startsWith(text(xml).replace(/<\/UnsignedSignatureProperties>.*$/s, ''))).toBe(true);
  });

  test('what is due says itself', async () => {
    const { xml } = await raiseToLevel(nodeCrypto, world.record, SEAL, 'LTA', world.services);
    const renewBefore = renewBeforeOf(xml, SEAL);
    expect(renewBefore).toEqual((await findingOf(world, xml, SIGNED_SOON)).renewBefore);
    expect(renewBeforeOf(world.record, SEAL)).toBeNull();
    const records = [
      { id: 'a', renewBefore },
      { id: 'b', renewBefore: null },
      { id: 'c', renewBefore: at('2029-11-01') },
      { id: 'd', renewBefore: at('2033-01-01') },
    ];
    const due = (day: string) => renewalsDue(records, at(day)).map(({ id }) => id);
    expect([due('2028-01-01'), due('2029-06-01'), due('2029-12-01')]).toEqual([[], ['c'], ['c', 'a']]);
  });
  const SIGNED_SOON = new Date(SIGNED.getTime() + 3_000);
});
