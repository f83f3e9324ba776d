import type { Grade, RecordDocument, SubjectCode, SubjectResult, TraitCode } from '@hocba/record';
import type { FormInput, FormSignature } from '../input.ts';
import { SUBJECT_ROWS, TRAIT_ROWS } from '../labels.ts';

const TAUGHT: Record<Grade, readonly SubjectCode[]> = {
  1: ['TV', 'TOAN', 'DD', 'TNXH', 'GDTC', 'AN', 'MT', 'HDTN'],
  2: ['TV', 'TOAN', 'NN1', 'DD', 'TNXH', 'GDTC', 'AN', 'MT', 'HDTN'],
  3: ['TV', 'TOAN', 'NN1', 'TH', 'CN', 'DD', 'TNXH', 'GDTC', 'AN', 'MT', 'HDTN'],
  4: ['TV', 'TOAN', 'NN1', 'LSDL', 'KH', 'TH', 'CN', 'DD', 'GDTC', 'AN', 'MT', 'HDTN'],
  5: ['TV', 'TOAN', 'NN1', 'LSDL', 'KH', 'TH', 'CN', 'DD', 'GDTC', 'AN', 'MT', 'HDTN', 'TDT'],
};
const MARKED: readonly SubjectCode[] = ['TV', 'TOAN', 'NN1', 'LSDL', 'KH', 'TH', 'CN'];
const TEACHERS = {
  homeroom: { fullName: 'Trần Thị Bích Ngọc', personalId: '001180000011' },
  english: { fullName: 'Lê Quỳnh Như', personalId: '001185000012' },
  computing: { fullName: 'Phạm Đức Thắng', personalId: '001082000013' },
  sport: { fullName: 'Vũ Mạnh Hùng', personalId: '001079000014' },
  music: { fullName: 'Đỗ Thùy Dương', personalId: '001190000015' },
  drawing: { fullName: 'Ngô Thế Vỹ', personalId: '001088000016' },
};
const BY: Partial<Record<SubjectCode, (typeof TEACHERS)[keyof typeof TEACHERS]>> = {
  NN1: TEACHERS.english,
  TH: TEACHERS.computing,
  CN: TEACHERS.computing,
  GDTC: TEACHERS.sport,
  AN: TEACHERS.music,
  MT: TEACHERS.drawing,
};
const COMMENTS: Partial<Record<SubjectCode, string>> = {
  TV: 'Đọc trôi chảy, diễn cảm; viết đúng chính tả, bài văn có hình ảnh. Cần luyện thêm cách dùng dấu câu.',
  TOAN: 'Tính toán nhanh và chính xác; biết giải bài toán có lời văn bằng nhiều cách.',
  NN1: 'Nghe hiểu tốt, tự tin khi nói; phát âm rõ.',
  TH: 'Sử dụng thành thạo phần mềm trình chiếu.',
  GDTC: 'Tích cực tập luyện, phối hợp tốt các động tác.',
};

function subject(code: SubjectCode, grade: Grade): SubjectResult {
  const label = SUBJECT_ROWS.find((row) => row.code === code)?.label ?? code;
  const comment = COMMENTS[code] ?? 'Nắm vững kiến thức, kĩ năng; hăng hái phát biểu xây dựng bài.';
  return {
    subject: code,
    name: code === 'NN1' ? 'Ngoại ngữ 1 (Tiếng Anh)' : label,
    level: code === 'TDT' ? 'H' : 'T',
    ...(MARKED.includes(code) && !(code === 'NN1' && grade < 3) ? { mark: code === 'TOAN' ? 10 : 9 } : {}),
    comment,
    teacher: BY[code] ?? TEACHERS.homeroom,
  };
}

/** An invented pupil's year, whole and consistent, for the tests of the form. */
export function sampleRecord(grade: Grade = 4, change: Partial<RecordDocument> = {}): RecordDocument {
  const traits: Partial<Record<TraitCode, 'T'>> = {};
  for (const { code } of Object.values(TRAIT_ROWS).flat()) {
    if (grade >= 3 || (code !== 'CONG_NGHE' && code !== 'TIN_HOC')) traits[code] = 'T';
  }
  return {
    profile: 'moet-2025',
    ruleSet: 'TT27_2020',
    training: false,
    uuid: '3f0c2a64-8a1d-4c0e-9b57-2f6d1e5a7c90',
    schoolYear: '2025-2026',
    grade,
    className: `${grade}A1`,
    school: {
      code: '01004005',
      name: 'Trường Tiểu học Mẫu',
      provinceOfficeCode: '01',
      provinceOfficeName: 'Sở Giáo dục và Đào tạo Hà Nội',
      communeName: 'Phường Hoa Gạo',
      provinceName: 'Thành phố Hà Nội',
    },
    pupil: {
      fullName: 'Nguyễn Thị Hương Giang',
      personalId: '001316000123',
      pupilCode: '0101234567',
      registerNumber: '127/2022',
      sex: 'female',
      birthDate: '2016-05-17',
      birthPlace: 'Bệnh viện Phụ sản Hà Nội, thành phố Hà Nội',
      homeTown: 'Xã Đông Ngạc, thành phố Hà Nội',
      address: 'Số 12, ngõ 8, đường Hoa Gạo, phường Hoa Gạo, thành phố Hà Nội',
      ethnicity: 'Kinh',
      nationality: 'Việt Nam',
      fatherName: 'Nguyễn Văn Khải',
      motherName: 'Hoàng Thị Mỹ Lệ',
      heightCm: 135.5,
      weightKg: 31,
      absentExcused: 2,
      absentUnexcused: 0,
    },
    studyYears: Array.from({ length: grade }, (_, i) => ({
      schoolYear: `${2026 - grade + i}-${2027 - grade + i}`,
      className: `${i + 1}A1`,
      schoolName:
        i === 0 && grade > 2 ? 'Trường Tiểu học và Trung học cơ sở Suối Nguồn' : 'Trường Tiểu học Mẫu',
      arrivedOn: `${2026 - grade + i}-09-05`,
    })),
    subjects: TAUGHT[grade].map((code) => subject(code, grade)),
    traits,
    traitComments: {
      QUALITIES:
        'Đi học đầy đủ, đúng giờ; mạnh dạn trình bày ý kiến cá nhân; biết giữ lời hứa; tôn trọng và biết giúp đỡ mọi người.',
      GENERAL: 'Chủ động, phối hợp trong học tập; có khả năng tự học.',
      SPECIFIC:
        'Sử dụng ngôn ngữ lưu loát trong cuộc sống và học tập, biết tư duy, lập luận và giải quyết được một số vấn đề toán học quen thuộc.',
    },
    homeroomComment: 'Chăm ngoan, hòa đồng với bạn bè.',
    result: 'HTXS',
    completed: true,
    promoted: true,
    completionText:
      grade === 5
        ? 'Hoàn thành chương trình tiểu học.'
        : `Hoàn thành chương trình lớp ${grade}; Được lên lớp ${grade + 1}.`,
    award: 'Đạt danh hiệu Học sinh Xuất sắc',
    suddenAward: 'Đạt giải Nhì hội giao lưu An toàn giao thông cấp trường',
    createdOn: '2026-05-25',
    issueDate: '2026-05-30',
    issuePlace: 'Hà Nội',
    homeroomTeacher: TEACHERS.homeroom,
    principal: { fullName: 'Bùi Hữu Nghĩa', personalId: '001075000010', title: 'Hiệu trưởng' },
    seal: { organisationName: 'Trường Tiểu học Mẫu', taxCode: '0101010101' },
    ...change,
  };
}

/** The signatures of a whole record, each teacher once, then homeroom, head and seal. */
export function sampleSignatures(doc: RecordDocument): FormSignature[] {
  const names = [...new Set(doc.subjects.map((s) => s.teacher.fullName))];
  return [
    ...names.map((name, i) => ({
      role: 'subjectTeacher' as const,
      name,
      time: `2026-05-28T20:1${i}:05+07:00`,
    })),
    { role: 'homeroomTeacher', name: doc.homeroomTeacher.fullName, time: '2026-05-29T08:00:41+07:00' },
    { role: 'principal', name: doc.principal.fullName, time: '2026-05-30T09:15:00+07:00' },
    { role: 'schoolSeal', name: doc.seal.organisationName, time: '2026-05-30T07:02:11Z' },
  ];
}

/** An issued form of `doc`; the XML and the proof are stand-ins, since the form embeds them unread. */
export function sampleInput(doc: RecordDocument = sampleRecord()): FormInput {
  const claim = Array.from({ length: 362 }, (_, i) => 1 + ((i * 37) % 9)).join('');
  return {
    doc,
    xml: new TextEncoder().encode(`<HOC_BA><HO_VA_TEN>${doc.uuid} Hương Giang</HO_VA_TEN></HOC_BA>`),
    proof: new TextEncoder().encode(
      'c2sp.org/tlog-proof@v1\nindex 182337\n\nmau.hocba.vn/2025-2026\n182340\n',
    ),
    issued: {
      qrUrl: `https://hocba.example.vn/x/7K3MZQ2W#${claim}`,
      leafIndex: 182337,
      signatures: sampleSignatures(doc),
    },
  };
}
