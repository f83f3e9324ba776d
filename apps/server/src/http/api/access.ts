import { z } from 'zod';
import { defineRoute } from './route.ts';
import { SecondFactorState } from './second-factor.ts';
import { IsoTime, SchoolYear, StaffRoleValue, Uuid } from './values.ts';

export * from './approvals.ts';
export * from './second-factor.ts';

const Me = z.strictObject({
  staffId: Uuid,
  fullName: z.string(),
  title: z.string(),
  roles: z.array(StaffRoleValue),
  school: z.strictObject({ name: z.string(), training: z.boolean() }),
  schoolYear: SchoolYear,
  secondFactor: SecondFactorState,
});

export const signIn = defineRoute({
  method: 'POST',
  path: '/api/session',
  policy: 'public',
  summary: 'Đăng nhập',
  body: z.strictObject({ username: z.string().min(1).max(64), password: z.string().min(1).max(128) }),
  response: Me,
});
/** The first sign-in with a password that was handed out: changes it for one's own and signs in. */
export const choosePassword = defineRoute({
  method: 'POST',
  path: '/api/session/own-password',
  policy: 'public',
  summary: 'Đặt mật khẩu của riêng mình',
  body: z.strictObject({
    username: z.string().min(1).max(64),
    password: z.string().min(1).max(128),
    newPassword: z.string().min(1).max(128),
  }),
  response: Me,
});
export const whoAmI = defineRoute({
  method: 'GET',
  path: '/api/session',
  policy: 'signedIn',
  summary: 'Người đang đăng nhập',
  beforeSecondFactor: true,
  response: Me,
});
export const signOut = defineRoute({
  method: 'DELETE',
  path: '/api/session',
  policy: 'signedIn',
  summary: 'Đăng xuất',
  beforeSecondFactor: true,
  response: z.strictObject({}),
});
/** For the sign-in page: the school's name, whether this is training, and, in training only, the sample accounts. */
export const welcome = defineRoute({
  method: 'GET',
  path: '/api/welcome',
  policy: 'public',
  summary: 'Thông tin trang đăng nhập',
  response: z.strictObject({
    schoolName: z.string(),
    training: z.boolean(),
    accounts: z.array(z.strictObject({ username: z.string(), password: z.string(), who: z.string() })),
  }),
});
export const auditTrail = defineRoute({
  method: 'GET',
  path: '/api/audit-trail',
  policy: 'principal',
  summary: 'Nhật ký truy cập và thay đổi',
  query: z.strictObject({ before: IsoTime.optional() }),
  response: z.strictObject({
    events: z.array(
      z.strictObject({
        at: z.string(),
        who: z.string(),
        role: z.string(),
        act: z.string(),
        object: z.string(),
        outcome: z.string(),
      }),
    ),
  }),
});
