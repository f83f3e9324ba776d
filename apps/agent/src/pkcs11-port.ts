/** What the agent uses of a PKCS#11 module, as pkcs11js offers it. Tests put a token that can be unplugged in between. */
export interface Pkcs11Port {
  C_GetSlotList(tokenPresent: boolean): readonly Buffer[];
  C_GetTokenInfo(slot: Buffer): {
    readonly label: string;
    readonly serialNumber: string;
    readonly flags: number;
  };
  C_OpenSession(slot: Buffer, flags: number): Buffer;
  C_CloseSession(session: Buffer): void;
  C_Login(session: Buffer, user: number, pin: string): void;
  C_FindObjectsInit(session: Buffer, template: readonly Attribute[]): void;
  C_FindObjects(session: Buffer, most: number): readonly Buffer[];
  C_FindObjectsFinal(session: Buffer): void;
  C_GetAttributeValue(
    session: Buffer,
    object: Buffer,
    template: readonly { readonly type: number }[],
  ): readonly { readonly type: number; readonly value: Buffer }[];
  C_SignInit(session: Buffer, mechanism: Mechanism, key: Buffer): void;
  C_SignAsync(session: Buffer, data: Buffer, out: Buffer): Promise<Buffer>;
}

export interface Attribute {
  readonly type: number;
  readonly value: number | Buffer;
}

export interface Mechanism {
  readonly mechanism: number;
  readonly parameter?: {
    readonly type: number;
    readonly hashAlg: number;
    readonly mgf: number;
    readonly saltLen: number;
  };
}

/** Numbers of PKCS#11 v2.40. */
export const CK = {
  sessionFlags: 0x4,
  user: 1,
  class: 0x0,
  certificateClass: 0x1,
  privateKeyClass: 0x3,
  value: 0x11,
  id: 0x102,
  ecdsa: 0x1041,
  rsaPkcs: 0x1,
  rsaPss: 0xd,
  sha256: 0x250,
  mgf1Sha256: 0x2,
  /** pkcs11js's own number for the parameters of PSS. */
  pssParameters: 5,
  finalTry: 0x20000,
} as const;

/** CKR_… by number. */
export const CKR = {
  functionFailed: 0x6,
  generalError: 0x5,
  deviceError: 0x30,
  deviceRemoved: 0x32,
  keyHandleInvalid: 0x60,
  objectHandleInvalid: 0x82,
  pinIncorrect: 0xa0,
  pinInvalid: 0xa1,
  pinLength: 0xa2,
  pinLocked: 0xa4,
  sessionClosed: 0xb0,
  sessionInvalid: 0xb3,
  tokenNotPresent: 0xe0,
  tokenNotRecognised: 0xe1,
  slotInvalid: 0x3,
  userAlreadyIn: 0x100,
  userNotIn: 0x101,
} as const;
