import { randomUUID } from 'node:crypto';
import {
  keptPicture,
  type Pen,
  PictureError,
  type PictureErrorCode,
  pictureOnForm,
} from '@hocba/form/picture';
import type { SignerRole } from '@hocba/record';
import { fromBase64, toBase64 } from '@hocba/signature';
import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import type { myPictures as mineRoute, setPicture as setRoute } from '../../http/api/pictures.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { holderOf } from './my-signers.ts';
import { type Holder, holderFacts } from './signers.ts';

const WHY: Readonly<Record<PictureErrorCode, string>> = {
  unreadable:
    'Không đọc được hình này. Hãy dùng ảnh PNG không quá 1200 điểm mỗi chiều, hoặc chụp lại và chọn từ trang này.',
  blank: 'Trên hình không thấy nét mực nào.',
  background:
    'Nền của hình chưa trắng nên không tách được nét mực. Hãy quét hoặc chụp trên giấy trắng, đủ sáng.',
};

/** The pictures of what the actor signs, as the form shows them, and since when. */
export async function myPictures(deps: Deps, actor: Actor): Promise<z.input<typeof mineRoute.response>> {
  const kinds: readonly Pen[] = actor.roles.includes('clerk') ? ['person', 'seal'] : ['person'];
  const own = holderOf(actor, 'person');
  const { schoolName } = await holderFacts(deps.db, own);
  const person = await inSchool(deps.db, own.schoolId, (trx) =>
    trx
      .selectFrom('staff')
      .select(['full_name', 'title'])
      .where('school_id', '=', own.schoolId)
      .where('staff_id', '=', own.staffId)
      .executeTakeFirstOrThrow(),
  );
  const holders = [];
  for (const holder of kinds) {
    const rows = await picturesOf(deps, holderOf(actor, holder));
    const png = rows[0]?.png ?? null;
    holders.push({
      holder,
      name: holder === 'seal' ? schoolName : person.full_name,
      title: holder === 'seal' ? '' : person.title,
      image: png === null ? null : toBase64(pictureOnForm(png, holder)),
      history: rows.map((row) => ({
        at: row.set_at.toISOString(),
        removed: row.png === null,
        by: row.full_name ?? '',
      })),
    });
  }
  return { holders };
}

/** A picture as it would stand on the form. Nothing is kept. @throws Refusal `invalid-input`, `not-allowed` */
export function lookAtPicture(actor: Actor, input: z.output<typeof setRoute.body>): { image: string } {
  holderOf(actor, input.holder);
  return { image: toBase64(pictureOnForm(read(input.file), input.holder)) };
}

/** Shows this picture on the prints of what the holder signs from now on. @throws Refusal `invalid-input`, `not-allowed` */
export async function setPicture(
  deps: Deps,
  actor: Actor,
  input: z.output<typeof setRoute.body>,
): Promise<Record<string, never>> {
  const holder = holderOf(actor, input.holder);
  await append(deps, actor, holder, read(input.file));
  return {};
}

/** Shows none from now on. @throws Refusal `not-found` where there is none, `not-allowed` */
export async function removePicture(
  deps: Deps,
  actor: Actor,
  input: { readonly holder: Pen },
): Promise<Record<string, never>> {
  const holder = holderOf(actor, input.holder);
  const [newest] = await picturesOf(deps, holder);
  if (newest === undefined || newest.png === null) throw new Refusal('not-found');
  await append(deps, actor, holder, null);
  return {};
}

/**
 * The pictures that a record's print shows, by role: of each slot the one that was in force when it was signed. Subject
 * teachers are named on the form and not pictured.
 */
export async function picturesWhenSigned(
  trx: Kysely<Database>,
  schoolId: string,
  recordId: string,
): Promise<ReadonlyMap<SignerRole, Uint8Array>> {
  const slots = await trx
    .selectFrom('slot')
    .select(['role', 'signed_by', 'signed_at'])
    .where('school_id', '=', schoolId)
    .where('record_id', '=', recordId)
    .where('role', '<>', 'subjectTeacher')
    .execute();
  const shown = new Map<SignerRole, Uint8Array>();
  for (const { role, signed_by: signedBy, signed_at: at } of slots) {
    const staffId = role === 'schoolSeal' ? null : signedBy;
    const row = await trx
      .selectFrom('signature_picture')
      .select('png')
      .where('school_id', '=', schoolId)
      .where('staff_id', staffId === null ? 'is' : '=', staffId)
      .where('set_at', '<=', at)
      .orderBy('set_at', 'desc')
      .orderBy('picture_id')
      .executeTakeFirst();
    if (row?.png) shown.set(role, row.png);
  }
  return shown;
}

async function picturesOf({ db }: Deps, { schoolId, staffId }: Holder) {
  return inSchool(db, schoolId, (trx) =>
    trx
      .selectFrom('signature_picture as p')
      .leftJoin('staff as s', (join) =>
        join.onRef('s.school_id', '=', 'p.school_id').onRef('s.staff_id', '=', 'p.set_by'),
      )
      .select(['p.png', 'p.set_at', 's.full_name'])
      .where('p.school_id', '=', schoolId)
      .where('p.staff_id', staffId === null ? 'is' : '=', staffId)
      .orderBy('p.set_at', 'desc')
      .orderBy('p.picture_id')
      .execute(),
  );
}

async function append(
  { db, now }: Deps,
  actor: Actor,
  { schoolId, staffId }: Holder,
  png: Uint8Array | null,
): Promise<void> {
  const row = { school_id: schoolId, picture_id: randomUUID(), staff_id: staffId };
  await inSchool(db, schoolId, (trx) =>
    trx
      .insertInto('signature_picture')
      .values({ ...row, png, set_by: actor.staffId, set_at: now() })
      .execute(),
  );
}

function read(file: string): Uint8Array {
  try {
    return keptPicture(fromBase64(file) ?? new Uint8Array());
  } catch (error) {
    if (error instanceof PictureError) throw new Refusal('invalid-input', [WHY[error.code]]);
    throw error;
  }
}
