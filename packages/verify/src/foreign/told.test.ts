import { nodeEd25519 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { beforeAll, expect, test } from 'vitest';
import { type ForeignPeople, foreignPeople, foreignRecord } from '../testing/foreign.ts';
import { makeRealWorld, REAL_NOW, type RealWorld } from '../testing/real-world.ts';
import type { FileVerdict } from '../verdict/file-verdict.ts';
import { verifyFile } from '../verify-file.ts';

/** What is told of a record of other software, and in which words. */
let world: RealWorld;
let people: ForeignPeople;
beforeAll(async () => {
  world = await makeRealWorld();
  people = foreignPeople(world.pki);
});
async function judged(xml: string): Promise<FileVerdict> {
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW };
  return verifyFile({ name: 'a.xml', bytes: new TextEncoder().encode(xml) }, await world.trust(), ports);
}

test('what it says is shown without what turns or hides it', async () => {
  const edit = (xml: string) => xml.replaceAll('Học Sinh Mẫu Khác', 'Học Sinh\u202e Mẫu\u200b Khác');
  const found = await judged(foreignRecord(people, { edit }));
  expect(found.foreign?.fullName).toBe('Học Sinh� Mẫu� Khác');
});

test.each<[string, string | RegExp, string]>([
  ['digest', 'http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2000/09/xmldsig#sha1'],
  ['signature', /xmldsig-more#(?:rsa|ecdsa)-sha256/, 'xmldsig#rsa-sha1'],
])(
  'a %s of old is said to be that, since nobody looks whether it fits: it is not genuine by it',
  async (_, from, to) => {
    const found = await judged(foreignRecord(people).replace(from, to));
    const signatures = found.fragments.find(({ name }) => name === 'signatures');
    expect([found.verdict, signatures?.state, signatures?.code]).toEqual([
      'not-genuine',
      'invalid',
      'weak-algorithm',
    ]);
  },
);
