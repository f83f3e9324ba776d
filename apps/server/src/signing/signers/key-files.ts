import { join } from 'node:path';
import type { Deps } from '../../access/binding.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import { settleUnregistered, writeBeforeRow } from '../../store/file-before-row.ts';
import type { Holder } from './signers.ts';
import { trainingPkiFolder } from './training-pki.ts';

/** Where the keys lie that a certificate's row names as `<folder>/<certificate>.<ending>`. */
const PLACES = {
  pkcs12: { ending: 'p12', in: (dataDir: string) => join(dataDir, 'keys', 'pkcs12') },
  signers: { ending: 'key', in: (dataDir: string) => join(trainingPkiFolder(dataDir), 'signers') },
} as const;
type Folder = keyof typeof PLACES;

export function keyReferenceOf(folder: Folder, certificateId: string): string {
  return `${folder}/${certificateId}.${PLACES[folder].ending}`;
}

/** @throws Refusal `certificate-unusable` for a reference that names no key of this folder */
export function keyFileAt(dataDir: string, folder: Folder, keyReference: string): string {
  const [, name] = /^[a-z0-9]+\/([0-9a-f-]{36}\.[a-z0-9]+)$/.exec(keyReference) ?? [];
  if (
    name === undefined ||
    keyReference !== `${folder}/${name}` ||
    !name.endsWith(`.${PLACES[folder].ending}`)
  )
    throw new Refusal('certificate-unusable');
  return join(PLACES[folder].in(dataDir), name);
}

/**
 * Keeps a key for a certificate whose row comes next: a key without a row is never used, a row without its key would stop its owner.
 * @returns to be called once the row is there
 */
export function keepKey(
  dataDir: string,
  { schoolId }: Holder,
  key: { readonly folder: Folder; readonly keyReference: string; readonly bytes: Uint8Array },
): Promise<() => Promise<void>> {
  return writeBeforeRow(keyFileAt(dataDir, key.folder, key.keyReference), key.bytes, 0o600, schoolId);
}

/** At start: removes the keys of certificates that a kill kept from being registered, and says how many. */
export async function settleKeys({ db, dataDir, log }: Pick<Deps, 'db' | 'dataDir' | 'log'>): Promise<void> {
  const isRegistered = async (keyReference: string, schoolId: string): Promise<boolean> => {
    const row = await inSchool(db, schoolId, (trx) =>
      trx
        .selectFrom('signing_certificate')
        .select('certificate_id')
        .where('school_id', '=', schoolId)
        .where('key_reference', '=', keyReference)
        .executeTakeFirst(),
    );
    return row !== undefined;
  };
  for (const folder of Object.keys(PLACES) as Folder[]) {
    try {
      const removed = await settleUnregistered(PLACES[folder].in(dataDir), (name, schoolId) =>
        isRegistered(`${folder}/${name}`, schoolId),
      );
      if (removed.length > 0)
        log(`Đã xoá ${removed.length} tệp khoá mà lần chạy trước bị ngắt khi chưa đăng ký xong.`);
    } catch (error) {
      // What cannot be settled stays for the next start, and keeps nobody from working.
      log(`Chưa xem được tệp khoá bỏ dở nào: ${error instanceof Error ? error.name : 'không rõ'}`);
    }
  }
}
