import { expect, test } from 'vitest';
import { type Client, PASSWORD } from '../../http/testing/world.ts';
import { asApplication } from '../../store/testing/cluster.ts';
import { ask, browser, decide, staff, useWorld, withGenerator, world } from './testing/office.ts';

/** The first factor of who has a password that somebody else handed out, at the real edge. */
useWorld();

/** The administrator hands the principal a password; the principal, or somebody with the slip, chooses another. */
async function withHandedPassword(by: Client): Promise<Client> {
  const [kept] = await world.database.asOwner<{ password_hash: string }>(
    `select password_hash from account where username = 'principal-1'`,
  );
  const given = await by<{ account: { username: string; oneTimePassword: string } }>(
    'POST',
    `/api/staff/${staff('principal')}/account`,
    {},
  );
  expect(given.status, given.text).toBe(200);
  const { username, oneTimePassword: password } = given.body.account;
  const chosen = await world.app.inject({
    method: 'POST',
    url: '/api/session/own-password',
    headers: { host: 'localhost' },
    payload: { username, password, newPassword: 'con thuyền xanh ngược gió' },
  });
  expect(chosen.statusCode, chosen.body).toBe(200);
  // The world's helpers know one password.
  await asApplication(
    world.database,
    '1',
    `update account set password_hash = $1 where username = 'principal-1'`,
    [kept?.password_hash],
  );
  return browser('principal-1');
}
const begin = (who: Client, secret: string) =>
  who<{ error: string }>('POST', '/api/second-factor/generator', { secret });

test('an office person’s first factor is agreed to by another than who handed out the password', async () => {
  const clerk = await browser('clerk-1');
  await withGenerator(clerk);
  const admin = await browser('admin-1');
  await withGenerator(admin);
  const who = await withHandedPassword(admin);
  expect((await who('GET', '/api/second-factor')).body).toMatchObject({ enrolBy: 'vouched', factors: [] });
  expect((await begin(who, PASSWORD)).body.error).toBe('second-factor-refused');
  expect(
    (await who<{ error: string }>('POST', '/api/second-factor/passkey-options', { secret: PASSWORD })).body
      .error,
  ).toBe('second-factor-refused');
  const listed = await clerk<{ people: { staffId: string; begins: boolean }[] }>(
    'GET',
    '/api/second-factor/resets',
  );
  expect(listed.body.people.filter(({ begins }) => begins).map(({ staffId }) => staffId)).toEqual([
    staff('principal'),
  ]);
  const asked = (await ask(clerk, staff('principal'))).body.resetId;
  expect((await decide(admin, asked)).body.error).toBe('not-allowed');
  expect((await decide(clerk, asked, false)).status).toBe(200);
  const again = (await ask(admin, staff('principal'))).body.resetId;
  const { slip } = (await decide(clerk, again)).body;
  const back = await browser('principal-1');
  expect((await begin(back, PASSWORD)).body.error).toBe('second-factor-refused');
  await withGenerator(back, slip?.code);
  expect((await back('GET', '/api/classes')).status).toBe(200);
  // Who handed it out stands in the list of the staff, and is not who mends a loss either.
  const members = await admin<{ staff: { staffId: string; accountFrom: unknown }[] }>('GET', '/api/staff');
  expect(members.body.staff.find(({ staffId }) => staffId === staff('principal'))?.accountFrom).toEqual({
    fullName: expect.any(String),
    at: world.clock.now.toISOString(),
  });
  const lost = (await ask(clerk, staff('principal'))).body.resetId;
  expect((await decide(admin, lost)).body.error).toBe('not-allowed');
});

test('in a school that begins, with nobody else of the office yet, the password is enough', async () => {
  const admin = await browser('admin-1');
  await withGenerator(admin);
  const who = await withHandedPassword(admin);
  expect((await who('GET', '/api/second-factor')).body).toMatchObject({ enrolBy: 'password' });
  await withGenerator(who);
});
