import type { z } from 'zod';
import type * as api from '../http/api/access.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import type { Exchange } from './binding.ts';
import { compareWithNobody, hashPassword, passwordMatches } from './password.ts';
import { actorFor } from './session.ts';
import { type SignInDeps, signIn } from './sign-in.ts';

/** length only, of what the person sees as characters. */
const LEAST = 8;
/** what guesses begin with, folded; a password that is little more than one of them is refused. */
const COMMON = [
  'matkhau',
  'password',
  'qwerty',
  'asdfgh',
  'abc123',
  'iloveyou',
  'anhyeuem',
  'hocba',
  'truong',
  'giaovien',
  'admin',
];

/**
 * The first sign-in with a password that was handed out: the person chooses another, nobody else knows it, and is
 * signed in with it. The one that was handed out is worth nothing from then on.
 * @throws Refusal `insecure-connection`, `too-many-tries`, `wrong-credentials`, `invalid-input`
 */
export async function choosePassword(
  deps: SignInDeps,
  input: z.output<typeof api.choosePassword.body>,
  request: Exchange,
): Promise<z.input<typeof api.choosePassword.response>> {
  if (!request.secure) throw new Refusal('insecure-connection');
  const username = input.username.trim().toLowerCase();
  await deps.throttle.begin(username, request.address);
  const account = await deps.db
    .selectFrom('account')
    .selectAll()
    .where('username', '=', username)
    .executeTakeFirst();
  if (!account) {
    await compareWithNobody(input.password);
    throw new Refusal('wrong-credentials');
  }
  request.actedAs(await actorFor(deps, account, request.address));
  const matches = await passwordMatches(account.password_hash, input.password);
  const open = account.disabled_at === null && account.one_time_until !== null;
  if (!matches || !open || (account.one_time_until ?? deps.now()) < deps.now()) {
    throw new Refusal('wrong-credentials');
  }
  await deps.throttle.succeeded(username, request.address);
  const about = await inSchool(deps.db, account.school_id, (trx) =>
    trx
      .selectFrom('staff as t')
      .innerJoin('school as s', 's.school_id', 't.school_id')
      .select(['t.full_name', 't.staff_code', 's.name'])
      .where('t.school_id', '=', account.school_id)
      .where('t.staff_id', '=', account.staff_id)
      .executeTakeFirstOrThrow(),
  );
  const fault = passwordFault(input.newPassword, [username, about.full_name, about.staff_code, about.name]);
  if (fault === null && (await passwordMatches(account.password_hash, input.newPassword))) {
    throw new Refusal('invalid-input', ['Mật khẩu mới phải khác mật khẩu được cấp.']);
  }
  if (fault !== null) throw new Refusal('invalid-input', [fault]);
  const changed = await deps.db
    .updateTable('account')
    .set({ password_hash: await hashPassword(input.newPassword), one_time_until: null })
    .where('account_id', '=', account.account_id)
    .where('password_hash', '=', account.password_hash)
    .executeTakeFirst();
  // Two at once with one slip: the first has chosen.
  if (changed.numUpdatedRows === 0n) throw new Refusal('wrong-credentials');
  return signIn(deps, { username, password: input.newPassword }, request);
}

/**
 * Why a password will not do, or null: too short, one of those that are tried first, or little more than a word of the
 * school or the person.
 * @param words names and codes that others know
 */
export function passwordFault(password: string, words: readonly string[]): string | null {
  if ([...password.normalize('NFC')].length < LEAST) return `Mật khẩu cần ít nhất ${LEAST} ký tự.`;
  const folded = fold(password);
  if (
    new Set(folded).size < 4 ||
    '01234567890123456789'.includes(folded) ||
    '98765432109876543210'.includes(folded)
  ) {
    return 'Mật khẩu quá dễ đoán: hãy dùng vài từ không liền nghĩa.';
  }
  const known = [...COMMON, ...words.map(fold), ...words.flatMap((w) => w.split(/\s+/).map(fold))];
  // A known word with a few figures or letters around it, as `Truong123`.
  const near = known
    .filter((w) => w.length >= 3 && folded.includes(w))
    .sort((a, b) => b.length - a.length)[0];
  const rest = known.reduce((text, w) => (w.length >= 3 ? text.replaceAll(w, '') : text), folded);
  if (near !== undefined && rest.length < 5) {
    return 'Mật khẩu gồm tên trường, tên người hoặc từ thường gặp: hãy thêm những từ khác.';
  }
  return null;
}

/** Small letters and figures without accents. */
function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .replace(/[^a-z0-9]/g, '');
}
