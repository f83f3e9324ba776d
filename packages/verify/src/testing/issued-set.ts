import {
  createLog,
  encodeLeaf,
  formatReceipt,
  type Leaf,
  leafHash,
  memoryLock,
  memoryStorage,
  openLog,
  signStatus,
} from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import type { RecordDocument } from '@hocba/record';
import { makeTrainingPki } from '@hocba/signature/node';
import { coreOf, signAll } from './issued.ts';

const NOW = new Date('2026-05-28T13:00:00Z');
const ISSUED_AT = 1_779_973_000;

/**
 * Records signed by everybody and issued together: one PKI, one log, one trust folder.
 *
 * @param docs by the name of the files that they become
 * @returns bytes by path: `NAME.xml`, `NAME.tlog-proof`, `trust/…`
 */
export async function issueSet(
  docs: ReadonlyMap<string, RecordDocument>,
  origin: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const pki = await makeTrainingPki({ organisation: 'Mẫu lưu', now: NOW, rootKey: 'p256' });
  const issued: { name: string; xml: Uint8Array; salt: Uint8Array; leaf: Uint8Array }[] = [];
  for (const [name, doc] of docs) {
    const xml = await signAll(pki, doc);
    const salt = nodeSha256(new TextEncoder().encode(`${origin} ${name}`));
    const leaf: Leaf = { kind: 'issue', time: ISSUED_AT, commitment: await coreOf(xml, salt) };
    issued.push({ name, xml, salt, leaf: encodeLeaf(leaf) });
  }
  const signer = ed25519Signer(origin, generateLogKey());
  const status = ed25519Signer(`${origin}/status`, generateLogKey());
  const ports = {
    origin,
    sha256: nodeSha256,
    ed25519: nodeEd25519,
    storage: memoryStorage(),
    lock: memoryLock(),
    signer,
    now: () => NOW.getTime(),
  };
  await createLog(ports);
  const log = await openLog(ports);
  await log.append(
    0,
    issued.map(({ leaf }) => ({ bytes: leaf, leafHash: leafHash(nodeSha256, leaf) })),
  );
  const text = new TextEncoder();
  const files = new Map<string, Uint8Array>([
    ['trust/goc-tap-huan.pem', text.encode(pki.root.certificatePem)],
    ['trust/tlog-policy', text.encode(`log ${signer.vkey}\nquorum none\n`)],
    ['trust/status.vkey', text.encode(`${status.vkey}\n`)],
    [
      'trust/status.txt',
      await signStatus(nodeSha256, nodeEd25519, status, {
        origin,
        asOf: ISSUED_AT + 1000,
        size: issued.length,
        entries: [],
      }),
    ],
  ]);
  for (const [index, { name, xml, salt, leaf }] of issued.entries()) {
    files.set(`${name}.xml`, xml);
    files.set(`${name}.tlog-proof`, await log.proofFor(index, formatReceipt({ salt, leaf })));
  }
  return files;
}
