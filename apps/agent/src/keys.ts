/** Where the agent's keys are: a token through PKCS#11, or the VGCA Sign Service. */
export interface KeyPort {
  /** Whether the agent asks for the PIN; the VGCA Sign Service asks in its own window. */
  readonly asksPin: boolean;
  /** Signing certificates that are there now, to be registered. @throws KeyTrouble */
  certificates(): Promise<readonly FoundCertificate[]>;
  /**
   * A session with the key of exactly this certificate.
   * @throws KeyTrouble
   */
  open(certificate: Uint8Array, pin: string): Promise<KeySession>;
}

export interface FoundCertificate {
  readonly token: string;
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
}

export interface KeySession {
  /** @param algorithm as the server names it: `ecdsa-p256-sha256`, `rsa-pkcs1-sha256`, `rsa-pss-sha256` */
  sign(algorithm: string, message: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

export type TroubleCode =
  /** No token is there, or it went away, fell asleep or lost its session: put it in again. */
  | 'token-missing'
  /** A token is there, but with another person's certificate. */
  | 'token-other'
  | 'pin-wrong'
  | 'pin-locked'
  /** The signing program of this machine does not run, or another program answers in its place. */
  | 'service-missing'
  | 'service-untrusted'
  | 'refused'
  | 'unsupported';

export class KeyTrouble extends Error {
  readonly code: TroubleCode;
  constructor(code: TroubleCode, detail = '') {
    super(detail === '' ? code : `${code}: ${detail}`);
    this.name = 'KeyTrouble';
    this.code = code;
  }
}
