import { itemName } from '../codes/items.ts';
import { SUBJECTS } from '../codes/subjects.ts';
import { TRAIT_GROUPS } from '../codes/traits.ts';
import type { CellItem } from '../model.ts';
import { requiredComments } from '../rules/required.ts';
import { lowerFirst } from './cells.ts';
import type { CheckedComments, PupilYearCheck } from './input.ts';
import type { Problem } from './problem.ts';

function texts(comments: CheckedComments): [CellItem, string][] {
  return [
    ...SUBJECTS.map((s): [CellItem, string] => [`${s.code}.comment`, comments.subjects[s.code] ?? '']),
    ...TRAIT_GROUPS.map((g): [CellItem, string] => [`${g}.comment`, comments.traits[g] ?? '']),
    ['HOMEROOM.comment', comments.homeroom ?? ''],
  ];
}

function spaced(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ');
}

/** Without case and accents, so that a name typed in a hurry is found too. */
function folded(text: string): string {
  return spaced(text).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd');
}

function names(text: string, name: string): boolean {
  const at = text.indexOf(name);
  if (at < 0) return false;
  const letter = /[\p{L}\p{N}]/u;
  const before = text.slice(0, at).at(-1) ?? '';
  const after = text.slice(at + name.length).at(0) ?? '';
  return (!letter.test(before) && !letter.test(after)) || names(text.slice(at + name.length), name);
}

function namedProblems(input: PupilYearCheck, item: CellItem, comment: string): Problem[] {
  const own = spaced(input.pupil?.fullName ?? '');
  const exactText = own ? spaced(comment).replaceAll(own, '…') : spaced(comment);
  const foldedText = own ? folded(comment).replaceAll(folded(own), '…') : folded(comment);
  // A name of one word is also a common word; a namesake cannot be told apart.
  const others = [...new Set((input.classmates ?? []).map(spaced))].filter(
    (n) => n.includes(' ') && folded(n) !== folded(own),
  );
  return others.flatMap((other): Problem[] => {
    const exact = names(exactText, other);
    if (!exact && !names(foldedText, folded(other))) return [];
    return [
      {
        severity: exact ? 'blocking' : 'warning',
        code: 'other-pupil-named',
        item,
        message: `${itemName(item)} nhắc tên ${other}, là học sinh khác trong lớp.`,
        action: 'Kiểm tra xem nhận xét có bị chép nhầm từ học sinh khác không.',
      },
    ];
  });
}

/** Comments: the required ones present, none left over from another pupil (domain group 6). */
export function checkComments(input: PupilYearCheck): Problem[] {
  const { comments, assessment: a } = input;
  if (!comments) return [];
  const all = texts(comments);
  const filled = new Map(all.filter(([, text]) => text.trim() !== ''));
  const bare = SUBJECTS.filter((s) => a.levels[s.code] !== undefined && !filled.has(`${s.code}.comment`));
  const sparse: Problem[] =
    bare.length === 0
      ? []
      : [
          {
            severity: 'note',
            code: 'comments-sparse',
            message: `Chưa có nhận xét của ${bare.length} môn: ${bare.map((s) => s.shortName).join(', ')}.`,
            action: 'Có thể bổ sung nhận xét trước khi chốt.',
          },
        ];
  return [
    ...requiredComments(input.ruleSet, 'CN')
      .filter((i) => !filled.has(i))
      .map(
        (item): Problem => ({
          severity: 'blocking',
          code: 'missing',
          item,
          message: `Chưa có ${lowerFirst(itemName(item))}.`,
          action: 'Viết nhận xét.',
          rule: input.ruleSet.topics.form,
        }),
      ),
    ...sparse,
    ...[...filled].flatMap(([item, text]) => namedProblems(input, item, text)),
  ];
}
