import { RecordReadError, RecordWriteError } from '@hocba/record';
import { CanonicalXmlError } from '@hocba/xml';

/** What lists say beside a record whose stored data nobody can read. */
export const DAMAGED_TEXT = 'dữ liệu lưu bị hỏng, cần khôi phục từ bản sao lưu';

/**
 * The stable code where stored bytes of a record are not what was once stored (a disk, a superuser), or null for any
 * other error. Such a record is shown as damaged and never signed; the others go on.
 */
export function damageCodeOf(error: unknown): string | null {
  const damaged =
    error instanceof CanonicalXmlError ||
    error instanceof RecordReadError ||
    error instanceof RecordWriteError;
  return damaged ? error.code : null;
}
