import { RESULT_NAMES } from '../codes/words.ts';
import type { OverallResult } from '../model.ts';
import { lackingGrounds, namesLetter } from '../rules/awards.ts';
import { awardsNamed, completesGrade, completionText } from '../rules/completion.ts';
import { type Proposal, proposeResult, whyNot } from '../rules/propose.ts';
import type { RuleSet } from '../rules/ruleset.ts';
import type { PupilYearCheck, StatedConclusion } from './input.ts';
import type { Problem } from './problem.ts';

function completionProblem(field: string, message: string, action: string, rule: string): Problem {
  return { severity: 'warning', code: 'completion-differs', field, message, action, rule };
}

/** Told against the stated level alone: a reason why it is not a still higher one would help nobody. */
function resultProblems(input: PupilYearCheck, stated: StatedConclusion, proposal: Proposal): Problem[] {
  const { result } = proposal;
  if (stated.result === undefined || result === null || stated.result === result) return [];
  const name = RESULT_NAMES[stated.result];
  const why = whyNot(input.ruleSet, input.assessment, stated.result, input.options);
  return [
    {
      severity: 'blocking',
      code: 'result-differs',
      field: 'result',
      message: why
        ? `Ghi “${name}” nhưng chưa đủ điều kiện: ${why.faults}. Theo quy định là “${RESULT_NAMES[result]}”.`
        : `Ghi “${name}” nhưng các ô đều đủ điều kiện của mức cao hơn: theo quy định là “${RESULT_NAMES[result]}”.`,
      action: 'Sửa xếp loại, hoặc sửa mức và điểm nếu nhập sai.',
      rule: why?.rule ?? ruleOfResult(input.ruleSet, result),
    },
  ];
}

function ruleOfResult(set: RuleSet, result: OverallResult): string {
  return set.conditions.find((c) => c.result === result)?.rule ?? set.otherwise.rule;
}

function completionProblems(input: PupilYearCheck, stated: StatedConclusion, proposal: Proposal): Problem[] {
  const { grade } = input.assessment;
  const found: Problem[] = [];
  const { result } = proposal;
  const completed = stated.completed ?? (result === null ? undefined : completesGrade(result, input.ruleSet));
  if (
    stated.completed !== undefined &&
    result !== null &&
    stated.completed !== completesGrade(result, input.ruleSet)
  ) {
    found.push(
      completionProblem(
        'completed',
        `Kết quả là ${RESULT_NAMES[result]}, nhưng ghi là ${stated.completed ? 'đã' : 'chưa'} hoàn thành chương trình lớp học.`,
        'Sửa xác nhận hoàn thành chương trình cho khớp với kết quả.',
        input.ruleSet.topics.completed,
      ),
    );
  }
  if (stated.promoted === undefined || completed === undefined) return found;
  if (completed && !stated.promoted) {
    found.push(
      completionProblem(
        'promoted',
        'Học sinh hoàn thành chương trình lớp học, nhưng ghi là chưa được lên lớp.',
        'Sửa mục lên lớp.',
        input.ruleSet.topics.promoted,
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
            input.ruleSet.topics.primary,
          )
        : {
            severity: 'note',
            code: 'promotion-by-decision',
            field: 'promoted',
            message: 'Học sinh chưa hoàn thành chương trình lớp học nhưng được lên lớp.',
            action: 'Cần có quyết định của hiệu trưởng.',
            rule: input.ruleSet.topics.promoted,
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
      input.ruleSet.topics.completed,
    ),
  ];
}

function awardProblems(input: PupilYearCheck, stated: StatedConclusion, proposal: Proposal): Problem[] {
  const { award, awardGrounds } = stated;
  if (!award) return [];
  const letter: Problem[] = namesLetter(award)
    ? [
        {
          severity: 'warning',
          code: 'letter-not-recorded',
          item: 'AWARD.text',
          message: 'Nội dung khen thưởng nhắc đến thư khen; thư khen không ghi vào học bạ.',
          action: 'Bỏ thư khen khỏi nội dung khen thưởng.',
          rule: input.ruleSet.topics.letter,
        },
      ]
    : [];
  if (proposal.result === null) return letter;
  return [
    ...letter,
    ...awardsNamed(input.ruleSet, award).flatMap((title): Problem[] => {
      const refused = (message: string, action: string): Problem[] => [
        {
          severity: 'blocking',
          code: 'award-not-allowed',
          item: 'AWARD.text',
          message,
          action,
          rule: title.rule,
        },
      ];
      if (title.result !== proposal.result) {
        return refused(
          `Danh hiệu ${title.title} chỉ dành cho học sinh đạt ${RESULT_NAMES[title.result]}.`,
          'Sửa nội dung khen thưởng hoặc xem lại kết quả.',
        );
      }
      const lacking = awardGrounds ? lackingGrounds(title, awardGrounds) : [];
      return lacking.length === 0
        ? []
        : refused(
            `Danh hiệu ${title.title} còn thiếu: ${lacking.join('; ')}.`,
            'Bổ sung căn cứ xét khen thưởng hoặc bỏ danh hiệu.',
          );
    }),
  ];
}

/** What was stated beside what the rules give: result, completion, promotion, §6, titles (domain groups 3, 4 and 5). */
export function checkConclusion(input: PupilYearCheck): Problem[] {
  const { stated } = input;
  if (!stated) return [];
  const proposal = proposeResult(input.ruleSet, input.assessment, input.options);
  return [
    ...resultProblems(input, stated, proposal),
    ...completionProblems(input, stated, proposal),
    ...textProblems(input, stated),
    ...awardProblems(input, stated, proposal),
  ];
}
