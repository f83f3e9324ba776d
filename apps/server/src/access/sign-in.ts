import type { z } from 'zod';
import type * as api from '../http/api/access.ts';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import { isNoted } from '../store/noted-rows.ts';
import type { Actor } from './actor.ts';
import type { Deps, Exchange } from './binding.ts';
import { compareWithNobody, hashPassword, isOutdatedHash, passwordMatches } from './password.ts';
import { runningYear, vietnamDay } from './running-year.ts';
import { actorFor, endSession, openSessionBy, sessionOf } from './session.ts';
import type { SignInThrottle } from './throttle.ts';

type Me = z.input<typeof api.whoAmI.response>;

/** Sample accounts that the sign-in page of a training school shows. Never given for a real school. */
export interface SampleAccount {
  readonly username: string;
  readonly password: string;
  readonly who: string;
}

export interface SignInDeps extends Deps {
  readonly throttle: SignInThrottle;
}

/**
 * Opens a session. Unknown user, wrong password and disabled account get one answer after the same work.
 * A session that the browser already had is ended: the new one has a new token.
 * @throws Refusal `insecure-connection`, `too-many-tries`, `wrong-credentials`, `password-to-choose`
 */
export async function signIn(
  deps: SignInDeps,
  input: { username: string; password: string },
  request: Exchange,
): Promise<Me> {
  if (!request.secure) throw new Refusal('insecure-connection');
  const username = input.username.trim().toLowerCase();
  await deps.throttle.begin(username, request.address);
  const account = await deps.db
    .selectFrom('account')
    .selectAll()
    .where('username', '=', username)
    .executeTakeFirst();
  if (account) request.actedAs(await actorFor(deps, account, request.address));
  else request.actedAs(await nobodyAt(deps, request.address));
  if (account) {
    const matches = await passwordMatches(account.password_hash, input.password);
    if (matches && account.disabled_at === null) {
      await deps.throttle.succeeded(username, request.address);
      if (account.one_time_until !== null) throw oneTime(account.one_time_until, deps.now());
      if (!(await isOurs(deps, account))) throw new Refusal('wrong-credentials', [NOT_OURS]);
      const known = await renewedHash(deps, account, input.password);
      const token = await openSessionBy(deps, account.account_id, known);
      if (token === null) throw new Refusal('wrong-credentials');
      if (request.sessionToken !== null) await endSession(deps, request.sessionToken);
      request.setSessionToken(token);
      return whoAmI(deps, await actorFor(deps, account, request.address), {
        ...request,
        sessionToken: token,
      });
    }
  } else {
    await compareWithNobody(input.password);
  }
  throw new Refusal('wrong-credentials');
}

/** Told only to who knows the password, whoever has set it. */
const NOT_OURS =
  'Tài khoản này đã bị sửa ngoài phần mềm nên chưa dùng được. Hãy nhờ quản trị trường cấp lại mật khẩu, và báo hiệu trưởng.';

/** Whether the account stands as the application has written it: who owns the tables could have set another password. */
async function isOurs(
  { db }: Deps,
  account: { readonly school_id: string; readonly account_id: string },
): Promise<boolean> {
  return inSchool(db, account.school_id, (trx) =>
    isNoted(trx, account.school_id, 'account', account.account_id),
  );
}

/** Told only to who knows the password that was handed out. */
function oneTime(until: Date, now: Date): Refusal {
  return until < now
    ? new Refusal('wrong-credentials', ['Mật khẩu được cấp đã quá hạn; hãy nhờ quản trị trường cấp lại.'])
    : new Refusal('password-to-choose');
}

/** The hash to know the password by from now on, made anew where it is of an older kind; never over another password. */
async function renewedHash(
  deps: Deps,
  { account_id: accountId, password_hash: stored }: { account_id: string; password_hash: string },
  password: string,
): Promise<string> {
  if (!isOutdatedHash(stored)) return stored;
  const fresh = await hashPassword(password);
  const { numUpdatedRows } = await deps.db
    .updateTable('account')
    .set({ password_hash: fresh })
    .where('account_id', '=', accountId)
    .where('password_hash', '=', stored)
    .executeTakeFirst();
  if (numUpdatedRows === 1n) return fresh;
  // Another sign-in of the same person was first, or somebody has given the account another password.
  const now = await deps.db
    .selectFrom('account')
    .select('password_hash')
    .where('account_id', '=', accountId)
    .executeTakeFirstOrThrow();
  return (await passwordMatches(now.password_hash, password)) ? now.password_hash : stored;
}

/** A guess at a user name that nobody has is written into the trail of the school that runs this server. */
async function nobodyAt(deps: Deps, address: string): Promise<Actor> {
  const school = await homeSchool(deps);
  return { schoolId: school.school_id, accountId: '', staffId: '', roles: [], address };
}

export async function signOut(deps: Deps, request: Exchange): Promise<Record<string, never>> {
  if (request.sessionToken !== null) await endSession(deps, request.sessionToken);
  request.setSessionToken(null);
  return {};
}

/** The signed-in person, the school, and the school year that is running. */
export async function whoAmI(
  deps: Deps,
  actor: Actor,
  request: Pick<Exchange, 'sessionToken' | 'address'>,
): Promise<Me> {
  const session = await sessionOf(deps, request.sessionToken ?? '', request.address, false);
  if (!session) throw new Refusal('not-signed-in');
  const { enforced, needed, enrolled, provenAt } = session.factor;
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const staff = await trx
      .selectFrom('staff')
      .select(['full_name', 'title'])
      .where('school_id', '=', actor.schoolId)
      .where('staff_id', '=', actor.staffId)
      .executeTakeFirstOrThrow();
    const school = await trx
      .selectFrom('school')
      .select(['name', 'training'])
      .where('school_id', '=', actor.schoolId)
      .executeTakeFirstOrThrow();
    const year = await runningYear(trx, actor.schoolId, vietnamDay(deps.now()));
    if (!year) throw new Refusal('not-found');
    return {
      staffId: actor.staffId,
      fullName: staff.full_name,
      title: staff.title,
      roles: [...actor.roles],
      school: { name: school.name, training: school.training },
      schoolYear: year.schoolYear,
      secondFactor: { enforced, needed, enrolled, proven: provenAt !== null },
    };
  });
}

/** What the sign-in page shows before anybody is known. */
export async function welcome(
  deps: Deps,
  samples: readonly SampleAccount[],
): Promise<z.input<typeof api.welcome.response>> {
  const school = await homeSchool(deps);
  return {
    schoolName: school.name,
    training: school.training,
    accounts: school.training ? samples.map((s) => ({ ...s })) : [],
  };
}

/** The school that runs this installation: the first one. */
async function homeSchool(deps: Deps): Promise<{ school_id: string; name: string; training: boolean }> {
  return deps.db
    .selectFrom('school')
    .select(['school_id', 'name', 'training'])
    .orderBy('school_id')
    .limit(1)
    .executeTakeFirstOrThrow();
}
