import { createHash } from 'node:crypto';
import { encodeLeaf, type Leaf } from '../leaf/leaf.ts';
import type { PendingLeaf } from '../log/log.ts';
import { memoryLock, memoryStorage } from '../log/memory.ts';
import type { LogPorts } from '../log/sequence.ts';
import { ed25519Signer, nodeEd25519, nodeSha256 } from '../note/crypto.node.ts';
import type { KeyType } from '../note/note.ts';
import type { NoteSigner } from '../ports.ts';
import type { TreeEdge } from '../tree/integrate.ts';
import { EMPTY_EDGE, integrate } from '../tree/integrate.ts';
import { leafHash } from '../tree/merkle.ts';

/** For tests only: ports in memory, keys made from a word (known to everybody), leaves made from a number. */
export const ORIGIN = 'so.hocba.example/thu/2025-2026';

/** The same key for the same word in every run. */
export function wordSigner(name: string, word: string, type: KeyType = 0x01): NoteSigner {
  const seed = createHash('sha256').update(word).digest();
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const pem = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`;
  return ed25519Signer(name, pem, type);
}

export interface TestPorts extends LogPorts {
  readonly storage: ReturnType<typeof memoryStorage>;
  readonly lock: ReturnType<typeof memoryLock>;
}

export function testPorts(over: Partial<LogPorts> = {}): TestPorts {
  let time = 1_780_000_000_000;
  return {
    origin: ORIGIN,
    sha256: nodeSha256,
    ed25519: nodeEd25519,
    signer: wordSigner(ORIGIN, 'log key'),
    now: () => ++time,
    storage: memoryStorage(),
    lock: memoryLock(),
    ...over,
  } as TestPorts;
}

export function numberedLeaf(i: number): Leaf {
  const commitment = nodeSha256(new TextEncoder().encode(`leaf ${i}`));
  return { kind: 'issue', time: 1_780_000_000 + i, commitment };
}

export function numberedBytes(i: number): Uint8Array {
  return encodeLeaf(numberedLeaf(i));
}

export function pending(bytes: Uint8Array): PendingLeaf {
  return { bytes, leafHash: leafHash(nodeSha256, bytes) };
}

export function pendingRange(start: number, end: number): PendingLeaf[] {
  return Array.from({ length: end - start }, (_, i) => pending(numberedBytes(start + i)));
}

/** Appends in batches of the given sizes to an empty tree; the union of files, edge and root. */
export function build(entries: readonly Uint8Array[], batches: readonly number[]) {
  const files = new Map<string, Uint8Array>();
  let edge: TreeEdge = EMPTY_EDGE;
  let root = integrate(nodeSha256, edge, []).root;
  let at = 0;
  for (const batch of batches) {
    const step = integrate(nodeSha256, edge, entries.slice(at, at + batch));
    for (const file of step.files) files.set(file.path, file.bytes);
    edge = step.edge;
    root = step.root;
    at += batch;
  }
  return { files, edge, root };
}
