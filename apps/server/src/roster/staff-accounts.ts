import { randomInt, randomUUID } from 'node:crypto';
import type { Kysely, Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { Deps } from '../access/binding.ts';
import { hashPassword } from '../access/password.ts';
import { endSessionsOf } from '../access/session.ts';
import type * as api from '../http/api/staff.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import { reviewed } from '../store/noted-rows.ts';
import type { Database } from '../store/tables.ts';

/** a slip that nobody has used after two weeks is worth nothing. */
const SLIP_MS = 14 * 86_400_000;
/** Without letters and figures that are taken for each other on paper. */
const ALPHABET = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 3;

export type Slip = z.input<typeof api.IssuedAccount>;

/**
 * Hands out a way in: an account for who has none, a new one-time password for who has lost theirs; sessions that are
 * open end. The password is in the answer and nowhere else; its holder has to choose another before anything opens.
 * @throws Refusal `not-found` for who is not here any more, `invalid-input` for one's own, and for whom the actor has just handed a
 *   slip for a new second factor: with both one would be that person
 */
export async function issueAccount(
  deps: Deps,
  actor: Actor,
  input: { staffId: string },
): Promise<z.input<typeof api.issueAccount.response>> {
  if (input.staffId === actor.staffId) {
    throw new Refusal('invalid-input', ['Hãy để một người quản trị khác cấp lại mật khẩu cho mình.']);
  }
  const slip = await oneTimePassword();
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const staff = await trx
      .selectFrom('staff')
      .select(['staff_code', 'left_on'])
      .where('school_id', '=', actor.schoolId)
      .where('staff_id', '=', input.staffId)
      .forUpdate()
      .executeTakeFirst();
    if (!staff || staff.left_on !== null) throw new Refusal('not-found');
    if (await handedSlip(trx, actor, input.staffId, deps.now())) {
      throw new Refusal('invalid-input', [
        'Thầy/cô vừa đồng ý đặt lại xác thực hai lớp cho người này và giữ phiếu; hãy để một người quản trị khác cấp lại mật khẩu, hoặc chờ phiếu được dùng.',
      ]);
    }
    return {
      account: await openAccount(trx, actor, input.staffId, staff.staff_code, slip, deps),
    };
  });
}

/** Whether the actor is who agreed to the person's newest reset, whose slip is still good; held until the act is done. */
async function handedSlip(
  trx: Transaction<Database>,
  actor: Actor,
  staffId: string,
  now: Date,
): Promise<boolean> {
  await trx
    .selectFrom('account')
    .select('account_id')
    .where('school_id', '=', actor.schoolId)
    .where('staff_id', '=', staffId)
    .forUpdate()
    .execute();
  const row = await trx
    .selectFrom('factor_reset')
    .select(['decided_by', 'slip_until', 'slip_used_at'])
    .where('school_id', '=', actor.schoolId)
    .where('staff_id', '=', staffId)
    .where('approved', '=', true)
    .orderBy('decided_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  const open = row?.slip_used_at === null && row.slip_until !== null && row.slip_until > now;
  return open && row.decided_by === actor.staffId;
}

/** A password of 60 bits to be written on paper, and its hash; made before the transaction, which a hash would hold up. */
export async function oneTimePassword(): Promise<{ password: string; hash: string }> {
  const password = Array.from({ length: GROUPS }, () =>
    Array.from({ length: 4 }, () => ALPHABET[randomInt(ALPHABET.length)]).join(''),
  ).join('-');
  return { password, hash: await hashPassword(password) };
}

/** Makes the account or gives it the new password, and notes who handed it out; what was open is closed. */
export async function openAccount(
  trx: Transaction<Database>,
  { schoolId, staffId: issuer }: Actor,
  staffId: string,
  staffCode: string,
  slip: { readonly password: string; readonly hash: string },
  deps: Pick<Deps, 'now' | 'dataDir'>,
): Promise<Slip> {
  const now = deps.now();
  const until = new Date(now.getTime() + SLIP_MS);
  const found = await trx
    .updateTable('account')
    .set({
      password_hash: slip.hash,
      one_time_until: until,
      disabled_at: null,
      issued_by: issuer,
      issued_at: now,
    })
    .where('school_id', '=', schoolId)
    .where('staff_id', '=', staffId)
    .returning(['account_id', 'username'])
    .executeTakeFirst();
  if (found) {
    await endSessionsOf({ ...deps, db: trx }, found.account_id);
    // Whose it is and by which name stands on the slip, all else is new: what was changed behind the application is over.
    await reviewed(trx, 'account', found.account_id);
  }
  const username = found?.username ?? (await freeUsername(trx, schoolId, staffCode));
  if (!found) {
    await trx
      .insertInto('account')
      .values({
        account_id: randomUUID(),
        school_id: schoolId,
        staff_id: staffId,
        username,
        password_hash: slip.hash,
        one_time_until: until,
        issued_by: issuer,
        issued_at: now,
      })
      .execute();
  }
  return { username, oneTimePassword: slip.password, until: until.toISOString() };
}

/** The staff code; where another school of the installation has the same, with the school's code behind it. */
async function freeUsername(trx: Kysely<Database>, schoolId: string, staffCode: string): Promise<string> {
  const own = staffCode
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .replace(/[^a-z0-9._-]/g, '');
  const { code } = await trx
    .selectFrom('school')
    .select('code')
    .where('school_id', '=', schoolId)
    .executeTakeFirstOrThrow();
  const wishes = [own, `${own}-${code.toLowerCase()}`].filter((w) => w.length > 1);
  const taken = await trx
    .selectFrom('account')
    .select('username')
    .where('username', 'in', ['', ...wishes])
    .execute();
  const free = wishes.find((wish) => !taken.some((row) => row.username === wish));
  if (free === undefined) {
    throw new Refusal('invalid-input', [
      'Mã này không đặt được tên đăng nhập; hãy dùng mã khác, gồm chữ và số.',
    ]);
  }
  return free;
}
