import { RESULT_NAMES } from '../codes/words.ts';
import { awardsNamed, completesGrade, completionText } from '../rules/completion.ts';
import { type Proposal, proposeResult } from '../rules/propose.ts';
import type { PupilYearCheck, StatedConclusion } from './input.ts';
import type { Problem } from './problem.ts';

function completionProblem(field: string, message: string, action: string, rule: string): Problem {
  return { severity: 'warning', code: 'completion-differs', field, message, action, rule };
}

function resultProblems(stated: StatedConclusion, proposal: Proposal): Problem[] {
  if (stated.result === undefined || proposal.result === null || stated.result === proposal.result) return [];
  const why = proposal.reasons.find((r) => r.sentence.startsWith('Chưa đạt'))?.sentence ?? '';
  return [
    {
      severity: 'blocking',
      code: 'result-differs',
      field: 'result',
      message:
        `Xếp loại ghi là ${RESULT_NAMES[stated.result]}, nhưng theo quy định là ${RESULT_NAMES[proposal.result]}. ${why}`.trim(),
      action: 'Sửa xếp loại, hoặc sửa mức và điểm nếu nhập sai.',
      rule: `TT27.${proposal.result}`,
    },
  ];
}

function completionProblems(input: PupilYearCheck, stated: StatedConclusion, proposal: Proposal): Problem[] {
  const { grade } = input.assessment;
  const found: Problem[] = [];
  const { result } = proposal;
  const completed = stated.completed ?? (result === null ? undefined : completesGrade(result));
  if (stated.completed !== undefined && result !== null && stated.completed !== completesGrade(result)) {
    const afterwards = stated.completed && stated.reassessed === true;
    if (!afterwards) {
      found.push(
        completionProblem(
          'completed',
          `Kết quả là ${RESULT_NAMES[result]}, nhưng ghi là ${stated.completed ? 'đã' : 'chưa'} hoàn thành chương trình lớp học.`,
          'Sửa xác nhận hoàn thành chương trình cho khớp với kết quả.',
          'TT27.COMPLETED',
        ),
      );
    }
  }
  if (stated.promoted === undefined || completed === undefined) return found;
  if (completed && !stated.promoted) {
    found.push(
      completionProblem(
        'promoted',
        'Học sinh hoàn thành chương trình lớp học, nhưng ghi là chưa được lên lớp.',
        'Sửa mục lên lớp.',
        'TT27.PROMOTED',
      ),
    );
  }
  if (!completed && stated.promoted) {
    found.push(
      grade === 5
        ? completionProblem(
            'promoted',
            'Học sinh lớp 5 chưa hoàn thành chương trình tiểu học, nhưng ghi là được lên lớp.',
            'Sửa mục lên lớp.',
            'TT27.PROMOTED',
          )
        : {
            severity: 'note',
            code: 'promotion-by-decision',
            field: 'promoted',
            message: 'Học sinh chưa hoàn thành chương trình lớp học nhưng được lên lớp.',
            action: 'Cần có quyết định của hiệu trưởng.',
            rule: 'TT27.PROMOTED',
          },
    );
  }
  return found;
}

function textProblems(input: PupilYearCheck, stated: StatedConclusion): Problem[] {
  const { completionText: text, completed, promoted } = stated;
  if (text === undefined || completed === undefined || promoted === undefined) return [];
  const expected = completionText(input.assessment.grade, completed, promoted);
  if (text === expected) return [];
  return [
    completionProblem(
      'completionText',
      'Nội dung hoàn thành chương trình không khớp với lớp và với mục lên lớp.',
      `Ghi: “${expected}”`,
      'TT27.COMPLETED',
    ),
  ];
}

function awardProblems(input: PupilYearCheck, stated: StatedConclusion, proposal: Proposal): Problem[] {
  if (!stated.award || proposal.result === null) return [];
  return awardsNamed(input.ruleSet, stated.award)
    .filter((award) => award.result !== proposal.result)
    .map(
      (award): Problem => ({
        severity: 'blocking',
        code: 'award-not-allowed',
        item: 'AWARD.text',
        message: `Danh hiệu ${award.title} chỉ dành cho học sinh đạt ${RESULT_NAMES[award.result]}.`,
        action: 'Sửa nội dung khen thưởng hoặc xem lại kết quả.',
        rule: award.rule,
      }),
    );
}

/** What was stated beside what the rules give: result, completion, promotion, §6, titles (domain groups 3, 4 and 5). */
export function checkConclusion(input: PupilYearCheck): Problem[] {
  const { stated } = input;
  if (!stated) return [];
  const proposal = proposeResult(input.ruleSet, input.assessment, input.options);
  return [
    ...resultProblems(stated, proposal),
    ...completionProblems(input, stated, proposal),
    ...textProblems(input, stated),
    ...awardProblems(input, stated, proposal),
  ];
}
