import { nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { openBundle, trustOf, verifyFile } from '@hocba/verify';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { prepareClassClosing, sealClassClosing } from '../manifest/close-class.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { trustBundle } from '../trust/bundle.ts';
import { pupilPackage } from './pupil-package.ts';

let house: TestHouse;
const deps = () => ({
  db: house.database.db,
  dataDir: house.dataDir,
  logHost: LOG_HOST,
  signers: house.signers,
  sequencer: house.sequencer,
  now: house.now,
});
const packageFor = (who = house.school.clerk, n = 0) =>
  pupilPackage(deps(), who, house.school.pupils[n]?.pupilId ?? '');

/** What is in a pupil's package, and what whoever has the school's bundle is told of each part. */
async function judged() {
  const { bytes, fileName: name = '' } = await packageFor();
  const { bundle, vkey } = await trustBundle(deps());
  const opened = await openBundle(nodeSha256, nodeEd25519, [vkey], new TextEncoder().encode(bundle));
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: house.now };
  const { parts = [] } = await verifyFile({ name, bytes }, trustOf(opened, []), ports);
  const code = house.school.pupils[0]?.pupilCode ?? '?';
  return {
    name: name.replace(code, 'HS'),
    inside: Object.keys(unzipSync(bytes)).map((one) => one.replace(code, 'HS')),
    verdicts: parts.map(({ found }) => found.verdict),
    list: parts.flatMap(({ found }) => found.fragments.filter((one) => one.name === 'list')),
  };
}

beforeAll(async () => {
  house = await makeHouse({ pupils: 2, publicUrl: 'https://hocba.example' });
});
afterAll(() => house.close());

test('before the issue there is nothing to hand out, and it is for the office', async () => {
  await expect(packageFor()).rejects.toMatchObject({ code: 'not-issued' });
  await expect(packageFor(house.school.homeroom)).rejects.toMatchObject({ code: 'not-allowed' });
});

test('holds the year’s files, and once the class’s year is closed the own part of its list; is judged as it is', async () => {
  await house.issueAll();
  const files = ['HS-2025-2026.xml', 'HS-2025-2026.tlog-proof', 'HS-2025-2026.pdf'];
  const issued = { name: 'HS.zip', inside: files, verdicts: ['training', 'training'], list: [] };
  expect(await judged()).toEqual(issued);

  const { homeroom, clerk, classId } = house.school;
  await prepareClassClosing(deps(), homeroom, classId, { none: [] });
  expect(await judged()).toEqual(issued);
  await sealClassClosing(deps(), clerk, classId);
  const named = { name: 'list', state: 'valid', code: 'names-record' };
  expect(await judged()).toEqual({
    ...issued,
    inside: [...files, 'HS-2025-2026-khep-nam.tlog-proof'],
    list: [named, named],
  });
});

test('another record’s print in the place of the own goes out to nobody', async () => {
  await house.database.asOwner(
    `set session_replication_role = replica;
     update signed_print a set pdf = b.pdf, digest = b.digest from signed_print b where a.record_id <> b.record_id`,
  );
  for (const n of [0, 1])
    await expect(packageFor(undefined, n)).rejects.toMatchObject({ code: 'record-damaged' });
});
