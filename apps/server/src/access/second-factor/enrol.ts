import { correction, generate } from 'lean-qr';
import type { z } from 'zod';
import type * as api from '../../http/api/second-factor.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { SecretBox } from '../../store/sealed-secret.ts';
import type { Actor } from '../actor.ts';
import type { Deps, Exchange } from '../binding.ts';
import { passwordMatches } from '../password.ts';
import { confirmedSession, keepChallenge, sessionOf, takeChallenge, whileSignedIn } from '../session.ts';
import type { SignInThrottle } from '../throttle.ts';
import { beginGenerator as begin, confirmGenerator } from './code-generator.ts';
import { enrolBy, passwordIssuer } from './first-factor.ts';
import { endPaperCodes, newPaperCodes, paperCodesLeft } from './paper-codes.ts';
import { keepPasskey, newPasskeyOptions, passkeyHost } from './passkeys.ts';
import { openSlip, slipMatches, useSlip } from './slips.ts';
import { type FactorState, isFresh } from './state.ts';

export interface FactorDeps extends Deps {
  readonly box: SecretBox;
  /** Counts failed tries at anything that is typed here. */
  readonly tries: SignInThrottle;
}

/** The session's state as it is now. @throws Refusal `not-signed-in` */
export async function factorOf(deps: Deps, request: Exchange): Promise<FactorState> {
  const session = await sessionOf(deps, request.sessionToken ?? '', request.address, false);
  if (!session) throw new Refusal('not-signed-in');
  return session.factor;
}

export async function mySecondFactor(
  deps: FactorDeps,
  actor: Actor,
  request: Exchange,
): Promise<z.input<typeof api.mySecondFactor.response>> {
  const state = await factorOf(deps, request);
  const { enforced, needed, enrolled, provenAt } = state;
  const rows = await deps.db
    .selectFrom('second_factor')
    .select(['factor_id', 'kind', 'name', 'created_at', 'last_used_at'])
    .where('account_id', '=', actor.accountId)
    .where('confirmed_at', 'is not', null)
    .where('ended_at', 'is', null)
    .orderBy('created_at')
    .execute();
  const issuer = await inSchool(deps.db, actor.schoolId, (trx) => passwordIssuer(trx, actor));
  return {
    state: { enforced, needed, enrolled, proven: provenAt !== null },
    factors: rows.map((row) => ({
      factorId: row.factor_id,
      kind: row.kind,
      name: row.name,
      createdAt: row.created_at.toISOString(),
      lastUsedAt: row.last_used_at?.toISOString() ?? null,
    })),
    paperCodesLeft: await paperCodesLeft(deps, actor.accountId),
    passkeysHere: passkeyHost(request.baseUrl) !== null,
    enrolBy: await enrolBy(deps, actor, state),
    passwordFrom: issuer?.fullName ?? null,
  };
}

/**
 * Who has a factor confirms by it before there is another one. A first one asks for the password again; after a reset, or
 * where somebody else handed the password out, for the slip, since the password alone is what others may have.
 *
 * @returns the reset whose slip was shown; null where none was asked for
 * @throws Refusal `second-factor-needed`, `second-factor-refused`, `too-many-tries`
 */
async function requireMayEnrol(
  deps: FactorDeps,
  actor: Actor,
  secret: string | undefined,
  request: Exchange,
): Promise<string | null> {
  const state = await factorOf(deps, request);
  const by = await enrolBy(deps, actor, state);
  if (by === 'fresh') {
    if (!isFresh(state.provenAt, deps.now())) throw new Refusal('second-factor-needed');
    return null;
  }
  if (by === 'vouched')
    throw new Refusal('second-factor-refused', [
      'Mật khẩu do người khác cấp: cần một người nữa trong văn phòng đồng ý và trao phiếu có mã.',
    ]);
  await deps.tries.begin(actor.accountId, request.address);
  const slip = await openSlip(deps, actor);
  if (slip !== null) {
    if (!slipMatches(deps, slip, secret ?? '')) throw new Refusal('second-factor-refused');
  } else {
    const account = await deps.db
      .selectFrom('account')
      .select('password_hash')
      .where('account_id', '=', actor.accountId)
      .executeTakeFirstOrThrow();
    if (!(await passwordMatches(account.password_hash, secret ?? '')))
      throw new Refusal('second-factor-refused', ['Mật khẩu không đúng.']);
  }
  await deps.tries.succeeded(actor.accountId, request.address);
  return slip?.resetId ?? null;
}

/** A new factor is there: its person has just shown it, so the session is confirmed by it. The slip that was shown is spent. */
async function enrolled(
  deps: FactorDeps,
  actor: Actor,
  request: Exchange,
  slip: string | null,
): Promise<Record<string, never>> {
  if (slip !== null) await useSlip(deps, actor, slip);
  request.setSessionToken(await confirmedSession(deps, request.sessionToken ?? '', actor.accountId));
  return {};
}

const sessionOfCall = ({ accountId }: Actor, { sessionToken }: Exchange) => ({
  accountId,
  token: sessionToken ?? '',
});

async function holderOf(deps: Deps, actor: Actor) {
  const [account, staff] = await Promise.all([
    deps.db
      .selectFrom('account')
      .select('username')
      .where('account_id', '=', actor.accountId)
      .executeTakeFirstOrThrow(),
    inSchool(deps.db, actor.schoolId, (trx) =>
      trx
        .selectFrom('staff')
        .select('full_name')
        .where('school_id', '=', actor.schoolId)
        .where('staff_id', '=', actor.staffId)
        .executeTakeFirstOrThrow(),
    ),
  ]);
  return { accountId: actor.accountId, username: account.username, fullName: staff.full_name };
}

export async function passkeyOptions(
  deps: FactorDeps,
  actor: Actor,
  input: z.output<typeof api.passkeyOptions.body>,
  request: Exchange,
): Promise<z.input<typeof api.passkeyOptions.response>> {
  await requireMayEnrol(deps, actor, input.secret, request);
  const options = await newPasskeyOptions(deps, await holderOf(deps, actor), request.baseUrl);
  await keepChallenge(deps, request.sessionToken ?? '', options.challenge);
  return { options: { ...options } };
}

export async function addPasskey(
  deps: FactorDeps,
  actor: Actor,
  input: z.output<typeof api.addPasskey.body>,
  request: Exchange,
): Promise<Record<string, never>> {
  const slip = await requireMayEnrol(deps, actor, input.secret, request);
  const challenge = await takeChallenge(deps, request.sessionToken ?? '');
  if (challenge === null) throw new Refusal('second-factor-refused');
  const response = input.passkey as Parameters<typeof keepPasskey>[2]['response'];
  const expected = { challenge, baseUrl: request.baseUrl };
  await whileSignedIn(deps, sessionOfCall(actor, request), (db) =>
    keepPasskey({ ...deps, db }, actor.accountId, { name: input.name, response }, expected),
  );
  return enrolled(deps, actor, request, slip);
}

export async function beginGenerator(
  deps: FactorDeps,
  actor: Actor,
  input: z.output<typeof api.beginGenerator.body>,
  request: Exchange,
): Promise<z.input<typeof api.beginGenerator.response>> {
  await requireMayEnrol(deps, actor, input.secret, request);
  const { secret, uri } = await begin(deps, await holderOf(deps, actor));
  const drawn = generate(uri, { minCorrectionLevel: correction.M, maxCorrectionLevel: correction.M });
  const qr = drawn.toString({ on: '1', off: '0', lf: '\n', pad: 2 }).trim().split('\n');
  return { secret, uri, qr };
}

export async function addGenerator(
  deps: FactorDeps,
  actor: Actor,
  input: z.output<typeof api.addGenerator.body>,
  request: Exchange,
): Promise<Record<string, never>> {
  const slip = await requireMayEnrol(deps, actor, input.secret, request);
  await deps.tries.begin(actor.accountId, request.address);
  await whileSignedIn(deps, sessionOfCall(actor, request), (db) =>
    confirmGenerator({ ...deps, db }, actor.accountId, input),
  );
  await deps.tries.succeeded(actor.accountId, request.address);
  return enrolled(deps, actor, request, slip);
}

/** Ten printed codes, for who has another factor already: paper alone is no second factor to begin with. */
export async function printPaperCodes(
  deps: FactorDeps,
  actor: Actor,
  request: Exchange,
): Promise<z.input<typeof api.paperCodes.response>> {
  if (!(await factorOf(deps, request)).enrolled) throw new Refusal('second-factor-missing');
  const codes = await whileSignedIn(deps, sessionOfCall(actor, request), (trx) =>
    newPaperCodes(trx, actor.accountId, deps.now()),
  );
  return { codes: [...codes] };
}

/** Takes a factor away. The last one stays with who may not work without. @throws Refusal `not-found`, `second-factor-missing` */
export async function removeFactor(
  deps: FactorDeps,
  actor: Actor,
  factorId: string,
  request: Exchange,
): Promise<Record<string, never>> {
  const { enforced } = await factorOf(deps, request);
  const mandatory = enforced && actor.roles.some((role) => role !== 'teacher');
  const now = deps.now();
  await deps.db.transaction().execute(async (trx) => {
    const there = await trx
      .selectFrom('second_factor')
      .select('factor_id')
      .where('account_id', '=', actor.accountId)
      .where('confirmed_at', 'is not', null)
      .where('ended_at', 'is', null)
      .forUpdate()
      .execute();
    if (!there.some(({ factor_id }) => factor_id === factorId)) throw new Refusal('not-found');
    if (there.length === 1 && mandatory)
      throw new Refusal('second-factor-missing', [
        'Đây là cách xác thực cuối cùng; hãy thêm cách khác trước.',
      ]);
    await trx.updateTable('second_factor').set({ ended_at: now }).where('factor_id', '=', factorId).execute();
    if (there.length === 1) await endPaperCodes(trx, actor.accountId, now);
  });
  return {};
}
