/**
 * The words that lists of pupils (CSDL ngành, “C1-HocSinh”) and of staff (“CSDL_GiaoVien”, 72 columns of which we read
 * those that the record needs) use in their headers.
 */
import { table } from '../headers.ts';

export type PupilField =
  | 'index'
  | 'className'
  | 'code'
  | 'name'
  | 'birthDate'
  | 'sex'
  | 'status'
  | 'personalId'
  | 'registerNumber'
  | 'birthPlace'
  | 'homeTown'
  | 'address'
  | 'ethnicity'
  | 'nationality'
  | 'fatherName'
  | 'motherName'
  | 'guardianName';

export type StaffField = 'index' | 'code' | 'name' | 'birthDate' | 'sex' | 'personalId' | 'title' | 'status';

/** The first spelling of each is the one that we write. */
export const PUPIL_WORDS: Readonly<Record<PupilField, string>> = {
  index: 'STT|TT|Số thứ tự',
  className: 'Mã lớp|Lớp|Tên lớp|Lớp học',
  code: 'Mã học sinh|Mã HS|Mã số học sinh|Mã định danh Bộ GD&ĐT|Mã định danh Bộ GDĐT',
  name: 'Họ tên|Họ và tên|Họ tên học sinh|Họ và tên học sinh',
  birthDate: 'Ngày sinh|Ngày tháng năm sinh|Ngày, tháng, năm sinh',
  sex: 'Giới tính|Nam/Nữ|Phái',
  status: 'Trạng thái HS|Trạng thái|Trạng thái học sinh',
  personalId: 'Số định danh cá nhân|Số ĐDCN|Mã định danh|Số CCCD|CCCD|Số CMND/CCCD|Số định danh|Số ĐDCN/CCCD',
  registerNumber: 'Số đăng bộ|Số ĐB',
  birthPlace: 'Nơi sinh',
  homeTown: 'Quê quán|Nguyên quán',
  address: 'Chỗ ở hiện nay|Nơi ở hiện nay|Địa chỉ|Nơi ở|Chỗ ở hiện tại',
  ethnicity: 'Dân tộc',
  nationality: 'Quốc tịch',
  fatherName: 'Họ tên cha|Họ và tên cha|Họ tên bố|Họ và tên bố',
  motherName: 'Họ tên mẹ|Họ và tên mẹ',
  guardianName: 'Họ tên người giám hộ|Họ và tên người giám hộ|Người giám hộ',
};

export const STAFF_WORDS: Readonly<Record<StaffField, string>> = {
  index: 'STT|TT|Số thứ tự',
  code: 'Mã giáo viên|Mã GV|Mã cán bộ|Mã CB|Mã định danh giáo viên|Mã nhân viên|Mã định danh Bộ GD&ĐT',
  name: 'Họ tên|Họ và tên|Họ tên giáo viên|Họ và tên giáo viên|Họ tên cán bộ',
  birthDate: 'Ngày sinh|Ngày tháng năm sinh',
  sex: 'Giới tính',
  personalId: 'Số định danh cá nhân|Số CCCD|CCCD|Số CMND/CCCD|Số ĐDCN/CCCD|Số CMTND/TCC|Số ĐDCN',
  title: 'Chức vụ|Vị trí việc làm|Chức danh',
  status: 'Trạng thái|Trạng thái CB|Trạng thái cán bộ|Trạng thái giáo viên',
};

export const PUPIL_HEADERS = table<PupilField>(PUPIL_WORDS);
export const STAFF_HEADERS = table<StaffField>(STAFF_WORDS);

/** The header that we write for a field. */
export function writtenHeader(words: string): string {
  return words.split('|')[0] ?? words;
}
