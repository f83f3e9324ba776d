import { ed25519Signer, generateLogKey } from '@hocba/ledger/node';
import { expect, test } from 'vitest';
import { type Certified, claimed, day, findingOf, log, OF } from '../testing/claimed.ts';
import type { ClaimFinding } from './verify-claim.ts';

const THIS = log('2025-2026', '2025-09-05');
const said = (found: ClaimFinding): string =>
  'code' in found ? `${found.state}:${found.code}` : found.state;

test('what another key signed in the certified one’s name is a false print', async () => {
  const thief = ed25519Signer('claims', generateLogKey());
  expect(said(await findingOf(THIS, [THIS], {}, {}))).toBe('valid');
  expect(said(await findingOf(THIS, [THIS], {}, { signedBy: thief }))).toBe('invalid:signature-invalid');
});

test('no bit of a claim can be changed', async () => {
  const bits = 8 * 200;
  const flipped = (at: number) => (text: string) => (BigInt(text) ^ (1n << BigInt(at))).toString();
  const found = new Set<string>();
  for (let at = 0; at < bits; at += 37) found.add(await claimed(THIS, [THIS], {}, flipped(at)));
  expect(found).toContain('invalid:signature-invalid');
  expect(found).not.toContain('valid');
  expect(found).not.toContain('training');
});

const unmet = ed25519Signer('nhan-chung.example', generateLogKey(), 4);
test.each<[string, Certified]>([
  ['of whose document the leaf says another end', { committed: { until: day('2026-09-01') } }],
  ['of another key', { committed: { publicKey: new Uint8Array(32).fill(5) } }],
  ['by a leaf of another kind', { kind: 'statement' }],
  ['for another log than its leaf stands in', { document: { origin: `${OF}/2024-2025` } }],
  ['by a leaf that too few witnesses saw', { policy: `witness w ${unmet.vkey}\nquorum w\n` }],
  ['by a proof that is cut', { proof: (file) => file.slice(0, -9) }],
  ['by a proof that carries no leaf', { proof: without(/extra .*\n/) }],
  ['by a proof of another place', { proof: without(/(?<=index )0/, '1') }],
])('a key that is certified %s is none', async (_, certified) => {
  const found = await findingOf(THIS, [THIS, log('2024-2025', '2024-09-05')], {}, { certified });
  expect(said(found)).toBe('not-checked:no-certified-key');
});

/** A proof file with one thing else in its text. */
function without(what: RegExp, by = ''): (file: Uint8Array) => Uint8Array {
  return (file) => {
    const text = new TextDecoder().decode(file);
    const other = text.replace(what, by);
    expect(other).not.toBe(text);
    return new TextEncoder().encode(other);
  };
}

test('a key’s year is over on its last day: by the claim’s own word, and by the leaf’s', async () => {
  expect(await claimed(THIS, [THIS], { issueDate: '2026-09-30' })).toBe('valid');
  expect(await claimed(THIS, [THIS], { issueDate: '2026-10-01' })).toBe('invalid:after-key-ended');
  const copy = async (
    at: number,
    writer: Parameters<NonNullable<Copy>>[1],
    leaves: readonly Uint8Array[],
  ) => ({
    leaf: leaves[at] ?? new Uint8Array(),
    proof: await writer.proofFor(at),
  });
  const logged = { copy, certified: { document: { until: day('2025-09-13') } } };
  const before = { issueDate: '2025-09-12' };
  expect(said(await findingOf(THIS, [THIS], before, { ...logged, place: 6 }))).toBe('valid');
  expect(said(await findingOf(THIS, [THIS], before, { ...logged, place: 7 }))).toBe(
    'invalid:after-key-ended',
  );
});

type Copy = Parameters<typeof findingOf>[3]['copy'];
