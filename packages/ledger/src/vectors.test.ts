import { describe, expect, test } from 'vitest';
import commitments from '../vectors/commitments.json' with { type: 'json' };
import leaves from '../vectors/leaves.json' with { type: 'json' };
import frozenLog from '../vectors/log.json' with { type: 'json' };
import { auditLog } from './audit/audit.ts';
import { toHex } from './encoding/bytes.ts';
import { type DocumentKind, documentCommitment, issuedCore, recallCommitment } from './leaf/issued-core.ts';
import { decodeLeaf, encodeLeaf, type Leaf, type LeafKind } from './leaf/leaf.ts';
import { verifyProofFile } from './leaf/proof-file.ts';
import { createLog, openLog } from './log/log.ts';
import { memoryStorage } from './log/memory.ts';
import { openCheckpoint } from './note/checkpoint.ts';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from './note/crypto.node.ts';
import { parseVkey } from './note/note.ts';
import { parsePolicy } from './note/policy.ts';
import { openStatus } from './statements/status.ts';
import { pending, testPorts } from './testing/ports.node.ts';
import { leafHash } from './tree/merkle.ts';

/** Frozen for ever: what was issued under these encodings must verify as long as the software exists. Never regenerate. */
const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const utf8 = (text: string) => new TextEncoder().encode(text);

describe('frozen leaves', () => {
  test.each(leaves.valid)('$name', ({ kind, time, commitment, previous, encoded, hash }) => {
    const leaf: Leaf = {
      kind: kind as LeafKind,
      time,
      commitment: bytes(commitment),
      ...(previous === null
        ? {}
        : { previous: { index: BigInt(previous.index), leafHash: bytes(previous.leafHash) } }),
    };
    expect(toHex(encodeLeaf(leaf))).toBe(encoded);
    expect(decodeLeaf(bytes(encoded))).toEqual(leaf);
    expect(toHex(leafHash(sha256, bytes(encoded)))).toBe(hash);
  });

  test.each(leaves.invalid)('$name is refused', ({ encoded }) => {
    expect(() => decodeLeaf(bytes(encoded))).toThrow();
  });
});

describe('frozen commitments', () => {
  test.each(commitments.issued)('issued core: $name', (vector) => {
    const core = {
      salt: bytes(vector.salt),
      profile: vector.profile,
      dataDigest: bytes(vector.dataDigest),
      signatureValues: vector.signatureValues.map(bytes),
    };
    expect(toHex(issuedCore(sha256, core))).toBe(vector.commitment);
  });

  test.each(commitments.recall)('recall: $name', (vector) => {
    const recall = {
      salt: bytes(vector.salt),
      recalledLeafHash: bytes(vector.recalledLeafHash),
      reasonCode: vector.reasonCode,
      reasonTextDigest: bytes(vector.reasonTextDigest),
    };
    expect(toHex(recallCommitment(sha256, recall))).toBe(vector.commitment);
  });

  test.each(commitments.document)('document: $kind', (vector) => {
    const document = {
      kind: vector.kind as DocumentKind,
      salt: bytes(vector.salt),
      digest: bytes(vector.digest),
    };
    expect(toHex(documentCommitment(sha256, document))).toBe(vector.commitment);
  });

  test('no two of them are the same', () => {
    const all = [...commitments.issued, ...commitments.recall, ...commitments.document];
    expect(new Set(all.map((vector) => vector.commitment)).size).toBe(all.length);
  });

  const core = { salt: bytes('11'.repeat(32)), profile: 'moet-2025', dataDigest: bytes('22'.repeat(32)) };
  test.each([
    ['short salt', { ...core, salt: bytes('11'), signatureValues: [bytes('33')] }],
    ['short digest', { ...core, dataDigest: bytes('22'), signatureValues: [bytes('33')] }],
    ['profile in capitals', { ...core, profile: 'MOET', signatureValues: [bytes('33')] }],
    ['empty profile', { ...core, profile: '', signatureValues: [bytes('33')] }],
    ['no signature', { ...core, signatureValues: [] }],
    ['empty signature', { ...core, signatureValues: [bytes('')] }],
    ['an empty signature behind a good one', { ...core, signatureValues: [bytes('33'), bytes('')] }],
    ['257 signatures', { ...core, signatureValues: Array.from({ length: 257 }, () => bytes('33')) }],
    ['huge signature', { ...core, signatureValues: [new Uint8Array(4097)] }],
  ])('%s commits to nothing', (_, bad) => {
    expect(() => issuedCore(sha256, bad)).toThrow();
  });

  const recalled = {
    salt: bytes('11'.repeat(32)),
    recalledLeafHash: bytes('22'.repeat(32)),
    reasonCode: 'wrong-mark',
    reasonTextDigest: bytes('33'.repeat(32)),
  };
  test.each([
    ['a short salt', { salt: bytes('11') }],
    ['a leaf hash that is none', { recalledLeafHash: bytes('') }],
    ['a digest that is none', { reasonTextDigest: bytes('33'.repeat(33)) }],
    ['a reason in words', { reasonCode: 'Sai điểm' }],
  ])('a recall with %s commits to nothing', (_, bad) => {
    expect(recallCommitment(sha256, recalled)).toHaveLength(32);
    expect(() => recallCommitment(sha256, { ...recalled, ...bad })).toThrow(
      expect.objectContaining({ code: 'commitment-invalid' }),
    );
  });

  test('where one field ends is committed to', () => {
    const a = issuedCore(sha256, { ...core, signatureValues: [bytes('3344'), bytes('55')] });
    const b = issuedCore(sha256, { ...core, signatureValues: [bytes('33'), bytes('4455')] });
    const c = issuedCore(sha256, { ...core, signatureValues: [bytes('334455')] });
    expect(new Set([a, b, c].map(toHex)).size).toBe(3);
  });
});

describe('frozen log', () => {
  const entries = frozenLog.entries.map(bytes);

  test('its checkpoint opens with its key', async () => {
    const opened = await openCheckpoint(ed25519, utf8(frozenLog.checkpoint), [
      parseVkey(sha256, frozenLog.vkey),
    ]);
    expect(opened).toMatchObject({ origin: frozenLog.origin, size: entries.length });
    expect(toHex(opened.root)).toBe(frozenLog.root);
  });

  test('its proof file and policy verify', async () => {
    const policy = parsePolicy(sha256, frozenLog.policy);
    const leaf = entries[frozenLog.proofOf] as Uint8Array;
    expect(await verifyProofFile(sha256, ed25519, policy, leaf, utf8(frozenLog.proof))).toMatchObject({
      valid: true,
      index: frozenLog.proofOf,
      witness: 'met',
    });
  });

  test('its status file opens', async () => {
    const status = await openStatus(
      sha256,
      ed25519,
      frozenLog.statusVkey,
      frozenLog.origin,
      utf8(frozenLog.status),
    );
    expect(status.entries).toHaveLength(2);
  });

  test('its files pass the audit, and appending the same leaves today gives the same files', async () => {
    const storage = memoryStorage();
    for (const [path, hex] of Object.entries(frozenLog.files)) await storage.write(path, bytes(hex));
    expect(await auditLog({ sha256, ed25519, storage, vkey: frozenLog.vkey })).toMatchObject({ ok: true });
    const ports = testPorts({ origin: frozenLog.origin });
    await createLog(ports);
    await (await openLog(ports)).append(0, entries.map(pending));
    expect([...ports.storage.files].sort()).toEqual([...storage.files].sort());
  });
});
