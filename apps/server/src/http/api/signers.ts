import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoTime, Uuid } from './values.ts';

export * from './pictures.ts';

/** Who signs: the signed-in person, or the school's seal in the clerk's hand. */
const Holder = z.enum(['person', 'seal']);
const Base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);
const SignerKindValue = z.enum(['training', 'pkcs12', 'agent', 'csc', 'smartca', 'mysign']);
const CertificateView = z.strictObject({
  certificateId: Uuid,
  kind: SignerKindValue,
  kindText: z.string(),
  subject: z.string(),
  issuer: z.string(),
  serial: z.string(),
  notAfter: IsoTime,
  training: z.boolean(),
});
const Registered = z.strictObject({ certificate: CertificateView });

/** The ways to sign that this person has, the one that is used first. */
export const mySigners = defineRoute({
  method: 'GET',
  path: '/api/signers',
  policy: 'signedIn',
  summary: 'Cách ký',
  response: z.strictObject({
    training: z.boolean(),
    holders: z.array(
      z.strictObject({
        holder: Holder,
        name: z.string(),
        current: CertificateView.nullable(),
        earlier: z.array(CertificateView),
      }),
    ),
    providers: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        kind: z.enum(['csc', 'smartca', 'mysign']),
        /** Written after observed messages, not yet confirmed by the provider. */
        unconfirmed: z.boolean(),
      }),
    ),
    agent: z.strictObject({ name: z.string(), connected: z.boolean() }).nullable(),
  }),
});
/** A key file (PKCS#12), kept under its own password; the password is used once here and not kept. */
export const registerKeyFile = defineRoute({
  method: 'POST',
  path: '/api/signers/key-file',
  policy: 'signedIn',
  stepUp: true,
  summary: 'Đăng ký tệp khoá',
  body: z.strictObject({ holder: Holder, file: Base64.max(270_000), password: z.string().max(200) }),
  response: Registered,
});
/** Signs with an earlier certificate again. */
export const chooseSigner = defineRoute({
  method: 'POST',
  path: '/api/signers/choose',
  policy: 'signedIn',
  stepUp: true,
  summary: 'Chọn cách ký',
  body: z.strictObject({ holder: Holder, certificateId: Uuid }),
  response: Registered,
});
/** A person's account at a service that is found by the number of the identity card. */
export const registerRemote = defineRoute({
  method: 'POST',
  path: '/api/signers/remote',
  policy: 'signedIn',
  stepUp: true,
  summary: 'Kết nối dịch vụ ký từ xa',
  body: z.strictObject({
    holder: Holder,
    providerId: z.string().max(40),
    userId: z.string().regex(/^[0-9A-Za-z-]{3,30}$/),
  }),
  response: Registered,
});
/** Address of the provider's page where the person lets this installation see the keys. */
export const linkService = defineRoute({
  method: 'POST',
  path: '/api/signers/link',
  policy: 'signedIn',
  stepUp: true,
  summary: 'Mở trang kết nối của dịch vụ ký',
  body: z.strictObject({ holder: Holder, providerId: z.string().max(40) }),
  response: z.strictObject({ url: z.url() }),
});
/** The person came back from the provider's page: keys are linked, or a batch is authorised. */
export const serviceReturn = defineRoute({
  method: 'POST',
  path: '/api/signers/return',
  policy: 'signedIn',
  summary: 'Trở về từ dịch vụ ký',
  body: z.strictObject({
    state: z.string().max(200),
    code: z.string().max(2000).optional(),
    error: z.string().max(200).optional(),
  }),
  response: z.strictObject({ batchId: Uuid.nullable() }),
});
/** A code that pairs the signing agent on the person's own computer: five minutes, one use. */
export const pairingCode = defineRoute({
  method: 'POST',
  path: '/api/agent-codes',
  policy: 'signedIn',
  stepUp: true,
  summary: 'Mã ghép máy ký',
  body: z.strictObject({}),
  response: z.strictObject({ code: z.string(), expiresAt: IsoTime }),
});

/** The agent's own calls carry its token in the body: no cookie, and nothing secret in an address. */
const Token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export const agentPair = defineRoute({
  method: 'POST',
  path: '/api/agent/pair',
  policy: 'public',
  summary: 'Máy ký: ghép',
  body: z.strictObject({ code: z.string().max(20), name: z.string().min(1).max(60) }),
  response: z.strictObject({
    token: Token,
    person: z.string(),
    schoolName: z.string(),
    maySeal: z.boolean(),
    expiresAt: IsoTime,
  }),
});
/** Held open until there is something to sign, twenty seconds at most. */
export const agentWait = defineRoute({
  method: 'POST',
  path: '/api/agent/wait',
  policy: 'public',
  summary: 'Máy ký: chờ việc',
  body: z.strictObject({ token: Token, hold: z.boolean() }),
  response: z.strictObject({
    order: z
      .strictObject({
        orderId: Uuid,
        batchId: Uuid,
        schoolName: z.string(),
        training: z.boolean(),
        roleText: z.string(),
        classes: z.array(z.string()),
        leftInBatch: z.number().int(),
        /** SHA-256 over the SHA-256 of each message, hexadecimal; the page shows the same. */
        digest: z.string(),
        certificate: Base64,
        algorithm: z.string(),
        items: z.array(z.strictObject({ id: z.string(), message: Base64 })),
      })
      .nullable(),
  }),
});
export const agentSignatures = defineRoute({
  method: 'POST',
  path: '/api/agent/signatures',
  policy: 'public',
  summary: 'Máy ký: nộp chữ ký',
  body: z.strictObject({
    token: Token,
    orderId: Uuid,
    signatures: z.array(z.strictObject({ id: z.string().max(100), value: Base64.max(2000) })).max(500),
  }),
  response: z.strictObject({ kept: z.number().int(), bad: z.array(z.string()), left: z.number().int() }),
});
export const agentReport = defineRoute({
  method: 'POST',
  path: '/api/agent/report',
  policy: 'public',
  summary: 'Máy ký: báo tình trạng',
  body: z.strictObject({
    token: Token,
    orderId: Uuid,
    state: z.enum([
      'asking',
      'signing',
      'token-missing',
      'token-other',
      'pin-wrong',
      'pin-locked',
      'refused',
    ]),
  }),
  response: z.strictObject({}),
});
/** A certificate that the agent found on the person's token. */
export const agentRegister = defineRoute({
  method: 'POST',
  path: '/api/agent/certificates',
  policy: 'public',
  summary: 'Máy ký: đăng ký chứng thư',
  body: z.strictObject({ token: Token, holder: Holder, chain: z.array(Base64.max(24_000)).min(1).max(6) }),
  response: Registered,
});
