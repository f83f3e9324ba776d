import { createHash } from 'node:crypto';
import { parseCertificate } from '@hocba/signature';
import { type FoundCertificate, type KeyPort, type KeySession, KeyTrouble } from './keys.ts';
import { CK, CKR, type Mechanism, type Pkcs11Port } from './pkcs11-port.ts';

/** Keys on tokens behind one PKCS#11 module. Slots are looked up anew each time, since tokens come and go. */
export class TokenKeys implements KeyPort {
  readonly asksPin = true;
  readonly #module: Pkcs11Port;
  constructor(module: Pkcs11Port) {
    this.#module = module;
  }

  async certificates(): Promise<readonly FoundCertificate[]> {
    const found = this.#slots().flatMap((slot) => this.#in(slot).map(({ der }) => ({ slot, der })));
    const ders = found.map(({ der }) => der);
    return found.flatMap(({ slot, der }) => {
      const certificate = read(der);
      if (certificate === null || certificate.basicConstraints?.ca === true) return [];
      return [{ token: this.#label(slot), chain: chainOf(der, ders) }];
    });
  }

  async open(certificate: Uint8Array, pin: string): Promise<KeySession> {
    const slots = this.#slots();
    if (slots.length === 0) throw new KeyTrouble('token-missing');
    for (const slot of slots) {
      const mine = this.#in(slot).find(({ der }) => Buffer.from(der).equals(Buffer.from(certificate)));
      if (mine !== undefined) return this.#session(slot, mine.id, pin);
    }
    throw new KeyTrouble('token-other');
  }

  #slots(): readonly Buffer[] {
    try {
      return this.#module.C_GetSlotList(true);
    } catch (error) {
      throw troubleOf(error);
    }
  }

  #label(slot: Buffer): string {
    const { label, serialNumber } = this.#module.C_GetTokenInfo(slot);
    return `${label.trim()} (${serialNumber.trim()})`;
  }

  /** Certificates of a slot, with the id that their keys carry too. A slot without a token has none. */
  #in(slot: Buffer): readonly { der: Uint8Array; id: Buffer }[] {
    let session: Buffer | null = null;
    try {
      session = this.#module.C_OpenSession(slot, CK.sessionFlags);
      const open = session;
      return this.#find(open, [{ type: CK.class, value: CK.certificateClass }]).flatMap((object) => {
        const [value, id] = this.#module.C_GetAttributeValue(open, object, [
          { type: CK.value },
          { type: CK.id },
        ]);
        return value && id ? [{ der: new Uint8Array(value.value), id: Buffer.from(id.value) }] : [];
      });
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble.code === 'token-missing') return [];
      throw trouble;
    } finally {
      if (session !== null) this.#close(session);
    }
  }

  #session(slot: Buffer, id: Buffer, pin: string): KeySession {
    const module = this.#module;
    let session: Buffer | null = null;
    try {
      session = module.C_OpenSession(slot, CK.sessionFlags);
      try {
        module.C_Login(session, CK.user, pin);
      } catch (error) {
        if (codeOf(error) !== CKR.userAlreadyIn) throw error;
      }
      const [key] = this.#find(session, [
        { type: CK.class, value: CK.privateKeyClass },
        { type: CK.id, value: id },
      ]);
      if (key === undefined) throw new KeyTrouble('token-other', 'no key');
      const open = session;
      return {
        async sign(algorithm, message) {
          const { mechanism, data } = inputOf(algorithm, message);
          try {
            module.C_SignInit(open, mechanism, key);
            return new Uint8Array(await module.C_SignAsync(open, data, Buffer.alloc(1024)));
          } catch (error) {
            throw troubleOf(error);
          }
        },
        close: () => this.#close(open),
      };
    } catch (error) {
      if (session !== null) this.#close(session);
      throw troubleOf(error);
    }
  }

  #find(session: Buffer, template: Parameters<Pkcs11Port['C_FindObjectsInit']>[1]): readonly Buffer[] {
    this.#module.C_FindObjectsInit(session, template);
    try {
      return this.#module.C_FindObjects(session, 50);
    } finally {
      this.#module.C_FindObjectsFinal(session);
    }
  }

  #close(session: Buffer): void {
    try {
      this.#module.C_CloseSession(session);
    } catch {
      // The token has gone, and its sessions with it.
    }
  }
}

/** DigestInfo of SHA-256 (RFC 8017 §9.2): tokens of every age sign it with the bare RSA mechanism. */
const DIGEST_INFO = Buffer.from('3031300d060960864801650304020105000420', 'hex');

/** Hashes here, so that the token's work is the signature alone. @throws KeyTrouble `unsupported` */
function inputOf(algorithm: string, message: Uint8Array): { mechanism: Mechanism; data: Buffer } {
  const hash = (name: string): Buffer => createHash(name).update(message).digest();
  switch (algorithm) {
    case 'ecdsa-p256-sha256':
      return { mechanism: { mechanism: CK.ecdsa }, data: hash('sha256') };
    case 'ecdsa-p384-sha384':
      return { mechanism: { mechanism: CK.ecdsa }, data: hash('sha384') };
    case 'rsa-pkcs1-sha256':
      return { mechanism: { mechanism: CK.rsaPkcs }, data: Buffer.concat([DIGEST_INFO, hash('sha256')]) };
    case 'rsa-pss-sha256': {
      const parameter = { type: CK.pssParameters, hashAlg: CK.sha256, mgf: CK.mgf1Sha256, saltLen: 32 };
      return { mechanism: { mechanism: CK.rsaPss, parameter }, data: hash('sha256') };
    }
    default:
      throw new KeyTrouble('unsupported', algorithm);
  }
}

function codeOf(error: unknown): number {
  const { code } = error as { code?: unknown };
  return typeof code === 'number' ? code : -1;
}

const PIN_WRONG: readonly number[] = [CKR.pinIncorrect, CKR.pinInvalid, CKR.pinLength];

/** What a module's error means to the person. What is not known is taken for a token that went away: it is asked again. */
function troubleOf(error: unknown): KeyTrouble {
  if (error instanceof KeyTrouble) return error;
  const code = codeOf(error);
  if (PIN_WRONG.includes(code)) return new KeyTrouble('pin-wrong');
  if (code === CKR.pinLocked) return new KeyTrouble('pin-locked');
  return new KeyTrouble('token-missing', `0x${code.toString(16)}`);
}

function read(der: Uint8Array) {
  try {
    return parseCertificate(der);
  } catch {
    return null;
  }
}

/** The leaf and what of its chain lies on the tokens, by names; the server judges it. */
function chainOf(leaf: Uint8Array, pool: readonly Uint8Array[]): readonly Uint8Array[] {
  const chain = [leaf];
  for (let last = read(leaf); last !== null && chain.length < 5; ) {
    const issuerName: string = last.issuer.text;
    if (issuerName === last.subject.text) break;
    const next = pool.find((der) => !chain.includes(der) && read(der)?.subject.text === issuerName);
    const issuer = next === undefined ? null : read(next);
    if (next === undefined || issuer === null || issuer.issuer.text === issuer.subject.text) break;
    chain.push(next);
    last = issuer;
  }
  return chain;
}
