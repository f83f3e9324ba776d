import type { Problem } from '@hocba/record';
import type { Kysely } from 'kysely';
import { isNoted } from '../store/noted-rows.ts';
import type { Database } from '../store/tables.ts';

/** Whether who the pupil is stands as the audit trail has noted it last: nobody changed it behind the application. */
export function identityIsNoted(trx: Kysely<Database>, schoolId: string, pupilId: string): Promise<boolean> {
  return isNoted(trx, schoolId, 'pupil', pupilId);
}

/** What is said of one that does not. */
export const IDENTITY_NOT_NOTED: Problem = {
  severity: 'blocking',
  code: 'row-not-noted',
  field: 'identity',
  message:
    'Lý lịch của em: dữ liệu đang lưu không khớp với nhật ký sử dụng, có thể đã bị sửa ngoài phần mềm.',
  action:
    'Văn thư mở trang lý lịch của em, đối chiếu từng mục với giấy tờ, sửa cho đúng rồi lưu kèm lý do; đã đúng thì cứ lưu kèm lý do.',
};
