import type { Answer } from './client.ts';

/** Answers that several pages of one room show, each under the name that they use. */
export type SheetData = Answer<'GET', '/api/classes/:classId/sheet'>;
export type Identity = Answer<'GET', '/api/pupils/:pupilId/identity'>;
export type Pupil = Answer<'GET', '/api/pupils/:pupilId'>;
export type MyFactors = Answer<'GET', '/api/second-factor'>;
export type Member = Answer<'GET', '/api/staff'>['staff'][number];
export type RollOverPreview = Answer<'POST', '/api/school-years/:schoolYear/roll-over/preview'>;
export type RollOverPlan = RollOverPreview['plan'];

/** What the office chooses before classes are rolled over. */
export interface RollOverChoices {
  teachers: 'stay' | 'follow';
  classes: { classId: string; name: string; homeroomStaffId?: string | null }[];
  repeaters: { pupilId: string; className: string }[];
  waiting: string[];
}
