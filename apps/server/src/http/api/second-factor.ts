import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoTime, Uuid } from './values.ts';

/** Where the signed-in person stands with the second factor. */
export const SecondFactorState = z.strictObject({
  /** False in a training school that runs without it. */
  enforced: z.boolean(),
  needed: z.boolean(),
  enrolled: z.boolean(),
  /** Whether it was confirmed in this session. */
  proven: z.boolean(),
});

const Base64Url = z.string().regex(/^[A-Za-z0-9_-]+$/);
const Name = z.string().trim().min(1).max(60);
/** For a first factor: the password again, or after a loss the slip. */
const EnrolSecret = z.string().max(128).optional();
const Extensions = z.record(z.string().max(40), z.unknown());
const Attachment = z.enum(['platform', 'cross-platform']).optional();
const Transport = z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb']);
/** The browser's answer as WebAuthn Level 3 writes it (RegistrationResponseJSON). */
const NewPasskey = z.strictObject({
  id: Base64Url.max(1400),
  rawId: Base64Url.max(1400),
  type: z.literal('public-key'),
  response: z.strictObject({
    attestationObject: Base64Url.max(8000),
    clientDataJSON: Base64Url.max(4000),
    authenticatorData: Base64Url.max(4000).optional(),
    publicKey: Base64Url.max(4000).optional(),
    publicKeyAlgorithm: z.number().int().optional(),
    transports: z.array(Transport).max(8).optional(),
  }),
  clientExtensionResults: Extensions,
  authenticatorAttachment: Attachment,
});
const PasskeyAnswer = z.strictObject({
  id: Base64Url.max(1400),
  rawId: Base64Url.max(1400),
  type: z.literal('public-key'),
  response: z.strictObject({
    authenticatorData: Base64Url.max(4000),
    clientDataJSON: Base64Url.max(4000),
    signature: Base64Url.max(4000),
    userHandle: Base64Url.max(200).optional(),
  }),
  clientExtensionResults: Extensions,
  authenticatorAttachment: Attachment,
});
/** Options for the browser's own call, passed on as they are. */
const BrowserOptions = z.record(z.string(), z.unknown());

export const mySecondFactor = defineRoute({
  method: 'GET',
  path: '/api/second-factor',
  policy: 'signedIn',
  summary: 'Xác thực hai lớp của tôi',
  beforeSecondFactor: true,
  response: z.strictObject({
    state: SecondFactorState,
    factors: z.array(
      z.strictObject({
        factorId: Uuid,
        kind: z.enum(['passkey', 'totp']),
        name: z.string(),
        createdAt: IsoTime,
        lastUsedAt: IsoTime.nullable(),
      }),
    ),
    paperCodesLeft: z.number().int(),
    /** Whether this address is one that passkeys can belong to. */
    passkeysHere: z.boolean(),
    /** What a first factor asks for: the password again, or the slip of who agreed; `vouched`: that somebody agrees. */
    enrolBy: z.enum(['fresh', 'password', 'slip', 'vouched']),
    /** Who handed out the password, and is not who agrees. */
    passwordFrom: z.string().nullable(),
  }),
});
export const passkeyOptions = defineRoute({
  method: 'POST',
  path: '/api/second-factor/passkey-options',
  policy: 'signedIn',
  summary: 'Bắt đầu thêm khoá đăng nhập',
  beforeSecondFactor: true,
  body: z.strictObject({ secret: EnrolSecret }),
  response: z.strictObject({ options: BrowserOptions }),
});
export const addPasskey = defineRoute({
  method: 'POST',
  path: '/api/second-factor/passkeys',
  policy: 'signedIn',
  summary: 'Thêm khoá đăng nhập',
  beforeSecondFactor: true,
  body: z.strictObject({ name: Name, passkey: NewPasskey, secret: EnrolSecret }),
  response: z.strictObject({}),
});
export const beginGenerator = defineRoute({
  method: 'POST',
  path: '/api/second-factor/generator',
  policy: 'signedIn',
  summary: 'Bắt đầu thêm ứng dụng tạo mã',
  beforeSecondFactor: true,
  body: z.strictObject({ secret: EnrolSecret }),
  response: z.strictObject({
    secret: z.string(),
    uri: z.string(),
    /** The address as a QR: rows of modules, `1` dark. */
    qr: z.array(z.string().regex(/^[01]+$/)),
  }),
});
export const addGenerator = defineRoute({
  method: 'POST',
  path: '/api/second-factor/generators',
  policy: 'signedIn',
  summary: 'Thêm ứng dụng tạo mã',
  beforeSecondFactor: true,
  body: z.strictObject({ name: Name, code: z.string().regex(/^\d{6}$/), secret: EnrolSecret }),
  response: z.strictObject({}),
});
export const paperCodes = defineRoute({
  method: 'POST',
  path: '/api/second-factor/paper-codes',
  policy: 'signedIn',
  summary: 'In mã dự phòng',
  stepUp: true,
  body: z.strictObject({}),
  response: z.strictObject({ codes: z.array(z.string()) }),
});
export const removeFactor = defineRoute({
  method: 'POST',
  path: '/api/second-factor/:factorId/remove',
  policy: 'signedIn',
  summary: 'Bỏ một cách xác thực',
  stepUp: true,
  params: z.strictObject({ factorId: Uuid }),
  body: z.strictObject({}),
  response: z.strictObject({}),
});
export const factorChallenge = defineRoute({
  method: 'POST',
  path: '/api/second-factor/challenge',
  policy: 'signedIn',
  summary: 'Hỏi khoá đăng nhập',
  beforeSecondFactor: true,
  body: z.strictObject({}),
  response: z.strictObject({ options: BrowserOptions.nullable() }),
});
export const proveFactor = defineRoute({
  method: 'POST',
  path: '/api/second-factor/prove',
  policy: 'signedIn',
  summary: 'Xác nhận bằng xác thực hai lớp',
  beforeSecondFactor: true,
  body: z.union([
    z.strictObject({ passkey: PasskeyAnswer }),
    z.strictObject({ code: z.string().min(6).max(20) }),
  ]),
  response: z.strictObject({}),
});
/** Somebody lost the second factor: who asks and who agrees are two of the office, neither is the person. */
export const factorResets = defineRoute({
  method: 'GET',
  path: '/api/second-factor/resets',
  policy: 'schoolOffice',
  summary: 'Yêu cầu đặt lại xác thực hai lớp',
  response: z.strictObject({
    people: z.array(
      z.strictObject({
        staffId: Uuid,
        fullName: z.string(),
        enrolled: z.boolean(),
        /** Of the office, with a password that was handed out, and no factor yet: the first one is agreed to as well. */
        begins: z.boolean(),
      }),
    ),
    resets: z.array(
      z.strictObject({
        resetId: Uuid,
        staffId: Uuid,
        fullName: z.string(),
        reason: z.string(),
        requestedBy: z.string(),
        requestedAt: IsoTime,
        /** Whether the caller is the one who may agree. */
        mayApprove: z.boolean(),
      }),
    ),
  }),
});
export const requestFactorReset = defineRoute({
  method: 'POST',
  path: '/api/second-factor/resets',
  policy: 'schoolOffice',
  summary: 'Đề nghị đặt lại xác thực hai lớp',
  stepUp: true,
  body: z.strictObject({ staffId: Uuid, reason: z.string().trim().min(3).max(300) }),
  response: z.strictObject({ resetId: Uuid }),
});
export const decideFactorReset = defineRoute({
  method: 'POST',
  path: '/api/second-factor/resets/:resetId',
  policy: 'schoolOffice',
  summary: 'Quyết định đặt lại xác thực hai lớp',
  stepUp: true,
  params: z.strictObject({ resetId: Uuid }),
  body: z.strictObject({ approve: z.boolean() }),
  response: z.strictObject({
    /** For the person, by hand, to set up a new one; shown once. */
    slip: z.strictObject({ code: z.string(), until: IsoTime }).nullable(),
  }),
});
/** Only a training school may switch it; in earnest it is always on. */
export const trainingSecondFactor = defineRoute({
  method: 'POST',
  path: '/api/second-factor/training',
  policy: 'principal',
  summary: 'Bật, tắt xác thực hai lớp khi tập huấn',
  stepUp: true,
  body: z.strictObject({ on: z.boolean() }),
  response: z.strictObject({ on: z.boolean() }),
});
