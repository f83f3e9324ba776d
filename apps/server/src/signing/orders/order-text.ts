import type { Kysely } from 'kysely';
import type { Database } from '../../store/tables.ts';
import type { AuthorityPause, Batch, ItemKey, PauseCode } from '../items/items.ts';
import { isPrintItem } from '../items/prepared.ts';
import { UNAVAILABLE_TEXT, type UnavailableCode } from '../items/unavailable.ts';
import { ROLE_TEXT } from '../records/state.ts';

/**
 * What the person reads where the key is: school, role, classes, how many. No pupil's name leaves the house.
 * @param toFollow prints that the same confirmation is to cover besides
 */
export async function orderDescription(
  trx: Kysely<Database>,
  batch: Batch,
  items: readonly Pick<ItemKey, 'slotId'>[],
  toFollow: number,
): Promise<string> {
  const school = await trx
    .selectFrom('school')
    .select('name')
    .where('school_id', '=', batch.schoolId)
    .executeTakeFirstOrThrow();
  const rows = await trx
    .selectFrom('signing_item as i')
    .innerJoin('record as r', (join) =>
      join.onRef('r.school_id', '=', 'i.school_id').onRef('r.record_id', '=', 'i.record_id'),
    )
    .innerJoin('class as c', (join) =>
      join.onRef('c.school_id', '=', 'r.school_id').onRef('c.class_id', '=', 'r.class_id'),
    )
    .select('c.name')
    .distinct()
    .where('i.school_id', '=', batch.schoolId)
    .where('i.batch_id', '=', batch.batchId)
    .where('i.state', '=', 'prepared')
    .orderBy('c.name')
    .execute();
  const classes = rows.map((row) => row.name).join(', ');
  const what = items.some(isPrintItem)
    ? `${items.length + toFollow} bản in học bạ`
    : `${items.length} chữ ký học bạ${toFollow === 0 ? '' : ` và ${toFollow} bản in`}`;
  return `${school.name}: ${ROLE_TEXT[batch.role].toLowerCase()} ký ${what}, lớp ${classes}`;
}

const PAUSE_TEXT: Readonly<Record<Exclude<PauseCode, AuthorityPause>, string>> = {
  'refused-by-signer': 'Yêu cầu ký đã bị từ chối trên thiết bị của người ký.',
  expired: 'Yêu cầu ký đã hết hạn vì chưa được xác nhận kịp.',
  'wrong-secret': 'Mã xác nhận không đúng.',
  'over-limit':
    'Dịch vụ ký không nhận nhiều chữ ký như vậy trong một lần xác nhận; hãy báo quản trị giảm giới hạn lô.',
  'not-authorised': 'Dịch vụ ký không còn nhận kết nối này; hãy kết nối lại ở trang “Cách ký”.',
  'wrong-number': 'Dịch vụ ký trả về số chữ ký không khớp nên không nhận chữ ký nào.',
  'service-error': 'Dịch vụ ký báo lỗi nên chưa ký.',
  'secret-needed': 'Cần nhập lại mật khẩu tệp khoá: mật khẩu không được lưu ở đâu cả.',
  unlinked:
    'Dịch vụ ký cần thầy/cô cho phép kết nối lại một lần nữa, ở trang “Cách ký”. Kết nối xong, việc ký tự đi tiếp từ chỗ đang dở và không ký lần hai.',
  unavailable: 'Không liên lạc được với dịch vụ ký.',
  lost: 'Yêu cầu ký bị ngắt giữa chừng và không hỏi được dịch vụ ký đã nhận hay chưa.',
};

/** Why a batch waits, for its person. Slots that are signed stay signed. */
export function pauseText(code: string): string {
  return `${textOf(code)} Những phần đã ký vẫn còn nguyên.`;
}

function textOf(code: string): string {
  const authority = code.startsWith('authority-') ? code.slice('authority-'.length) : '';
  if (Object.hasOwn(UNAVAILABLE_TEXT, authority)) return UNAVAILABLE_TEXT[authority as UnavailableCode];
  return Object.hasOwn(PAUSE_TEXT, code)
    ? PAUSE_TEXT[code as keyof typeof PAUSE_TEXT]
    : PAUSE_TEXT['service-error'];
}
