import {
  createLog,
  encodeLeaf,
  issuedCore,
  leafHash,
  memoryLock,
  memoryStorage,
  openLog,
  parsePolicy,
  verifyProofFile,
} from '@hocba/ledger';
import {
  nodeEd25519 as ed25519,
  ed25519Signer,
  generateLogKey,
  nodeSha256 as sha256,
} from '@hocba/ledger/node';
import { extendSignature } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { canonicalElement, scanCanonical } from '@hocba/xml';
import { expect, test } from 'vitest';
import type { SlotId } from '../packages/signature/src/testing/record.ts';
import {
  extend,
  findingOf,
  later,
  makeWorld,
  signaturesOf,
} from '../packages/signature/src/testing/world.node.ts';

const SLOTS: readonly SlotId[] = ['gvbm-1', 'gvcn', 'cbql', 'ky-phat-hanh'];
const ORIGIN = 'hocba.training/79000001/2025-2026';
const salt = new Uint8Array(32).fill(3);

/** As a record is committed to: its data and each SignatureValue in slot order. */
async function coreOf(xml: Uint8Array): Promise<Uint8Array> {
  const document = scanCanonical(xml);
  const data = document.byId.get('data');
  if (data === undefined) throw new Error('no data');
  return issuedCore(sha256, {
    salt,
    profile: 'moet-2025',
    dataDigest: sha256(canonicalElement(document, data)),
    signatureValues: (await signaturesOf(xml, SLOTS)).map((one) => one.signatureValue),
  });
}

test('one proof holds while the seal goes from B to T, LT, LTA and a renewed LTA', async () => {
  const world = await makeWorld();
  const leaf = encodeLeaf({ kind: 'issue', time: 1_780_000_000, commitment: await coreOf(world.record) });
  const signer = ed25519Signer(ORIGIN, generateLogKey());
  const ports = {
    origin: ORIGIN,
    sha256,
    ed25519,
    signer,
    storage: memoryStorage(),
    lock: memoryLock(),
    now: Date.now,
  };
  await createLog(ports);
  const log = await openLog(ports);
  await log.append(0, [{ bytes: leaf, leafHash: leafHash(sha256, leaf) }]);
  const proof = await log.proofFor(0, salt);
  const policy = parsePolicy(sha256, `log ${signer.vkey}\nquorum none\n`);

  const T = await extend(world, 'T');
  const LT = await extend(world, 'LT', T);
  const LTA = await extend(world, 'LTA', LT);
  world.setNow(later(1_300));
  const services = await world.renewAuthority(later(1_299));
  const renewed = await extendSignature(nodeCrypto, LTA, 'ky-phat-hanh', 'LTA', services);
  const seen = new Set<string>();
  for (const [level, xml, now] of [
    ['B', world.record, later(1)],
    ['T', T, later(1)],
    ['LT', LT, later(1)],
    ['LTA', LTA, later(1)],
    ['LTA', renewed, later(1_301)],
  ] as const) {
    expect((await findingOf(world, xml, now)).level, level).toBe(level);
    const same = encodeLeaf({ kind: 'issue', time: 1_780_000_000, commitment: await coreOf(xml) });
    expect(await verifyProofFile(sha256, ed25519, policy, same, proof)).toMatchObject({
      valid: true,
      index: 0,
    });
    seen.add(new TextDecoder().decode(xml));
  }
  // Five documents, one after the other longer, and one leaf.
  expect(seen.size).toBe(5);
});
