import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inSchool } from '../../store/database.ts';
import { auditStore } from '../audit/audit.ts';
import { proofOf } from '../issue/issued.ts';
import { signedPrint } from '../prints/signed-prints.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { asSuperuser, undone } from '../testing/superuser.ts';
import { type FamilyFiles, UNKNOWN_STAFF } from './judged.ts';
import { filesInPrint } from './paper.ts';
import { takeBack } from './take-back.ts';

/** A school whose store has lost what it had issued, and the families who have their files. */
let house: TestHouse;
let ids: string[];
let files: Required<FamilyFiles>[];
const deps = () => ({ db: house.database.db, dataDir: house.dataDir, now: house.now });
const of = (n: number): { id: string; given: Required<FamilyFiles> } => {
  const [id, given] = [ids[n], files[n]];
  if (id === undefined || given === undefined) throw new Error('no record');
  return { id, given };
};
const back = (given: FamilyFiles) => takeBack(deps(), given);
const report = () =>
  auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now });

/** Of the issue, then of what went before it. */
const ISSUE = ['taken_back', 'signed_print', 'record_archive', 'verification_token', 'issued_record'];
const ALL = [...ISSUE, 'slot', 'record_act', 'record'];
/** As a disk loses rows, whatever guards them. */
const lose = (id: string, tables = ALL, where = '') =>
  asSuperuser(
    house,
    tables.map((table) => `delete from ${table} where record_id = '${id}' ${where}`).join('; '),
  );
/** What the family of a record is given. */
async function familyOf(id: string): Promise<Required<FamilyFiles>> {
  const { schoolId } = house.school;
  const proving = { ...deps(), logHost: LOG_HOST, sequencer: house.sequencer };
  const { proof, issued } = await proofOf(proving, schoolId, id);
  const print = await inSchool(house.database.db, schoolId, (trx) => signedPrint(trx, schoolId, id));
  return { xml: issued.xml, proof, prints: [print?.pdf ?? new Uint8Array()] };
}
const store = async (id: string) => {
  const rows = (columns: string, table: string) =>
    house.database.asOwner(`select ${columns} from ${table} where record_id = '${id}' order by 1`);
  return {
    issued: await rows(
      `encode(xml, 'base64') as xml, encode(core, 'hex') as core, encode(leaf, 'hex') as leaf`,
      'issued_record',
    ),
    record: await rows(
      `encode(frozen_xml, 'base64') as xml, encode(annex, 'base64') as annex, slots, class_id, pupil_id`,
      'record',
    ),
    slots: await rows(
      `slot_id, slot_order, role, signing_time, personal_id, encode(signature, 'base64') as signature, certificate_id`,
      'slot',
    ),
    page: await rows('token', 'verification_token'),
    print: await rows(`encode(digest, 'hex') as digest, signed_by, certificate_id`, 'signed_print'),
  };
};
/** All of the store but its logs, as of last night. */
const kept = async () =>
  (
    await house.database.asOwner<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public' and tablename !~ '^(log_|kept_|schema_)'`,
    )
  ).map(({ name }) => name);
async function keepBackup(): Promise<void> {
  for (const name of await kept())
    await house.database.asOwner(`create table kept_${name} as select * from ${name}`);
}
async function bringBackup(): Promise<void> {
  const names = (await kept()).filter((name) => name !== 'migration');
  await asSuperuser(
    house,
    [
      `truncate ${names.join(', ')}`,
      ...names.map((name) => `insert into ${name} overriding system value select * from kept_${name}`),
    ].join('; '),
  );
}
const counts = () =>
  house.database.asOwner(
    `select ${[...ALL, 'audit_event', 'record_registry', 'log_leaf'].map((t) => `(select count(*) from ${t}) as ${t}`).join(', ')}`,
  );

beforeAll(async () => {
  house = await makeHouse({ pupils: 5, publicUrl: 'https://hocba.example' });
  const { schoolId, music, homeroom, principal } = house.school;
  // Who signs has a certificate before the first signature of a year.
  for (const staffId of [music.staffId, homeroom.staffId, principal.staffId, null])
    await house.signers.signerOf({ schoolId, staffId });
  await keepBackup();
  ids = await house.issueAll();
  files = await Promise.all(ids.map(familyOf));
});
afterAll(() => house.close());

test('a record whose rows are gone comes back out of the family’s package as it was issued; the audit is whole, and says what nobody knows', async () => {
  const { id, given } = of(0);
  const was = await store(id);
  await lose(id);
  expect((await report()).problems.map(({ code }) => code)).toEqual(
    expect.arrayContaining(['record-missing', 'leaf-without-record', 'print-missing', 'taken-away']),
  );
  expect(await back(given)).toEqual({
    recordId: id,
    schoolYear: '2025-2026',
    written: true,
    addressKept: true,
  });
  expect(await store(id)).toEqual(was);
  const { problems, open } = await report();
  expect([problems, open]).toEqual([[], [{ what: 'record', id, code: 'taken-back' }]]);
  expect(
    await house.database.asOwner(
      `select i.issued_by, r.frozen_by <> i.issued_by as named from issued_record i join record r using (school_id, record_id) where i.record_id = '${id}'`,
    ),
  ).toEqual([{ issued_by: UNKNOWN_STAFF, named: true }]);

  const before = await counts();
  expect(await back(given)).toMatchObject({ written: false, addressKept: true });
  expect(await counts()).toEqual(before);
});

test('what is changed in it afterwards is named as in any other', async () => {
  const { id } = of(0);
  const change = (to: string) => `update issued_record set issued_by = '${to}' where record_id = '${id}'`;
  await undone(house, change(house.school.clerk.staffId), change(UNKNOWN_STAFF), async () =>
    expect((await report()).problems.map(({ code }) => code)).toEqual(['issue-differs', 'changed-behind']),
  );
});

test('from the files alone it has a new address, and the lost print is said to be lost', async () => {
  const { id, given } = of(1);
  const was = await store(id);
  await lose(id);
  const { xml, proof } = given;
  expect(await back({ xml, proof })).toMatchObject({ written: true, addressKept: false });
  const now = await store(id);
  expect(now).toEqual({ ...was, page: now.page, print: [] });
  expect(now.page).toEqual([{ token: expect.stringMatching(/^\w{22}$/) }]);
  const { problems, open } = await report();
  expect(problems).toEqual([]);
  expect(open.filter((one) => one.id === id).map(({ code }) => code)).toEqual([
    'taken-back',
    'print-missing',
  ]);
});

test('a backup of between two signatures has the record as far as it was signed: what lacks is put behind it; a print alone has all in it', async () => {
  const { id, given } = of(2);
  const was = await store(id);
  await lose(id, ISSUE);
  await lose(id, ['slot'], `and role in ('principal', 'schoolSeal')`);
  await lose(id, ['record_act'], `and (act = 'issue' or role in ('principal', 'schoolSeal'))`);
  const signature = `update slot set signature = signature || '\\x00' where record_id = '${id}' and role = 'homeroomTeacher'`;
  const undo = `update slot set signature = substring(signature from 1 for length(signature) - 1) where record_id = '${id}' and role = 'homeroomTeacher'`;
  await undone(house, signature, undo, async () => {
    const before = await counts();
    await expect(back(given)).rejects.toMatchObject({ code: 'differs-here' });
    expect(await counts()).toEqual(before);
  });
  const [print = new Uint8Array()] = given.prints;
  expect(await back(filesInPrint(print) ?? given)).toMatchObject({ written: true, addressKept: true });
  expect(await store(id)).toEqual(was);
  expect((await report()).problems).toEqual([]);
});

describe('nothing is written of', () => {
  const changed = (bytes: Uint8Array, at: number) => bytes.map((byte, n) => (n === at ? byte ^ 1 : byte));
  const refused = async (given: FamilyFiles, code: string) => {
    const before = await counts();
    await expect(back(given)).rejects.toMatchObject({ code });
    expect(await counts()).toEqual(before);
  };
  beforeAll(() => lose(of(3).id));

  test('what is not genuine, or no record', async () => {
    const { xml, proof } = of(3).given;
    for (const given of [
      { xml: changed(xml, new TextDecoder('latin1').decode(xml).indexOf('2025-2026')), proof },
      { xml, proof: of(1).given.proof },
      { xml, proof: changed(proof, proof.length - 40) },
    ])
      await expect(back(given)).rejects.toMatchObject({
        code: expect.stringMatching(/^not-(genuine|a-record)$/),
      });
    await refused({ xml: new TextEncoder().encode('<a/>'), proof }, 'not-a-record');
  });

  test.each<[string, string, string, string]>([
    [
      'a leaf that the log here has not, as before it has caught up',
      'create table kept as select * from log_leaf; delete from log_leaf',
      'insert into log_leaf select * from kept; drop table kept',
      'not-in-this-log',
    ],
    [
      'a class that is not there',
      `update class set name = name || 'x'`,
      'update class set name = left(name, -1)',
      'class-missing',
    ],
    [
      'a pupil who is not there',
      `update pupil set pupil_code = pupil_code || 'x'`,
      'update pupil set pupil_code = left(pupil_code, -1)',
      'pupil-missing',
    ],
    [
      'a signer who is not there',
      `update staff set personal_id = reverse(personal_id)`,
      'update staff set personal_id = reverse(personal_id)',
      'signer-missing',
    ],
    [
      'a certificate that is not there',
      `update signing_certificate set chain[1] = chain[1] || '\\x00' where staff_id is not null`,
      `update signing_certificate set chain[1] = substring(chain[1] from 1 for length(chain[1]) - 1) where staff_id is not null`,
      'certificate-missing',
    ],
    [
      'a seal that is not there',
      `update signing_certificate set chain[1] = chain[1] || '\\x00' where staff_id is null`,
      `update signing_certificate set chain[1] = substring(chain[1] from 1 for length(chain[1]) - 1) where staff_id is null`,
      'certificate-missing',
    ],
    [
      'a school that is not there',
      `update school set code = code || 'x'`,
      'update school set code = left(code, -1)',
      'school-unknown',
    ],
  ])('%s', async (_, change, undo, code) => {
    await undone(house, change, undo, () => refused(of(3).given, code));
  });

  test('a pupil whose year another record holds by now, until that is given back for mending', async () => {
    expect(await house.freeze()).toHaveLength(1);
    await refused(of(3).given, 'year-held');
  });

  test('what was recalled, though all its rows are gone with the recall', async () => {
    const { id, given } = of(4);
    await house.recall(id, false);
    await lose(id, ['recalled_record', ...ALL]);
    await refused(given, 'ended');
  });
});

test('after an older backup and the log’s catching up all that families have comes back, and the rest is named', async () => {
  await bringBackup();
  const lost = await report();
  expect(lost.problems.map(({ what, code }) => `${what} ${code}`)).toEqual(
    Array.from({ length: 6 }, () => 'leaf leaf-without-record'),
  );
  for (const n of [0, 1, 2, 3])
    expect(await back(of(n).given)).toMatchObject({ written: true, addressKept: true });
  await expect(back(of(4).given)).rejects.toMatchObject({ code: 'ended' });
  const { problems, open } = await report();
  // What was issued and recalled since, with the recall.
  expect(problems.map(({ id, code }) => [id.replace(/.*#/, '#'), code])).toEqual([
    [expect.stringMatching(/^#[0-4]$/), 'leaf-without-record'],
    ['#5', 'leaf-without-record'],
  ]);
  expect(open.map(({ code }) => code)).toEqual(Array.from({ length: 4 }, () => 'taken-back'));
});

test('a replacement comes back once what it replaces is recalled here again, and two persons agree to what it says', async () => {
  const { id: old } = of(0);
  await house.database.asOwner((await kept()).map((name) => `drop table kept_${name}`).join('; '));
  await keepBackup();
  await house.recall(old, true);
  await house.issueAll();
  const [row] = await house.database.asOwner<{ id: string }>(
    `select record_id as id from record where replaces = '${old}'`,
  );
  const id = row?.id ?? '';
  const given = await familyOf(id);
  await bringBackup();
  await expect(back(given)).rejects.toMatchObject({ code: 'replacement' });
  await house.recall(old, true, [{ item: 'TV.level', value: 'C' }]);
  await expect(back(given)).rejects.toMatchObject({ code: 'not-as-agreed' });
  await house.recall(old, true);
  expect(await back(given)).toMatchObject({ recordId: id, written: true });
  expect(await back(given)).toMatchObject({ written: false });
  expect(
    await house.database.asOwner(
      `select act from record_act where record_id = '${old}' order by seq desc limit 1`,
    ),
  ).toEqual([{ act: 'replace' }]);
  const { problems, open } = await report();
  expect(problems.filter(({ code }) => code !== 'leaf-without-record')).toEqual([]);
  expect(open).toContainEqual({ what: 'record', id, code: 'taken-back' });
});
