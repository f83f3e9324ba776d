import { hash } from '@node-rs/argon2';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { passwordFault } from '../access/own-password.ts';
import { signIn } from '../access/sign-in.ts';
import { SignInThrottle } from '../access/throttle.ts';
import { type Client, clientOf, makeWorld, type School, type World } from '../http/testing/world.ts';
import { asApplication } from '../store/testing/cluster.ts';

let world: World;
let school: School;
let admin: Client;
let nobody: Client;
const NOW = new Date('2026-05-20T02:00:00Z');
beforeAll(async () => {
  world = await makeWorld();
  [school] = world.schools;
  nobody = clientOf(world.app, null);
});
beforeEach(async () => {
  world.clock.now = NOW;
  admin = await world.signIn('admin-1');
});
afterAll(() => world.close());

interface Slip {
  username: string;
  oneTimePassword: string;
  until: string;
}
const OWN = 'con thuyền xanh ngược gió';
const enter = (username: string, password: string) =>
  nobody<{ error?: string; fullName?: string }>('POST', '/api/session', { username, password });
const choose = (slip: Slip, newPassword: string, password = slip.oneTimePassword) =>
  nobody<{ error?: string; fullName?: string; details?: string[] }>('POST', '/api/session/own-password', {
    username: slip.username,
    password,
    newPassword,
  });
async function hire(code: string): Promise<{ staffId: string; slip: Slip }> {
  const { body } = await admin<{ staffId: string; account: Slip }>('POST', '/api/staff', {
    staffCode: code,
    fullName: 'Hồ Mẫu Mới',
    personalId: '000080000091',
    title: 'Giáo viên',
    roles: ['teacher'],
  });
  return { staffId: body.staffId, slip: body.account };
}

describe('somebody new', () => {
  test('gets a way in that opens nothing but the choice of an own password', async () => {
    const { slip } = await hire('GV-Đ01');
    expect(slip).toMatchObject({ username: 'gv-d01', until: '2026-06-03T02:00:00.000Z' });
    expect(slip.oneTimePassword).toMatch(/^[a-hj-km-np-z2-9]{4}(-[a-hj-km-np-z2-9]{4}){2}$/);
    const first = await enter(slip.username, slip.oneTimePassword);
    expect([first.status, first.body.error]).toEqual([403, 'password-to-choose']);
    expect(first.headers['set-cookie']).toBeUndefined();
    const own = await choose(slip, OWN);
    expect([own.status, own.body.fullName]).toEqual([200, 'Hồ Mẫu Mới']);
    expect(String(own.headers['set-cookie'])).toContain('__Host-');
    expect((await enter(slip.username, OWN)).status).toBe(200);
    // The slip is worth nothing from now on, neither to enter nor to choose again.
    expect((await enter(slip.username, slip.oneTimePassword)).status).toBe(401);
    expect((await choose(slip, 'một mật khẩu khác hẳn')).status).toBe(401);
    expect((await choose(slip, 'một mật khẩu khác hẳn', OWN)).status).toBe(401);
  });

  test('a slip that lay two weeks is worth nothing; another is handed out', async () => {
    const { staffId, slip } = await hire('GV02');
    world.clock.now = new Date(NOW.getTime() + 15 * 86_400_000);
    expect((await enter(slip.username, slip.oneTimePassword)).body.error).toBe('wrong-credentials');
    expect((await choose(slip, OWN)).status).toBe(401);
    admin = await world.signIn('admin-1');
    const { body } = await admin<{ account: Slip }>('POST', `/api/staff/${staffId}/account`, {});
    expect(body.account.username).toBe(slip.username);
    expect((await choose(body.account, OWN)).status).toBe(200);
  });

  test.each([
    ['matkhau1', /tên trường|dễ đoán/],
    ['Truong123', /tên trường/],
    ['Trường Tiểu học Mẫu số 1', /tên trường/],
    ['HoMauMoi2026', /tên trường/],
    ['12345678', /dễ đoán/],
    ['aaaaaaaaaa', /dễ đoán/],
    ['ngắn', /ít nhất 8/],
  ])('%s will not do as an own password', async (password, why) => {
    const { slip } = await hire(`GV${password.length}${password.charCodeAt(0)}`);
    const answer = await choose(slip, password);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid-input']);
    expect(answer.body.details?.join()).toMatch(why);
    expect((await choose(slip, slip.oneTimePassword)).status, 'nor the slip’s own').toBe(400);
    expect((await enter(slip.username, slip.oneTimePassword)).body.error).toBe('password-to-choose');
  });

  test('of two at once with one slip one has chosen', async () => {
    const { slip } = await hire('GV03');
    const both = await Promise.all([choose(slip, OWN), choose(slip, 'ba cây cau sau vườn')]);
    expect(both.map((a) => a.status).sort()).toEqual([200, 401]);
  });
});

describe('a password that was lost', () => {
  test('is replaced by a slip; the old one and open sessions end at once', async () => {
    const music = await world.signIn('music-1');
    const staffId = school.staff.music;
    expect((await music('GET', '/api/work')).status).toBe(200);
    const { body } = await admin<{ account: Slip }>('POST', `/api/staff/${staffId}/account`, {});
    expect((await music('GET', '/api/work')).status).toBe(401);
    expect((await enter('music-1', 'mật khẩu thử nghiệm 1')).status).toBe(401);
    expect((await choose(body.account, OWN)).status).toBe(200);
  });

  test.each([
    ['', false],
    ['whose hash is of an older kind ', true],
  ])('a sign-in under way with the old one %sopens nothing any more', async (_, outdated) => {
    const { slip, staffId } = await hire(outdated ? 'GV05' : 'GV06');
    await choose(slip, OWN);
    if (outdated) {
      const old = await hash(OWN.normalize('NFC'), { memoryCost: 8192, timeCost: 2, parallelism: 1 });
      await asApplication(
        world.database,
        '1',
        `update account set password_hash = '${old}' where username = '${slip.username}'`,
      );
    }
    let issued: Slip | undefined;
    let token: string | null = null;
    /** Between the look at the password and the new session. */
    const throttle = new (class extends SignInThrottle {
      override async succeeded(): Promise<void> {
        const { body } = await admin<{ account: Slip }>('POST', `/api/staff/${staffId}/account`, {});
        issued = body.account;
      }
    })();
    const asked = signIn(
      { ...world.deps, throttle },
      { username: slip.username, password: OWN },
      {
        address: '127.0.0.1',
        secure: true,
        baseUrl: 'http://localhost',
        reference: '',
        sessionToken: null,
        setSessionToken: (made) => {
          token = made;
        },
        upload: () => Promise.reject(new Error('no file')),
        touches: () => {},
        actedAs: () => {},
      },
    );
    await expect(asked).rejects.toMatchObject({ code: 'wrong-credentials' });
    expect(token).toBeNull();
    if (issued === undefined) throw new Error('nothing was handed out');
    expect((await choose(issued, 'một mật khẩu khác hẳn', OWN)).status, 'the old one chooses nothing').toBe(
      401,
    );
    expect((await choose(issued, 'một mật khẩu khác hẳn')).status).toBe(200);
  });

  test('nobody hands it to himself, to another school’s staff or without the role', async () => {
    const [own, other] = world.schools;
    const homeroom = await world.signIn('homeroom-1');
    expect((await admin('POST', `/api/staff/${own.staff.admin}/account`, {})).status).toBe(400);
    expect((await admin('POST', `/api/staff/${other.staff.music}/account`, {})).status).toBe(404);
    expect((await homeroom('POST', `/api/staff/${own.staff.music}/account`, {})).status).toBe(403);
  });

  test('is in no log and in no line of the trail, which says for whom it was handed out', async () => {
    const { staffId, slip } = await hire('GV04');
    await admin('POST', `/api/staff/${staffId}/account`, {});
    const principal = await world.signIn('principal-1');
    const { body } = await principal<{ events: { act: string; object: string }[] }>(
      'GET',
      '/api/audit-trail',
    );
    expect(body.events).toContainEqual(
      expect.objectContaining({ act: 'Cấp tài khoản, mật khẩu dùng một lần', object: `staff:${staffId}` }),
    );
    expect(JSON.stringify(body) + world.lines.join('\n')).not.toContain(slip.oneTimePassword);
  });
});

test.each(['con thuyền xanh ngược gió', 'Truong Sa 1988 xanh tham', 'pháo hoa trên sông', 'x7#kQ!02mz'])(
  '%s is a password',
  (password) => {
    expect(passwordFault(password, ['gv01', 'Hồ Mẫu Mới', 'Trường Tiểu học Mẫu số 1'])).toBeNull();
  },
);
