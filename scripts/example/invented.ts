import { createHash } from 'node:crypto';
import type { CellItem, Grade } from '@hocba/record';

/**
 * What a results sheet does not carry, invented as training data: identity numbers, parents, comments, measures,
 * absences. The same pupil always gets the same; nothing here is of a real person.
 */
function draw(code: string, what: string, among: number): number {
  const digest = createHash('sha256').update(`${what}|${code}`).digest();
  return digest.readUInt32BE(0) % among;
}

export interface InventedPupil {
  pupilCode: string;
  personalId: string;
  registerNumber: string;
  sex: 'male' | 'female';
  birthPlace: string;
  homeTown: string;
  address: string;
  ethnicity: string;
  nationality: string;
  fatherName: string;
  motherName: string;
}

/** @param birthDate ISO date, which the invented number's year and sex digits must fit */
export function inventPupil(
  pupilCode: string,
  fullName: string,
  birthDate: string,
  ordinal: number,
): InventedPupil {
  const sex = / Thị /.test(fullName) || draw(pupilCode, 'sex', 2) === 1 ? 'female' : 'male';
  const family = fullName.split(' ')[0] ?? 'Nguyễn';
  const century = Number(birthDate.slice(0, 4)) >= 2000 ? 2 : 0;
  const serial = String(draw(pupilCode, 'serial', 1_000_000)).padStart(6, '0');
  return {
    pupilCode,
    personalId: `001${century + (sex === 'female' ? 1 : 0)}${birthDate.slice(2, 4)}${serial}`,
    registerNumber: `TH-${String(ordinal).padStart(4, '0')}`,
    sex,
    birthPlace: 'Xã Mẫu, tỉnh Mẫu',
    homeTown: 'Xã Mẫu, tỉnh Mẫu',
    address: `Thôn ${1 + draw(pupilCode, 'village', 9)}, xã Mẫu, tỉnh Mẫu`,
    ethnicity: 'Kinh',
    nationality: 'Việt Nam',
    fatherName: `${family} Văn Mẫu`,
    motherName: 'Trần Thị Mẫu',
  };
}

const PROGRESS: Readonly<Record<string, readonly string[]>> = {
  T: [
    'Nắm vững kiến thức, vận dụng linh hoạt vào bài tập.',
    'Hiểu bài nhanh, trình bày rõ ràng, cẩn thận.',
    'Hoàn thành tốt các yêu cầu của môn học, biết giúp bạn cùng tiến bộ.',
  ],
  H: [
    'Nắm được kiến thức cơ bản, cần luyện tập thêm phần vận dụng.',
    'Có tiến bộ qua từng tháng, cần cẩn thận hơn khi trình bày.',
    'Hoàn thành yêu cầu, cần mạnh dạn phát biểu hơn.',
  ],
  C: [
    'Cần được hướng dẫn thêm những nội dung chưa nắm chắc và luyện tập đều ở nhà.',
    'Còn lúng túng ở một số yêu cầu, cần luyện thêm cùng thầy cô trong hè.',
  ],
};
const GENERAL: Readonly<Record<string, readonly string[]>> = {
  'QUALITIES.comment': [
    'Đi học đều, lễ phép, biết giúp đỡ bạn bè.',
    'Chăm chỉ, trung thực, có trách nhiệm với việc chung.',
  ],
  'GENERAL.comment': [
    'Biết tự chuẩn bị đồ dùng, phối hợp tốt khi làm việc nhóm.',
    'Mạnh dạn trao đổi, biết tìm cách giải quyết nhiệm vụ.',
  ],
  'SPECIFIC.comment': [
    'Sử dụng ngôn ngữ mạch lạc, tính toán cẩn thận.',
    'Yêu thích vận động, có óc quan sát.',
  ],
  'HOMEROOM.comment': [
    'Có nhiều cố gắng trong năm học, cần tiếp tục phát huy.',
    'Tích cực tham gia hoạt động của lớp, tiến bộ đều.',
  ],
};

/** The text or number of one cell that the sheet left out, or null if this is no such cell. */
export function inventCell(
  item: CellItem,
  pupilCode: string,
  grade: Grade,
  level: string | null,
): string | null {
  const pick = (from: readonly string[]): string => from[draw(pupilCode, item, from.length)] ?? '';
  const general = GENERAL[item];
  if (general) return pick(general);
  if (item.endsWith('.comment')) return level === null ? null : pick(PROGRESS[level] ?? []);
  if (item === 'HEIGHT.number') return String(108 + grade * 6 + draw(pupilCode, item, 9));
  if (item === 'WEIGHT.number') return String(17 + grade * 3 + draw(pupilCode, item, 7));
  if (item === 'ABSENT_EXCUSED.count') return String(draw(pupilCode, item, 5));
  if (item === 'ABSENT_UNEXCUSED.count') return String(draw(pupilCode, item, 2));
  return null;
}
