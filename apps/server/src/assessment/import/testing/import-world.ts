import { type Client, fileBody, type School, YEAR } from '../../../http/testing/world.ts';

/** What the tests of imports do through the edge. */
export interface GroupView {
  group: number;
  className: string;
  period: string;
  rows: { row: number; match: string; selected: boolean; cells: number; notes: string[] }[];
  refused: { row: number; reasons: string[] }[];
}

export function sendResults(client: Client, bytes: Uint8Array, name = 'truong.xlsx') {
  const { payload, headers } = fileBody(name, bytes);
  return client<{
    error?: string;
    details?: string[];
    importId: string;
    groups: GroupView[];
    remarks: string[];
  }>('POST', '/api/imports/results', payload, headers);
}

let classes = 0;
/** A class of its own for a test, led by the homeroom teacher; Âm nhạc is the music teacher's. */
export async function newClass(
  admin: Client,
  school: School,
  grade = 4,
): Promise<{ classId: string; name: string }> {
  classes += 1;
  const name = `${grade}N${classes}`;
  const saved = await admin<{ classId: string }>('POST', '/api/classes', {
    name,
    grade,
    schoolYear: YEAR,
    homeroomStaffId: school.staff.homeroom,
    assignments: [
      { subject: 'TOAN', staffId: school.staff.homeroom },
      { subject: 'AN', staffId: school.staff.music },
    ],
  });
  if (saved.status !== 200) throw new Error(saved.text);
  return { classId: saved.body.classId, name };
}
