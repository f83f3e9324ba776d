import { renderYear, reprintInputs, signaturesOf } from '@hocba/form';
import { type ClaimBody, claimContentOf, signClaim } from '@hocba/form/claim';
import { leafHash, parseProofFile, readReceipt } from '@hocba/ledger';
import { nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { readRecord } from '@hocba/record';
import { nodeCrypto } from '@hocba/signature/node';
import { beforeAll, expect, test } from 'vitest';
import {
  makeRealWorld,
  REAL_NOW,
  type RealRecord,
  type RealWorld,
  realDocument,
} from '../testing/real-world.ts';
import type { Reprint } from '../verdict/file-verdict.ts';
import { verifyFile } from '../verify-file.ts';

let world: RealWorld;
beforeAll(async () => {
  const mine = realDocument();
  const pupil = { ...mine.pupil, fullName: 'Trần Thị Bưởi', pupilCode: '0100000002' };
  world = await makeRealWorld({
    docs: [mine, { ...mine, pupil, uuid: '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f5a6' }],
  });
});

const recordAt = (n: number): RealRecord => {
  const record = world.records[n];
  if (record === undefined) throw new Error('no record');
  return record;
};

/** A claim as the school signs it; who signed is not asked of a print. */
function claimOf(n: number, change: Partial<ClaimBody> = {}): Promise<string> {
  const { doc, proof, index } = recordAt(n);
  const { leaf } = readReceipt(parseProofFile(proof).extra ?? new Uint8Array());
  const body: ClaimBody = {
    content: claimContentOf(doc),
    keyId: new Uint8Array(4).fill(1),
    leafIndex: index,
    leafHash: leafHash(nodeSha256, leaf).slice(0, 16),
    ...change,
  };
  return signClaim(body, async () => new Uint8Array(64).fill(3));
}

const reprint: Reprint = async (pdf) => {
  const inputs = reprintInputs(pdf);
  return inputs === null ? null : render(recordAt(0), inputs.qrUrl);
};
async function render({ xml, proof }: RealRecord, qrUrl: string): Promise<Uint8Array> {
  const { doc, slots } = readRecord(xml);
  const issued = { qrUrl, leafIndex: 0, signatures: signaturesOf(doc, slots), sealedAt: null };
  return renderYear({ doc, xml, proof, issued });
}

test.each<[string, () => Promise<string> | string, string, string]>([
  ['none', () => '', 'genuine', 'valid:same-pages'],
  ['its own', () => claimOf(0), 'genuine', 'valid:same-pages'],
  [
    'its own, whose leaf was logged again elsewhere',
    () => claimOf(0, { leafIndex: 9 }),
    'genuine',
    'valid:same-pages',
  ],
  ['another pupil’s', () => claimOf(1), 'not-genuine', 'invalid:altered'],
  [
    'its own words, of another pupil’s leaf',
    () => claimOf(0, { leafHash: new Uint8Array(16).fill(5) }),
    'not-genuine',
    'invalid:altered',
  ],
  [
    'another result, of its own leaf',
    () =>
      claimOf(0, {
        content: {
          ...claimContentOf(recordAt(0).doc),
          result: recordAt(0).doc.result === 'HTXS' ? 'HTT' : 'HTXS',
        },
      }),
    'not-genuine',
    'invalid:altered',
  ],
  [
    'its own, and another pupil’s behind it, which a browser reads as one',
    async () => `${await claimOf(0)}#${await claimOf(1)}`,
    'not-genuine',
    'invalid:altered',
  ],
  ['no claim at all', () => 'xem-o-day', 'not-genuine', 'invalid:altered'],
])('a print whose QR carries %s', async (_, claim, verdict, code) => {
  const fragment = await claim();
  const address = `https://truong.example/x/31TLjiIBw0qo4iWtq2ihWe${fragment === '' ? '' : `#${fragment}`}`;
  const bytes = await render(recordAt(0), address);
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW, reprint };
  const found = await verifyFile({ name: 'a.pdf', bytes }, await world.trust(), ports);
  const print = found.fragments.find(({ name }) => name === 'print');
  expect([found.verdict, `${print?.state}:${print?.code}`]).toEqual([verdict, code]);
});
