import { SUBJECTS } from '../codes/subjects.ts';
import { RESULT_NAMES, RESULTS } from '../codes/words.ts';
import { may, must } from './node.ts';
import type { Profile, ProfileNode } from './profile.ts';

/** THONG_TIN_CHUNG in the order of CV 2088/BGDĐT-GDTH, part II. THONG_SO_… is the official spelling. */
const GENERAL: readonly ProfileNode[] = [
  must('PHIEN_BAN', 'edition'),
  must('THONG_TU', 'circular'),
  must('MA_TRA_CUU_UUID', 'uuid', 'uuid'),
  must('TEN_NAM_HOC', 'schoolYear', 'schoolYear'),
  must('MA_SO_GIAO_DUC', 'school.provinceOfficeCode'),
  must('TEN_SO_GD', 'school.provinceOfficeName'),
  must('MA_TRUONG', 'school.code'),
  must('TEN_TRUONG', 'school.name'),
  // No districts since 01/07/2025; records of older years may still name one.
  may('TEN_QUAN_HUYEN', 'school.districtName'),
  must('TEN_XA_PHUONG', 'school.communeName'),
  must('TEN_TINH_THANH_PHO', 'school.provinceName'),
  must('MA_CAP_HOC', 'schoolLevel', 'schoolLevel'),
  must('SO_SO_DANG_BO', 'pupil.registerNumber'),
  must('HO_VA_TEN', 'pupil.fullName'),
  must('SO_CCCD', 'pupil.personalId', 'personalId'),
  must('MA_HOC_SINH', 'pupil.pupilCode'),
  must('GIOI_TINH', 'pupil.sex', 'sex'),
  must('NGAY_SINH', 'pupil.birthDate', 'birthDate'),
  must('CAN_NANG', 'pupil.weightKg', 'measure'),
  must('CHIEU_CAO', 'pupil.heightCm', 'measure'),
  must('TONG_SO_BUOI_NGHI_CO_PHEP', 'pupil.absentExcused', 'count'),
  must('THONG_SO_BUOI_NGHI_KHONG_PHEP', 'pupil.absentUnexcused', 'count'),
  must('NOI_SINH', 'pupil.birthPlace'),
  must('QUE_QUAN', 'pupil.homeTown'),
  must('CHO_O_HIEN_NAY', 'pupil.address'),
  must('DAN_TOC', 'pupil.ethnicity'),
  must('QUOC_TICH', 'pupil.nationality'),
  may('HO_VA_TEN_CHA', 'pupil.fatherName'),
  must('HO_VA_TEN_ME', 'pupil.motherName'),
  may('HO_VA_TEN_NGUOI_GIAM_HO', 'pupil.guardianName'),
  must('TEN_GIAM_HIEU_KY_HOC_BA', 'principal.fullName'),
  must('SO_CCCD_GIAM_HIEU_KY_HOC_BA', 'principal.personalId', 'personalId'),
  must('DIA_DANH_PHAT_HANH_HOC_BA', 'issuePlace'),
  must('NGAY_TAO_HOC_BA', 'createdOn', 'date'),
  must('NGAY_KY_PHAT_HANH_HOC_BA', 'issueDate', 'date'),
  must('CHUC_VU_GIAM_HIEU_KY_HOC_BA', 'principal.title'),
  must('TEN_GIAO_VIEN_CHU_NHIEM', 'homeroomTeacher.fullName'),
  must('SO_CCCD_GIAO_VIEN_CHU_NHIEM', 'homeroomTeacher.personalId', 'personalId'),
  must('MA_KHOI', 'grade', 'grade'),
  must('TEN_LOP', 'className'),
];

/** Competences, qualities, comments. GIAO_TIEP_HOC_TAC is the official spelling. */
const TRAIT_FIELDS: readonly ProfileNode[] = [
  must('NANG_LUC_TU_CHU_TU_HOC', 'trait.TU_CHU_TU_HOC', 'traitLevel'),
  must('NANG_LUC_GIAO_TIEP_HOC_TAC', 'trait.GIAO_TIEP_HOP_TAC', 'traitLevel'),
  must('NANG_LUC_GIAI_QUYET_VAN_DE_SANG_TAO', 'trait.GIAI_QUYET_VAN_DE', 'traitLevel'),
  must('NANG_LUC_NGON_NGU', 'trait.NGON_NGU', 'traitLevel'),
  must('NANG_LUC_TINH_TOAN', 'trait.TINH_TOAN', 'traitLevel'),
  must('NANG_LUC_KHOA_HOC', 'trait.KHOA_HOC', 'traitLevel'),
  may('NANG_LUC_CONG_NGHE', 'trait.CONG_NGHE', 'traitLevel'),
  may('NANG_LUC_TIN_HOC', 'trait.TIN_HOC', 'traitLevel'),
  must('NANG_LUC_THAM_MI', 'trait.THAM_MI', 'traitLevel'),
  must('NANG_LUC_THE_CHAT', 'trait.THE_CHAT', 'traitLevel'),
  must('PHAM_CHAT_YEU_NUOC', 'trait.YEU_NUOC', 'traitLevel'),
  must('PHAM_CHAT_NHAN_AI', 'trait.NHAN_AI', 'traitLevel'),
  must('PHAM_CHAT_CHAM_CHI', 'trait.CHAM_CHI', 'traitLevel'),
  must('PHAM_CHAT_TRUNG_THUC', 'trait.TRUNG_THUC', 'traitLevel'),
  must('PHAM_CHAT_TRACH_NHIEM', 'trait.TRACH_NHIEM', 'traitLevel'),
  must('NHAN_XET_PHAM_CHAT', 'traitComment.QUALITIES', 'lines'),
  must('NHAN_XET_NANG_LUC_CHUNG', 'traitComment.GENERAL', 'lines'),
  must('NHAN_XET_NANG_LUC_DAC_THU', 'traitComment.SPECIFIC', 'lines'),
];

const CONCLUSION: readonly ProfileNode[] = [
  must('KET_QUA_XEP_LOAI', 'result', 'result'),
  must('DUOC_LEN_LOP', 'promoted', 'flag'),
  must('NOI_DUNG_HOAN_THANH_CHUONG_TRINH', 'completionText'),
  must('DA_HOAN_THANH_CHUONG_TRINH_LOP_HOC', 'completed', 'flag'),
  may('DA_HOAN_THANH_CHUONG_TRINH_TIEU_HOC', 'primaryCompleted', 'flag'),
  may('NOI_DUNG_KHEN_THUONG', 'award', 'lines'),
  may('NOI_DUNG_KHEN_THUONG_DOT_XUAT', 'suddenAward', 'lines'),
  must('NHAN_XET_GVCN', 'homeroomComment', 'lines'),
];

/**
 * The format as it was observed in 2025: one slot per subject teacher and one for the homeroom teacher inside the data
 * that principal and school sign. Tags in capitals are official (CV 2088/BGDĐT-GDTH); where its text names no wrapper
 * or value (NAM_HOC_DA_HOC, NANG_LUC_PHAM_CHAT, the codes of grade, level and subject) they are ours.
 */
export const MOET_2025: Profile = {
  id: 'moet-2025',
  editions: { real: '2025', training: '2025-TAP-HUAN' },
  circulars: { TT27_2020: '27/2020/TT-BGDĐT' },
  modes: { real: 'CHÍNH THỨC', training: 'TẬP HUẤN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ' },
  signingTimeNamespace: 'urn:hocba:signing-time:1',
  dateForms: { date: 'yyyy-mm-dd', birthDate: 'dd/mm/yyyy' },
  values: {
    schoolLevel: [['primary', '1']],
    grade: [
      [1, '1'],
      [2, '2'],
      [3, '3'],
      [4, '4'],
      [5, '5'],
    ],
    sex: [
      ['male', 'Nam'],
      ['female', 'Nữ'],
    ],
    flag: [
      [true, '1'],
      [false, '0'],
    ],
    result: RESULTS.map((r): [string, string] => [r, RESULT_NAMES[r]]),
    subjectCode: SUBJECTS.map((s): [string, string] => [s.code, s.code]),
    subjectLevel: [
      ['T', 'T'],
      ['H', 'H'],
      ['C', 'C'],
    ],
    traitLevel: [
      ['T', 'T'],
      ['Đ', 'Đ'],
      ['C', 'C'],
    ],
  },
  root: {
    kind: 'group',
    tag: 'HOC_BA',
    children: [
      {
        kind: 'group',
        tag: 'DU_LIEU_HOC_BA',
        id: 'data',
        children: [
          {
            kind: 'group',
            tag: 'THONG_TIN_HOC_BA',
            id: 'thongtinhocba',
            children: [
              { kind: 'group', tag: 'THONG_TIN_CHUNG', id: 'thongtinchung', children: GENERAL },
              {
                kind: 'years',
                tag: 'QUA_TRINH_HOC_TAP',
                item: 'NAM_HOC_DA_HOC',
                fields: [
                  must('NAM_HOC', 'year.schoolYear', 'schoolYear'),
                  must('TEN_LOP', 'year.className'),
                  must('TEN_TRUONG', 'year.schoolName'),
                  must('NGAY_TRANG_THAI_CHUYEN_DEN', 'year.arrivedOn', 'date'),
                ],
              },
              {
                kind: 'group',
                tag: 'TONG_KET',
                children: [
                  ...CONCLUSION,
                  {
                    kind: 'subjects',
                    tag: 'BANG_DIEM',
                    item: 'DIEM_TONG_KET',
                    idPrefix: 'mon-',
                    fields: [
                      must('MA_MON_HOC', 'subject.code', 'subjectCode'),
                      must('TEN_MON_HOC', 'subject.name'),
                      must('MUC_DAT_DUOC', 'subject.level', 'subjectLevel'),
                      may('DIEM_KIEM_TRA_DINH_KY', 'subject.mark', 'mark'),
                    ],
                  },
                  { kind: 'group', tag: 'NANG_LUC_PHAM_CHAT', children: TRAIT_FIELDS },
                ],
              },
            ],
          },
          {
            kind: 'group',
            tag: 'DANH_SACH_THONG_TIN_KY',
            children: [
              {
                kind: 'group',
                tag: 'DANH_SACH_GVBM',
                children: [{ kind: 'slots', role: 'subjectTeacher' }],
              },
              { kind: 'slots', role: 'homeroomTeacher' },
            ],
          },
        ],
      },
      {
        kind: 'group',
        tag: 'PHAT_HANH_HOC_BA',
        children: [
          { kind: 'slots', role: 'principal' },
          { kind: 'slots', role: 'schoolSeal' },
        ],
      },
    ],
  },
  slots: [
    {
      role: 'subjectTeacher',
      tag: 'GVBM',
      id: 'gvbm-',
      many: true,
      timeTag: 'NGAY_KY',
      personalIdTag: 'SO_CCCD',
      carriesAnnex: false,
      // The observed files refer to the subjects' lines alone, which name no pupil: such a signature could be moved to
      // another pupil with the same levels. THONG_TIN_CHUNG, with its UUID, binds it to this one.
      references: [{ to: 'element', id: 'thongtinchung' }, { to: 'ownSubjects' }],
    },
    {
      role: 'homeroomTeacher',
      tag: 'GVCN',
      id: 'gvcn',
      many: false,
      timeTag: 'NGAY_KY',
      personalIdTag: 'SO_CCCD',
      carriesAnnex: true,
      references: [{ to: 'element', id: 'thongtinhocba' }, { to: 'annex' }],
    },
    {
      role: 'principal',
      tag: 'CBQL',
      id: 'cbql',
      many: false,
      timeTag: 'NGAY_KY',
      personalIdTag: 'SO_CCCD',
      carriesAnnex: false,
      references: [{ to: 'element', id: 'data' }, { to: 'annex' }],
    },
    {
      role: 'schoolSeal',
      tag: 'KY_PHAT_HANH',
      id: 'ky-phat-hanh',
      many: false,
      timeTag: 'NGAY_KY',
      carriesAnnex: false,
      references: [{ to: 'element', id: 'data' }, { to: 'annex' }, { to: 'earlierSignatures' }],
    },
  ],
};
