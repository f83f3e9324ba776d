import type { Grade, SubjectCode } from '@hocba/record';
import type { StaffRole } from '../access/actor.ts';
import type { SampleAccount } from '../access/sign-in.ts';
import { SeededRandom } from './random.ts';

/** Everything of the training school is invented; “Mẫu” in every name says so. */
export const TRAINING_PASSWORD = 'tap-huan-2026';
export const SCHOOL_YEAR = '2025-2026';

const SURNAMES = [
  'Nguyễn',
  'Trần',
  'Lê',
  'Phạm',
  'Hoàng',
  'Huỳnh',
  'Phan',
  'Vũ',
  'Võ',
  'Đặng',
  'Bùi',
  'Đỗ',
  'Hồ',
  'Ngô',
  'Dương',
  'Lý',
  'Đinh',
  'Lương',
  'Trịnh',
  'Mai',
] as const;
const GIRLS = [
  'An',
  'Anh',
  'Ánh',
  'Bình',
  'Châu',
  'Chi',
  'Diệp',
  'Dung',
  'Giang',
  'Hà',
  'Hân',
  'Hạnh',
  'Hiền',
  'Hoa',
  'Hương',
  'Khánh',
  'Lam',
  'Lan',
  'Linh',
  'Ly',
  'Mai',
  'My',
  'Nga',
  'Ngân',
  'Ngọc',
  'Nhi',
  'Như',
  'Phương',
  'Quỳnh',
  'Thảo',
  'Thu',
  'Thư',
  'Thuỷ',
  'Trâm',
  'Trang',
  'Trúc',
  'Tuyết',
  'Uyên',
  'Vy',
  'Yến',
] as const;
const BOYS = [
  'An',
  'Bách',
  'Bảo',
  'Bình',
  'Công',
  'Cường',
  'Đăng',
  'Đạt',
  'Dũng',
  'Duy',
  'Giang',
  'Hải',
  'Hiếu',
  'Hoàng',
  'Hùng',
  'Huy',
  'Khang',
  'Khánh',
  'Khoa',
  'Khôi',
  'Kiên',
  'Lâm',
  'Long',
  'Lộc',
  'Minh',
  'Nam',
  'Nghĩa',
  'Nguyên',
  'Nhân',
  'Phong',
  'Phúc',
  'Quân',
  'Quang',
  'Sơn',
  'Tài',
  'Thành',
  'Thịnh',
  'Trí',
  'Tùng',
  'Việt',
] as const;

export type Sex = 'male' | 'female';

/** A full name that nobody of the given set has; it is added to the set. */
export function inventName(random: SeededRandom, sex: Sex, taken: Set<string>): string {
  for (;;) {
    const given = random.pick(sex === 'female' ? GIRLS : BOYS);
    const name = `${random.pick(SURNAMES)} ${sex === 'female' ? 'Thị ' : ''}Mẫu ${given}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

/**
 * A 12-digit number of the right form for sex and birth year. No province has the code 000, so that it is nobody's.
 * @param serial 0–999999, different for each person of one sex and year
 */
export function inventPersonalId(sex: Sex, birthYear: number, serial: number): string {
  const century = (Math.floor(birthYear / 100) - 19) * 2 + (sex === 'male' ? 0 : 1);
  return `000${century}${String(birthYear % 100).padStart(2, '0')}${String(serial).padStart(6, '0')}`;
}

export interface TrainingStaff {
  readonly staffId: string;
  readonly staffCode: string;
  readonly username: string;
  readonly fullName: string;
  readonly sex: Sex;
  readonly personalId: string;
  readonly title: string;
  readonly roles: readonly StaffRole[];
  /** In words, for the sign-in page. */
  readonly who: string;
}

interface Post {
  readonly username: string;
  readonly title: string;
  readonly roles: readonly StaffRole[];
  readonly who: string;
}

export const CLASS_NAMES: readonly { readonly name: string; readonly grade: Grade }[] = (
  [1, 2, 3, 4, 5] as const
).flatMap((grade) => [
  { name: `${grade}A`, grade },
  { name: `${grade}B`, grade },
]);

/** Specialists by user name and what they teach, in which classes; the rest is the homeroom teacher's. */
export const SPECIALISTS: readonly {
  readonly username: string;
  readonly subjects: readonly SubjectCode[];
  readonly classes: readonly string[];
  readonly field: string;
}[] = [
  { username: 'tienganh1', subjects: ['NN1'], classes: ['3A', '3B'], field: 'Tiếng Anh khối 3' },
  { username: 'tienganh2', subjects: ['NN1'], classes: ['4A', '4B'], field: 'Tiếng Anh khối 4' },
  { username: 'tienganh3', subjects: ['NN1'], classes: ['5A', '5B'], field: 'Tiếng Anh khối 5' },
  {
    username: 'tinhoc',
    subjects: ['TH', 'CN'],
    classes: ['3A', '3B', '4A', '4B', '5A', '5B'],
    field: 'Tin học và Công nghệ',
  },
  { username: 'amnhac', subjects: ['AN'], classes: CLASS_NAMES.map((c) => c.name), field: 'Âm nhạc' },
  { username: 'mithuat', subjects: ['MT'], classes: CLASS_NAMES.map((c) => c.name), field: 'Mĩ thuật' },
  {
    username: 'theduc1',
    subjects: ['GDTC'],
    classes: ['1A', '1B', '2A', '2B', '3A'],
    field: 'Giáo dục thể chất khối 1–3',
  },
  {
    username: 'theduc2',
    subjects: ['GDTC'],
    classes: ['3B', '4A', '4B', '5A', '5B'],
    field: 'Giáo dục thể chất khối 3–5',
  },
];

const POSTS: readonly Post[] = [
  { username: 'hieutruong', title: 'Hiệu trưởng', roles: ['principal'], who: 'Hiệu trưởng' },
  { username: 'vanthu', title: 'Văn thư', roles: ['clerk'], who: 'Văn thư' },
  { username: 'quantri', title: 'Quản trị trường', roles: ['admin'], who: 'Quản trị trường' },
  ...CLASS_NAMES.map(
    ({ name }): Post => ({
      username: `gvcn${name.toLowerCase()}`,
      title: 'Giáo viên',
      roles: ['teacher'],
      who: `Chủ nhiệm lớp ${name}`,
    }),
  ),
  ...SPECIALISTS.map(
    ({ username, field }): Post => ({
      username,
      title: 'Giáo viên',
      roles: ['teacher'],
      who: `Giáo viên ${field}`,
    }),
  ),
  { username: 'dubi', title: 'Giáo viên', roles: ['teacher'], who: 'Giáo viên dự bị' },
];

/** The training school's staff, the same at every start. */
export function trainingStaff(): readonly TrainingStaff[] {
  const random = new SeededRandom('hocba/training/staff/1');
  const taken = new Set<string>();
  return POSTS.map((post, i) => {
    const sex: Sex = random.chance(0.75) ? 'female' : 'male';
    const born = random.whole(1968, 1999);
    return {
      ...post,
      staffId: random.uuid(),
      staffCode: `GV${String(i + 1).padStart(3, '0')}`,
      fullName: inventName(random, sex, taken),
      sex,
      personalId: inventPersonalId(sex, born, i + 1),
    };
  });
}

/** The accounts to print and to offer on the sign-in page: with them 2A and 4A go the whole way to issued records. */
export function sampleAccounts(): readonly SampleAccount[] {
  const classes = ['4A', '2A'];
  const teachers = SPECIALISTS.filter((one) => one.classes.some((name) => classes.includes(name)));
  const shown = [
    ...classes.map((name) => `gvcn${name.toLowerCase()}`),
    ...teachers.map(({ username }) => username),
    'hieutruong',
    'vanthu',
    'quantri',
  ];
  const staff = new Map(trainingStaff().map((s) => [s.username, s]));
  return shown.flatMap((username) => {
    const found = staff.get(username);
    return found ? [{ username, password: TRAINING_PASSWORD, who: `${found.who} – ${found.fullName}` }] : [];
  });
}
