import type { Grade, TraitCode, TraitGroup } from '../model.ts';

/** One quality (phẩm chất) or core competence (năng lực) that TT 27/2020 Điều 5 names. */
export interface Trait {
  readonly code: TraitCode;
  readonly name: string;
  readonly group: TraitGroup;
  /** Grades that assess it: công nghệ and tin học follow the subject, grades 3–5. */
  readonly grades: readonly Grade[];
}

const ALL: readonly Grade[] = [1, 2, 3, 4, 5];

function trait(group: TraitGroup, code: TraitCode, name: string, grades: readonly Grade[] = ALL): Trait {
  return { code, name, group, grades };
}

/** The 15 lines of §2 and §3 of the official form, in its order. */
export const TRAITS: readonly Trait[] = [
  trait('QUALITIES', 'YEU_NUOC', 'Yêu nước'),
  trait('QUALITIES', 'NHAN_AI', 'Nhân ái'),
  trait('QUALITIES', 'CHAM_CHI', 'Chăm chỉ'),
  trait('QUALITIES', 'TRUNG_THUC', 'Trung thực'),
  trait('QUALITIES', 'TRACH_NHIEM', 'Trách nhiệm'),
  trait('GENERAL', 'TU_CHU_TU_HOC', 'Tự chủ và tự học'),
  trait('GENERAL', 'GIAO_TIEP_HOP_TAC', 'Giao tiếp và hợp tác'),
  trait('GENERAL', 'GIAI_QUYET_VAN_DE', 'Giải quyết vấn đề và sáng tạo'),
  trait('SPECIFIC', 'NGON_NGU', 'Ngôn ngữ'),
  trait('SPECIFIC', 'TINH_TOAN', 'Tính toán'),
  trait('SPECIFIC', 'KHOA_HOC', 'Khoa học'),
  trait('SPECIFIC', 'CONG_NGHE', 'Công nghệ', [3, 4, 5]),
  trait('SPECIFIC', 'TIN_HOC', 'Tin học', [3, 4, 5]),
  trait('SPECIFIC', 'THAM_MI', 'Thẩm mĩ'),
  trait('SPECIFIC', 'THE_CHAT', 'Thể chất'),
];

/** Names of the three blocks as the form heads them. */
export const TRAIT_GROUP_NAMES: Readonly<Record<TraitGroup, string>> = {
  QUALITIES: 'Những phẩm chất chủ yếu',
  GENERAL: 'Những năng lực chung',
  SPECIFIC: 'Những năng lực đặc thù',
};

/** The blocks in the order of the form. */
export const TRAIT_GROUPS: readonly TraitGroup[] = ['QUALITIES', 'GENERAL', 'SPECIFIC'];

const BY_CODE: ReadonlyMap<string, Trait> = new Map(TRAITS.map((t) => [t.code, t]));

/** The trait of a code that the type system knows. */
export function traitOf(code: TraitCode): Trait {
  const found = BY_CODE.get(code);
  if (!found) throw new RangeError('unknown trait code');
  return found;
}

/** Whether a text, such as one out of a file, is a trait's code. */
export function isTraitCode(code: string): code is TraitCode {
  return BY_CODE.has(code);
}

/** Traits that a grade assesses, in the official order: 13 in grades 1–2, 15 in grades 3–5. */
export function traitsOf(grade: Grade): readonly Trait[] {
  return TRAITS.filter((t) => t.grades.includes(grade));
}
