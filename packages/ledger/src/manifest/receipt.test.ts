import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { encodeLeaf } from '../leaf/leaf.ts';
import { formatReceipt } from '../leaf/receipt.ts';
import { type Manifest, manifestCommitment, manifestRoot, sortManifestEntries } from './manifest.ts';
import { manifestPath, verifyManifestPath } from './path.ts';
import { formatManifestReceipt, isManifestReceipt, readManifestReceipt } from './receipt.ts';

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());
const filled = (octet: number) => new Uint8Array(32).fill(octet);
const manifest: Manifest = {
  origin: 'so.hocba.example/thu/2025-2026',
  school: '79000001',
  schoolYear: '2025-2026',
  classId: '3f2c0d5e-8a55-4c1d-9a63-0c5c0f6f0001',
  entries: sortManifestEntries([
    { salt: filled(1), pupil: 'HS-001', state: 'issued', leafIndex: 12n, leafHash: filled(2) },
    { salt: filled(3), pupil: 'HS-002', state: 'none', reason: 'transferred', note: '' },
  ]),
};
const salt = filled(4);
const commitment = manifestCommitment(sha256, manifestRoot(sha256, manifest), salt);
const leaf = encodeLeaf({ kind: 'manifest', time: 1_780_000_000, commitment });
const path = await manifestPath(sha256, manifest, salt, 'HS-001');
const extra = formatManifestReceipt({ leaf, path });

describe('what a list’s proof file carries', () => {
  test('comes back as it was written, and holds', () => {
    const read = readManifestReceipt(extra);
    expect(read).toEqual({ leaf, path });
    expect(verifyManifestPath(sha256, read.path, read.leaf)).toMatchObject({
      valid: true,
      entry: { pupil: 'HS-001', leafIndex: 12n },
    });
  });

  test('is told from what a record’s carries', () => {
    expect(isManifestReceipt(extra)).toBe(true);
    const issue = encodeLeaf({ kind: 'issue', time: 1_780_000_000, commitment });
    expect(isManifestReceipt(formatReceipt({ salt, leaf: issue }))).toBe(false);
    expect(isManifestReceipt(new Uint8Array())).toBe(false);
    expect(isManifestReceipt(extra.map((octet, i) => (i === 1 ? octet ^ 1 : octet)))).toBe(false);
  });

  test('with what is no leaf is neither written nor read', () => {
    const bad = Uint8Array.from(leaf, (octet, i) => (i === 1 ? 99 : octet));
    expect(() => formatManifestReceipt({ leaf: bad, path })).toThrow();
    const [head, ...rest] = new TextDecoder().decode(extra).split('\n');
    const line = (head as string).replace(
      btoa(String.fromCharCode(...leaf)),
      btoa(String.fromCharCode(...bad)),
    );
    expect(line).not.toBe(head);
    expect(() => readManifestReceipt(new TextEncoder().encode([line, ...rest].join('\n')))).toThrow();
  });

  test('is refused or does not hold with any octet changed, missing or added', () => {
    const holds = (bytes: Uint8Array): boolean => {
      try {
        const read = readManifestReceipt(bytes);
        return verifyManifestPath(sha256, read.path, read.leaf).valid && sameAs(read.leaf, leaf);
      } catch {
        return false;
      }
    };
    expect(holds(extra)).toBe(true);
    for (let at = 0; at < extra.length; at++) {
      const changed = extra.slice();
      changed[at] = (changed[at] as number) ^ 1;
      expect(holds(changed)).toBe(false);
      expect(holds(extra.slice(0, at))).toBe(false);
    }
    expect(holds(new Uint8Array([...extra, 0x0a]))).toBe(false);
  });
});

const sameAs = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;
