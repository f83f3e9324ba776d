import type { Grade, OverallResult } from '../model.ts';
import type { AwardTitle, RuleSet } from './ruleset.ts';
import { TT27_2020 } from './tt27-2020.ts';

/** Whether a result confirms the completion of the grade (TT 27/2020 Điều 11 khoản 1). */
export function completesGrade(result: OverallResult, set: RuleSet = TT27_2020): boolean {
  return set.completing.includes(result);
}

/**
 * Text of §6 of the form (Hướng dẫn ghi học bạ, mục 6). In grade 5 the programme of the level is named and promotion
 * has no words.
 */
export function completionText(grade: Grade, completed: boolean, promoted: boolean): string {
  if (grade === 5)
    return completed ? 'Hoàn thành chương trình tiểu học.' : 'Chưa hoàn thành chương trình tiểu học.';
  const first = `${completed ? 'Hoàn thành' : 'Chưa hoàn thành'} chương trình lớp ${grade}`;
  return `${first}; ${promoted ? `Được lên lớp ${grade + 1}` : 'Chưa được lên lớp'}.`;
}

function folded(text: string): string {
  return text.normalize('NFC').toLowerCase().replace(/\s+/g, ' ');
}

/** The titles of Điều 13 that a text of §5 names. "Học sinh Tiêu biểu" alone names the second one too. */
export function awardsNamed(set: RuleSet, text: string): AwardTitle[] {
  const t = folded(text);
  return set.awards.filter((a) => t.includes(folded(shortTitle(a))));
}

/** "Học sinh Tiêu biểu" of the long title: the first four words name it. */
function shortTitle(award: AwardTitle): string {
  return award.title.split(' ').slice(0, 4).join(' ');
}

/** The title that a result allows by Điều 13, to offer on the page; for HTT it also needs the class's recognition. */
export function awardFor(set: RuleSet, result: OverallResult): AwardTitle | undefined {
  return set.awards.find((a) => a.result === result);
}
