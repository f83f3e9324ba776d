import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderYear, signaturesOf } from '@hocba/form';
import { type RecordDocument, readRecord } from '@hocba/record';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { inSchool } from '../../store/database.ts';
import { MIGRATIONS_FOLDER } from '../../store/migrate.ts';
import { nightlyComparer } from '../days/compare-nightly.ts';
import { proofOf } from '../issue/issued.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { comparedClasses } from './compared-classes.ts';
import { type CompareDeps, compareClass, differingRecords } from './consistency.ts';

let house: TestHouse;
afterEach(() => house.close());

/** As the superuser who could break anything, with every trigger off. */
const asSuperuser = (statement: string) =>
  house.database.asOwner(`set session_replication_role = replica; ${statement}`);

async function print(of: (doc: RecordDocument, xml: Uint8Array) => Uint8Array, recordId: string) {
  const { issued, proof, leafIndex } = await proofOf(
    { db: house.database.db, dataDir: house.dataDir, logHost: LOG_HOST, sequencer: house.sequencer },
    house.school.schoolId,
    recordId,
  );
  const { doc, slots } = readRecord(issued.xml);
  return renderYear({
    doc,
    xml: of(doc, issued.xml),
    proof,
    issued: {
      qrUrl: 'https://hocba.example/x/0123456789abcdefghijAB',
      leafIndex,
      signatures: signaturesOf(doc, slots),
    },
  });
}

const deps = (xmlOf = (_: RecordDocument, xml: Uint8Array) => xml): CompareDeps => ({
  db: house.database.db,
  dataDir: house.dataDir,
  now: house.now,
  log: () => {},
  print: (_actor, recordId) => print(xmlOf, recordId),
});
const compare = (prints = false, by: CompareDeps = deps(), who: Actor = house.school.principal) =>
  compareClass(by, who, house.school.classId, { prints });
const told = async (prints = false, by?: CompareDeps): Promise<string[]> =>
  (await compare(prints, by)).differing.flatMap(({ fullName, differences }) =>
    differences.map(({ field, message }) => `${fullName} | ${field} | ${message}`),
  );
const night = async () =>
  (
    await inSchool(house.database.db, house.school.schoolId, (trx) =>
      differingRecords(trx, house.school.schoolId, house.school.classId, house.now()),
    )
  ).differing.length;
const shown = async () =>
  (await comparedClasses(deps(), house.school.principal)).classes.map(({ className, records, differing }) => [
    className,
    records,
    differing,
  ]);
const firstPupil = () => house.school.pupils[0] ?? { pupilId: '', pupilCode: '', fullName: '' };

describe('a class whose records are issued', () => {
  beforeEach(async () => {
    house = await makeHouse({ pupils: 2 });
    await house.issueAll();
  });

  test('differs in nothing, prints included', async () => {
    const outcome = await compare(true);
    expect([outcome.className, outcome.records, outcome.differing]).toEqual(['4A', 2, []]);
    expect(await night()).toBe(0);
  });

  test('a cell, a name and a conclusion changed behind it are named by pupil and field, in the class and in Excel', async () => {
    const { pupilId, fullName } = firstPupil();
    await asSuperuser(`update cell set value = '7' where pupil_id = '${pupilId}' and item = 'TOAN.mark'`);
    expect(await told()).toEqual([
      `${fullName} | TOAN.mark | Điểm kiểm tra môn Toán: học bạ ghi 10, dữ liệu lớp hiện nay ghi 7.`,
      `${fullName} | TOAN.mark | Điểm kiểm tra môn Toán: học bạ ghi 10, tệp Excel ghi 7.`,
    ]);
    expect(await night()).toBe(1);
    const lines: string[] = [];
    const nightly = nightlyComparer({ db: house.database.db, now: house.now }, (line) => lines.push(line));
    await Promise.all([nightly(), nightly()]);
    await nightly();
    // Said once a day, with nobody's name.
    expect(lines).toEqual([
      `Đối chiếu hằng ngày: trường ${house.school.code}, lớp 4A: 1 học bạ khác dữ liệu còn lại.`,
    ]);
    expect(await shown()).toEqual([['4A', 2, 1]]);
    await expect(comparedClasses(deps(), house.school.homeroom)).rejects.toMatchObject({
      code: 'not-allowed',
    });
    // A server that was started anew on the same day goes on from what is kept.
    await nightlyComparer({ db: house.database.db, now: house.now }, (line) => lines.push(line))();
    expect(lines).toHaveLength(1);
    await asSuperuser(`update pupil set home_town = 'Tỉnh Khác' where pupil_id = '${pupilId}'`);
    expect((await told()).filter((one) => one.includes('Quê quán'))).toEqual([
      `${fullName} | pupil.homeTown | Quê quán: học bạ và dữ liệu lớp hiện nay ghi khác nhau.`,
    ]);
    await asSuperuser(`update decision set result = 'HTT' where pupil_id = '${pupilId}'`);
    expect((await told()).filter((one) => one.includes('| result |'))).toHaveLength(2);
    expect((await compare()).differing).toHaveLength(1);
  });

  test('a class that cannot be compared is kept as such and stops no other', async () => {
    const { classId } = house.school;
    await house.database.asOwner(
      `insert into class (school_id, class_id, school_year, name, grade)
       select school_id, gen_random_uuid(), school_year, '4Z', 4 from class where class_id = '${classId}'`,
    );
    // As where the rows lie on a damaged page: the database itself fails over them.
    await house.database.asOwner(
      `create policy torn on record as restrictive using (class_id <> '${classId}' or 1 / (length(class_id::text) - 36) = 1)`,
    );
    const lines: string[] = [];
    await nightlyComparer({ db: house.database.db, now: house.now }, (line) => lines.push(line))();
    expect(lines).toEqual([
      `Đối chiếu hằng ngày: trường ${house.school.code}, lớp 4A: không đối chiếu được.`,
    ]);
    expect(await shown()).toEqual([
      ['4A', null, 0],
      ['4Z', 0, 0],
    ]);
  });

  test('a record of before titles had acts is compared with the cell’s own words', async () => {
    // As a store stood that froze its records before 0025: nobody wrote a title, and none is in the record.
    await asSuperuser(`delete from cell where item = 'AWARD.text'; update issued_record set xml =
      convert_to(regexp_replace(convert_from(xml, 'UTF8'), '<NOI_DUNG_KHEN_THUONG>.*?</NOI_DUNG_KHEN_THUONG>', ''), 'UTF8')`);
    const fields = async () => [...new Set((await told()).map((one) => one.split(' | ')[1]))];
    expect(await fields()).toEqual(['AWARD.text', 'awarded']);
    const migration = await readFile(join(MIGRATIONS_FOLDER, '0040_awards_by_cell.sql'), 'utf8');
    const again = (appliedAt: string) =>
      house.database.asOwner(`drop table record_award_by_cell;
        update schema_migration set applied_at = '${appliedAt}' where name = '0025_awards.sql'; ${migration}`);
    await again('2020-01-01');
    expect(await fields(), 'frozen after it').toEqual(['AWARD.text', 'awarded']);
    await again('2099-01-01');
    expect(await told()).toEqual([]);
    expect(await night()).toBe(0);
    await expect(
      house.database.asOwner('insert into record_award_by_cell select school_id, record_id from record'),
    ).rejects.toMatchObject({ code: '42501' });
  });

  test('a print that carries another record is named', async () => {
    const text = (xml: Uint8Array) => new TextDecoder().decode(xml);
    const other = (_: RecordDocument, xml: Uint8Array) =>
      new TextEncoder().encode(text(xml).replace('<CAN_NANG>28.5<', '<CAN_NANG>29.5<'));
    expect(await told(true, deps(other))).toEqual(
      house.school.pupils.map(
        ({ fullName }) => `${fullName} | WEIGHT.number | Cân nặng: học bạ và bản in ghi khác nhau.`,
      ),
    );
    const broken = { ...deps(), print: async () => new Uint8Array([1, 2, 3]) };
    expect(await told(true, broken)).toEqual(
      house.school.pupils.map(
        ({ fullName }) => `${fullName} | print | Bản in hỏng, không đọc được học bạ bên trong.`,
      ),
    );
  });

  test('a record that cannot be read is named and hides no other', async () => {
    const { pupilId, fullName } = firstPupil();
    await asSuperuser(`update issued_record set xml = '\\x00' where record_id =
      (select record_id from record where pupil_id = '${pupilId}')`);
    expect(await told()).toEqual([
      `${fullName} | record | Dữ liệu lưu của học bạ bị hỏng nên không đối chiếu được.`,
    ]);
  });
});

test('the table that subject teachers signed is compared too', async () => {
  house = await makeHouse({ pupils: 2, profile: 'moet-1.0' });
  await house.freeze();
  expect((await compare()).differing).toEqual([]);
  for (const who of ['homeroom', 'music', 'clerk'] as const)
    await expect(compare(false, deps(), house.school[who])).rejects.toMatchObject({ code: 'not-allowed' });
  await asSuperuser(`update record set frozen_xml = convert_to(replace(convert_from(frozen_xml, 'UTF8'),
    '<DIEM_KIEM_TRA_DINH_KY>10</DIEM_KIEM_TRA_DINH_KY>', '<DIEM_KIEM_TRA_DINH_KY>9</DIEM_KIEM_TRA_DINH_KY>'), 'UTF8')
    where pupil_id is null`);
  const found = await told();
  expect(found).toContain(
    `${firstPupil().fullName} | TOAN.mark | Điểm kiểm tra môn Toán: học bạ ghi 10, bảng tổng hợp đã ký ghi 9.`,
  );
  expect(found.every((one) => one.includes('bảng tổng hợp đã ký'))).toBe(true);
  expect(await night()).toBe(2);
});
