import { SUBJECTS } from '../codes/subjects.ts';
import { TRAITS } from '../codes/traits.ts';
import { GRADES, PERIODS, RESULT_NAMES, RESULTS } from '../codes/words.ts';
import type { TraitCode } from '../model.ts';
import type { PlainForm } from '../xml/forms.ts';
import { CLASS_TABLE_TAG } from './document.ts';

export type LeafValue = string | number | boolean;

/** Values that are written through a table; the ones of the same name in the record's profiles are written alike. */
export const TABLES = {
  edition: [
    [false, '1.0'],
    [true, '1.0-TAP-HUAN'],
  ],
  mode: [
    [false, 'CHÍNH THỨC'],
    [true, 'TẬP HUẤN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ'],
  ],
  period: PERIODS.map((p) => [p, p]),
  grade: GRADES.map((g) => [g, String(g)]),
  form: [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [n, String(n)]),
  subjectCode: SUBJECTS.map((s) => [s.code, s.code]),
  subjectLevel: ['T', 'H', 'C'].map((l) => [l, l]),
  traitLevel: ['T', 'Đ', 'C'].map((l) => [l, l]),
  result: RESULTS.map((r) => [r, RESULT_NAMES[r]]),
  // Said or absent: a flag that does not hold has no tag.
  said: [[true, '1']],
} as const satisfies Readonly<Record<string, readonly (readonly [LeafValue, string])[]>>;

export type TableName = keyof typeof TABLES;
export type LeafForm = PlainForm | 'date' | TableName;

/** One datum with a tag of its own. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly tag: string;
  readonly key: string;
  readonly form: LeafForm;
  readonly required: boolean;
}

/** An element around others; with `key`, they are of an object of that name. */
export interface Branch {
  readonly kind: 'branch';
  readonly tag: string;
  readonly key?: string;
  readonly id?: string;
  /** Only where the object is given at all. */
  readonly optional?: true;
  readonly nodes: readonly Node[];
}

/** One element for each entry of a list; `idPrefix` and a datum of the entry make its Id. */
export interface Entries {
  readonly kind: 'entries';
  readonly tag: string;
  readonly key: string;
  readonly id?: { readonly prefix: string; readonly key: string };
  /** A list that may be empty. */
  readonly optional?: true;
  readonly nodes: readonly Node[];
}

/** Where the slots of a role are inserted, empty at freeze. */
export interface SlotPlace {
  readonly kind: 'slots';
  readonly role: 'subjectTeacher' | 'homeroomTeacher' | 'principal' | 'schoolSeal';
}

export type Node = Leaf | Branch | Entries | SlotPlace;

const must = (tag: string, key: string, form: LeafForm = 'text'): Leaf => ({
  kind: 'leaf',
  tag,
  key,
  form,
  required: true,
});
const may = (tag: string, key: string, form: LeafForm = 'text'): Leaf => ({
  ...must(tag, key, form),
  required: false,
});

const person = (tag: string, key: string): Branch => ({
  kind: 'branch',
  tag,
  key,
  nodes: [
    must('HO_VA_TEN', 'fullName'),
    must('SO_CCCD', 'personalId', 'personalId'),
    may('CHUC_VU', 'title'),
  ],
});

/** The line's number in the list of pupils, which every result refers to. */
const LINE = must('STT', 'line', 'count');

/** `PHAM_CHAT_YEU_NUOC`, `NANG_LUC_NGON_NGU`. */
export function traitTag(code: TraitCode): string {
  const quality = TRAITS.some((t) => t.code === code && t.group === 'QUALITIES');
  return `${quality ? 'PHAM_CHAT' : 'NANG_LUC'}_${code}`;
}

const ABOUT: readonly Node[] = [
  must('PHIEN_BAN', 'training', 'edition'),
  must('CHE_DO', 'trainingMode', 'mode'),
  must('BO_QUY_TAC', 'ruleSet'),
  must('MA_BANG_UUID', 'uuid', 'uuid'),
  must('TEN_NAM_HOC', 'schoolYear', 'schoolYear'),
  must('KY_DANH_GIA', 'period', 'period'),
  must('MAU', 'form', 'form'),
  must('MA_TRUONG', 'schoolCode'),
  must('TEN_TRUONG', 'schoolName'),
  must('TEN_XA_PHUONG', 'communeName'),
  must('TEN_TINH_THANH_PHO', 'provinceName'),
  must('MA_KHOI', 'grade', 'grade'),
  must('TEN_LOP', 'className'),
  must('NGAY_LAP_BANG', 'createdOn', 'date'),
  must('NGAY_KY_PHAT_HANH', 'issueDate', 'date'),
  must('DIA_DANH_PHAT_HANH', 'issuePlace'),
  person('GIAO_VIEN_CHU_NHIEM', 'homeroomTeacher'),
  person('HIEU_TRUONG', 'principal'),
  {
    kind: 'branch',
    tag: 'CON_DAU',
    key: 'seal',
    nodes: [must('TEN_TO_CHUC', 'organisationName'), must('MA_SO_THUE', 'taxCode')],
  },
];

/**
 * The whole format, from which writer, reader and schema are made. Results are grouped by who answers for them: one
 * element per subject, so that a subject teacher's signature covers his or her column and no other.
 */
export const CLASS_TABLE_GRAMMAR: Branch = {
  kind: 'branch',
  tag: CLASS_TABLE_TAG,
  nodes: [
    {
      kind: 'branch',
      tag: 'DU_LIEU_BANG',
      id: 'data',
      nodes: [
        {
          kind: 'branch',
          tag: 'NOI_DUNG_BANG',
          id: 'noidung',
          nodes: [
            {
              kind: 'branch',
              tag: 'THONG_TIN_BANG',
              id: 'thongtinbang',
              nodes: [
                ...ABOUT,
                {
                  kind: 'branch',
                  tag: 'DANH_SACH_HOC_SINH',
                  nodes: [
                    {
                      kind: 'entries',
                      tag: 'HOC_SINH',
                      key: 'pupils',
                      nodes: [
                        LINE,
                        must('MA_HOC_SINH', 'pupilCode'),
                        must('HO_VA_TEN', 'fullName'),
                        must('NGAY_SINH', 'birthDate', 'date'),
                      ],
                    },
                  ],
                },
              ],
            },
            {
              kind: 'branch',
              tag: 'DANH_SACH_MON_HOC',
              nodes: [
                {
                  kind: 'entries',
                  tag: 'MON_HOC',
                  key: 'subjects',
                  id: { prefix: 'mon-', key: 'subject' },
                  nodes: [
                    must('MA_MON_HOC', 'subject', 'subjectCode'),
                    must('TEN_MON_HOC', 'name'),
                    person('GIAO_VIEN', 'teacher'),
                    {
                      kind: 'entries',
                      tag: 'KET_QUA',
                      key: 'results',
                      optional: true,
                      nodes: [
                        LINE,
                        may('MUC_DAT_DUOC', 'level', 'subjectLevel'),
                        may('DIEM_KIEM_TRA_DINH_KY', 'mark', 'mark'),
                      ],
                    },
                  ],
                },
              ],
            },
            {
              kind: 'branch',
              tag: 'PHAM_CHAT_NANG_LUC',
              nodes: [
                {
                  kind: 'entries',
                  tag: 'KET_QUA',
                  key: 'traits',
                  optional: true,
                  nodes: [LINE, ...TRAITS.map((t) => may(traitTag(t.code), t.code, 'traitLevel'))],
                },
              ],
            },
            {
              kind: 'branch',
              tag: 'TONG_HOP',
              nodes: [
                {
                  kind: 'entries',
                  tag: 'KET_QUA',
                  key: 'closing',
                  optional: true,
                  nodes: [
                    LINE,
                    may('KET_QUA_XEP_LOAI', 'result', 'result'),
                    may('KHEN_THUONG', 'awarded', 'said'),
                    may('CHUA_DUOC_LEN_LOP', 'notPromoted', 'said'),
                    may('GHI_CHU', 'note', 'lines'),
                  ],
                },
              ],
            },
          ],
        },
        {
          kind: 'branch',
          tag: 'DANH_SACH_THONG_TIN_KY',
          nodes: [
            { kind: 'branch', tag: 'DANH_SACH_GVBM', nodes: [{ kind: 'slots', role: 'subjectTeacher' }] },
            { kind: 'slots', role: 'homeroomTeacher' },
          ],
        },
      ],
    },
    {
      kind: 'branch',
      tag: 'PHAT_HANH_BANG',
      nodes: [
        { kind: 'slots', role: 'principal' },
        { kind: 'slots', role: 'schoolSeal' },
      ],
    },
  ],
};
