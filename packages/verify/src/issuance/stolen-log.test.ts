import { parseCheckpointText, parseNote, parseProofFile } from '@hocba/ledger';
import { nodeEd25519 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { beforeAll, expect, test } from 'vitest';
import { makeRealWorld, REAL_NOW, type RealWorld, realDocument } from '../testing/real-world.ts';
import type { SchoolLog, TrustBundle } from '../trust/bundle.ts';
import type { FileVerdict } from '../verdict/file-verdict.ts';
import { verifyFile } from '../verify-file.ts';

let world: RealWorld;
let shown: NonNullable<SchoolLog['last']>;
beforeAll(async () => {
  const other = realDocument({ uuid: '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f5a6' });
  world = await makeRealWorld({ docs: [realDocument(), other] });
  const proof = parseProofFile(world.records[0]?.proof ?? new Uint8Array());
  const { size, root } = parseCheckpointText(parseNote(proof.checkpoint).text);
  shown = { size, root };
});

/** The verdict on a record whose proof shows the tree `shown`, when the log is believed up to `last` only. */
async function judged(last: SchoolLog['last']): Promise<FileVerdict> {
  const bundle = (before: TrustBundle): TrustBundle => ({
    ...before,
    schools: before.schools.map((one) => ({
      ...one,
      logs: one.logs.map((log) => (last === undefined ? log : { ...log, last })),
    })),
  });
  const [record] = world.records;
  if (record === undefined) throw new Error('no record');
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW };
  return verifyFile(
    { name: 'a.xml', bytes: record.xml, proof: record.proof },
    await world.trust({ bundle }),
    ports,
  );
}
const otherRoot = () => shown.root.map((byte) => byte ^ 1);

test.each<[string, () => SchoolLog['last'], string, string]>([
  ['the log is believed', () => undefined, 'Thật, còn hiệu lực', 'valid:logged'],
  ['the proof shows the last believed tree', () => shown, 'Thật, còn hiệu lực', 'valid:logged'],
  [
    'the proof shows a tree that only the stolen key has signed',
    () => ({ size: shown.size - 1, root: otherRoot() }),
    'Không thật (chưa từng phát hành)',
    'invalid:after-theft',
  ],
  [
    'the proof shows a fork as large as the last believed tree',
    () => ({ ...shown, root: otherRoot() }),
    'Không thật (chưa từng phát hành)',
    'invalid:after-theft',
  ],
  [
    'the proof shows a smaller tree that no witness has seen: the thief could have made it',
    () => ({ size: shown.size + 1, root: otherRoot() }),
    'Chưa kiểm tra được đủ',
    'not-checked:before-last-tree',
  ],
])('%s', async (_, last, sentence, issuance) => {
  const found = await judged(last());
  const fragment = found.fragments.find(({ name }) => name === 'issuance');
  expect([found.sentence, `${fragment?.state}:${fragment?.code}`]).toEqual([sentence, issuance]);
});

test('of a log that schools share it is enough that one of them is told', async () => {
  const bundle = (before: TrustBundle): TrustBundle => ({
    ...before,
    schools: [
      ...before.schools,
      ...before.schools.map((one) => ({
        ...one,
        code: '99999999',
        logs: one.logs.map((log) => ({ ...log, last: { size: shown.size - 1, root: otherRoot() } })),
      })),
    ],
  });
  const [record] = world.records;
  const found = await verifyFile(
    { name: 'a.xml', bytes: record?.xml ?? new Uint8Array(), proof: record?.proof ?? new Uint8Array() },
    await world.trust({ bundle }),
    { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW },
  );
  expect(found.fragments.find(({ name }) => name === 'issuance')?.code).toBe('after-theft');
});
