import { assessment, issuing, roster, signing } from '../../apps/server/src/http/api/index.ts';
import { Refused } from '../example/client.ts';
import type { People, Staff } from '../example/people.ts';
import { copyOf, type Journal, seeRecord } from './journal.ts';

/** Order of a record's life; a later state holds what the earlier ones promised. */
const ISSUED = ['issued', 'recalled', 'replaced'];

/**
 * Asks the server for everything that it ever acknowledged, while the year may go on. What is seen here is a
 * promise from now on, too.
 *
 * @param watched the journal that grows; only what stood in it when this was called is asked for
 * @param people own sessions, so that the year's people are not disturbed
 * @returns what is lost or twice, as sentences; empty when everything is there
 */
export async function checkActs(watched: Journal, people: People): Promise<string[]> {
  const journal = copyOf(watched);
  const { classId } = journal;
  if (classId === null) return [];
  const lost: string[] = [];
  const homeroom = people.teachers[0] as Staff;
  const params = { classId };

  const detail = await homeroom.person.call(roster.classDetail, { params });
  const pupilOf = new Map(detail.roster.map((pupil) => [pupil.pupilCode, pupil]));
  if (pupilOf.size !== detail.roster.length) lost.push('một học sinh có hai dòng');
  for (const code of journal.pupils) if (!pupilOf.has(code)) lost.push(`học sinh ${code} đã nhập không còn`);
  for (const [code, sex] of journal.sexes)
    if (pupilOf.get(code)?.sex !== sex) lost.push(`lý lịch của ${code} đã ghi không còn`);

  const sheet = await homeroom.person.call(assessment.classSheet, { params, query: { period: 'CN' } });
  const cellOf = new Map(sheet.cells.map((cell) => [`${cell.pupilId}|${cell.item}`, cell]));
  for (const [key, value] of journal.imported) {
    const [code = '', item = ''] = key.split('|');
    const found = cellOf.get(`${pupilOf.get(code)?.pupilId}|${item}`)?.value;
    if (found !== value) lost.push(`ô ${item} của ${code} nhập là ${value}, nay là ${found}`);
  }
  for (const [key, { version, value }] of journal.cells) {
    const found = cellOf.get(key);
    // Nobody else writes here, so a higher version would be the same act done twice.
    if (found?.version !== version || found.value !== value)
      lost.push(`ô ${key.split('|')[1]} ghi bản ${version}, nay là bản ${found?.version}`);
  }
  await checkDecisions(journal, homeroom, lost);
  await checkRecords(journal, watched, people, homeroom, lost);
  return lost;
}

async function checkDecisions(journal: Journal, homeroom: Staff, lost: string[]): Promise<void> {
  if (journal.results.size === 0) return;
  const { pupils } = await homeroom.person.call(assessment.yearResults, {
    params: { classId: journal.classId ?? '' },
  });
  const byId = new Map(pupils.map((pupil) => [pupil.pupilId, pupil]));
  for (const [pupilId, result] of journal.results)
    if (byId.get(pupilId)?.stated !== result) lost.push(`kết quả ${result} đã xác nhận không còn`);
  for (const [pupilId, { completed, promoted }] of journal.promotions) {
    const found = byId.get(pupilId);
    if (!found?.promotionDecided || found.completed !== completed || found.promoted !== promoted)
      lost.push('quyết định lên lớp của hiệu trưởng không còn');
  }
}

async function checkRecords(
  journal: Journal,
  watched: Journal,
  people: People,
  homeroom: Staff,
  lost: string[],
): Promise<void> {
  const classId = journal.classId ?? '';
  const { records } = await homeroom.person.call(signing.listRecords, { params: { classId } });
  const byId = new Map(records.map((record) => [record.recordId, record]));
  for (const [recordId, seen] of journal.records) {
    const found = byId.get(recordId);
    if (found === undefined) lost.push(`học bạ ${recordId} đã chốt không còn`);
    else if (found.signed < seen.signed)
      lost.push(`học bạ ${recordId}: ${found.signed}/${seen.signed} chữ ký`);
    else if (seen.issued && !ISSUED.includes(found.status))
      lost.push(`học bạ ${recordId} không còn được phát hành`);
  }
  const pupils = records.filter(({ status }) => status !== 'thawed').map(({ pupilCode }) => pupilCode);
  if (new Set(pupils).size !== pupils.length) lost.push('một học sinh có hai học bạ');
  for (const [batchId, seen] of journal.batches) {
    try {
      const found = await seen.by.person.call(signing.signingProgress, { params: { batchId } });
      const less =
        found.signed < seen.signed || found.issued < seen.issued || (seen.finished && !found.finished);
      if (less)
        lost.push(
          `lô ký ${batchId}: ${found.signed}/${seen.signed} chữ ký, ${found.issued}/${seen.issued} phát hành`,
        );
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      lost.push(`lô ký ${batchId} không còn (${error.code})`);
    }
  }
  const issued = await people.clerk.person.call(issuing.issuedRecords, { query: { classId } });
  for (const [recordId, seen] of journal.records)
    if (seen.issued && !issued.records.some((record) => record.recordId === recordId))
      lost.push(`học bạ ${recordId} không còn trong danh sách phát hành`);
  for (const { recordId, pupilCode, signed, status } of records)
    seeRecord(watched, recordId, { pupilCode, signed, issued: ISSUED.includes(status) });
}
