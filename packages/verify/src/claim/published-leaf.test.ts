import {
  createLog,
  encodeLeaf,
  leafHash,
  memoryLock,
  memoryStorage,
  openLog,
  parseVkey,
  verifyProofFile,
} from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { describe, expect, test } from 'vitest';
import { publishedLeaf } from './published-leaf.ts';

const ORIGIN = 'so.example/79000000/2025-2026';
const PORTS = { crypto: nodeCrypto, ed25519: nodeEd25519 };

async function logOf(size: number) {
  const signer = ed25519Signer(ORIGIN, generateLogKey());
  const storage = memoryStorage();
  const log = { origin: ORIGIN, sha256: nodeSha256, ed25519: nodeEd25519, storage, lock: memoryLock() };
  const ports = { ...log, signer, now: () => 1_780_000_000_000 };
  await createLog(ports);
  const leaves = Array.from({ length: size }, (_, n) =>
    encodeLeaf({
      kind: 'issue',
      time: 1_770_000_000 + n,
      commitment: nodeSha256(Uint8Array.of(n & 255, n >> 8)),
    }),
  );
  const opened = await openLog(ports);
  await opened.append(
    0,
    leaves.map((bytes) => ({ bytes, leafHash: leafHash(nodeSha256, bytes) })),
  );
  const key = parseVkey(nodeSha256, signer.vkey);
  const ask = async (index: number) => {
    const asked: string[] = [];
    const read = (path: string) => {
      asked.push(path);
      return storage.read(path);
    };
    return { held: await publishedLeaf(PORTS, { read }, key, index), asked };
  };
  return { leaves, key, ask };
}

describe.each([40, 256, 300, 512, 700])('a log of %i leaves', (size) => {
  test('gives each leaf with a proof that holds', async () => {
    const { leaves, key, ask } = await logOf(size);
    const policy = { logs: [{ key }], witnesses: [], groups: [], quorum: 'none' as const };
    for (const index of [0, 39, 255, 256, size - 1].filter((n) => n < size)) {
      const { held } = await ask(index);
      expect(held?.leaf).toEqual(leaves[index]);
      const bytes = leaves[index] ?? new Uint8Array();
      const found = await verifyProofFile(
        nodeSha256,
        nodeEd25519,
        policy,
        bytes,
        held?.proof ?? new Uint8Array(),
      );
      expect(found).toMatchObject({ valid: true, index });
    }
    expect((await ask(size)).held).toBeNull();
  });

  test('is asked for the same files whichever of 256 leaves is looked up, or whichever of all', async () => {
    const { ask } = await logOf(size);
    const groups = new Map<string, number>();
    for (let index = 0; index < size; index += 9) {
      const files = (await ask(index)).asked.join(' ');
      groups.set(files, (groups.get(files) ?? 0) + 1);
    }
    const least = Math.min(...groups.values());
    expect(least).toBeGreaterThanOrEqual(Math.floor(Math.min(size, 256) / 9));
  });
});
