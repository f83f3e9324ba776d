import { createHash } from 'node:crypto';
import { connect } from 'node:tls';
import { fromBase64, parseCertificate } from '@hocba/signature';
import { type FoundCertificate, type KeyPort, type KeySession, KeyTrouble } from './keys.ts';

/**
 * The VGCA Sign Service of Ban Cơ yếu, which runs on the signer's own machine and asks for the PIN in its own window. Its
 * messages are as observed (`vgca_sign_msg` of its web plug-in): one connection a hash to `wss://127.0.0.1:8987/SignMsg`,
 * `{HashAlg, HashValue, Encode}` out, `{Status, Signature, CertBase64}` back. UNCONFIRMED by its maker.
 */
export const VGCA_ADDRESS = 'wss://127.0.0.1:8987';
/** The person may have to look for the token and type a PIN. */
const ANSWER_MS = 120_000;

export class VgcaKeys implements KeyPort {
  readonly asksPin = false;
  readonly #address: string;
  /** @param address another port of this machine, for tests */
  constructor(address = VGCA_ADDRESS) {
    const { hostname } = new URL(address);
    if (!['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
      throw new RangeError('the service is on this machine');
    this.#address = address;
  }

  /** The service shows its certificate only by signing: a hash that means nothing. */
  async certificates(): Promise<readonly FoundCertificate[]> {
    const { certificate } = await this.#sign(
      createHash('sha256').update('hocba: certificate?').digest(),
      'RSA',
    );
    return [{ token: 'VGCA Sign Service', chain: [certificate] }];
  }

  async open(certificate: Uint8Array): Promise<KeySession> {
    const rsa = parseCertificate(certificate).publicKey.kind === 'rsa';
    return {
      sign: async (_, message) => {
        const hash = createHash('sha256').update(message).digest();
        const answer = await this.#sign(hash, rsa ? 'RSA' : 'ECDSA');
        if (!Buffer.from(answer.certificate).equals(Buffer.from(certificate)))
          throw new KeyTrouble('token-other');
        return answer.signature;
      },
      close: () => {},
    };
  }

  #sign(
    hash: Uint8Array,
    encode: 'RSA' | 'ECDSA',
  ): Promise<{ signature: Uint8Array; certificate: Uint8Array }> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(`${this.#address}/SignMsg`);
      const timer = setTimeout(() => end(new KeyTrouble('token-missing', 'no answer')), ANSWER_MS);
      const end = (outcome: KeyTrouble | { signature: Uint8Array; certificate: Uint8Array }): void => {
        clearTimeout(timer);
        socket.close();
        if (outcome instanceof KeyTrouble) reject(outcome);
        else resolve(outcome);
      };
      socket.addEventListener('open', () =>
        socket.send(
          JSON.stringify({
            HashAlg: 'SHA256',
            HashValue: Buffer.from(hash).toString('base64'),
            Encode: encode,
          }),
        ),
      );
      socket.addEventListener('message', ({ data }) => end(answerIn(String(data))));
      socket.addEventListener('error', () => void whyUnreached(this.#address).then(end));
      socket.addEventListener('close', ({ wasClean }) => {
        // One that was never open says why by its error.
        if (wasClean) end(new KeyTrouble('token-missing', 'service closed'));
      });
    });
  }
}

/** A WebSocket does not say why it was not opened; a bare connection does. */
async function whyUnreached(address: string): Promise<KeyTrouble> {
  const { protocol, hostname, port } = new URL(address);
  if (protocol !== 'wss:') return new KeyTrouble('service-missing');
  return new Promise((resolve) => {
    const probe = connect({ host: hostname.replace(/[[\]]/g, ''), port: Number(port) || 443 });
    const end = (code: 'service-missing' | 'service-untrusted'): void => {
      probe.destroy();
      resolve(new KeyTrouble(code));
    };
    probe.setTimeout(PROBE_MS, () => end('service-missing'));
    probe.once('secureConnect', () => end('service-missing'));
    // A system call that failed found nobody; what TLS itself refuses is somebody.
    probe.once('error', (error) => end('syscall' in error ? 'service-missing' : 'service-untrusted'));
  });
}
const PROBE_MS = 5_000;

function answerIn(text: string): KeyTrouble | { signature: Uint8Array; certificate: Uint8Array } {
  try {
    const { Status, Signature, CertBase64 } = JSON.parse(text) as Record<string, unknown>;
    if (Status !== 0) return new KeyTrouble('refused', `status ${String(Status)}`);
    const signature = fromBase64(String(Signature));
    const certificate = fromBase64(String(CertBase64).replace(/\s/g, ''));
    if (signature !== null && certificate !== null) return { signature, certificate };
  } catch {
    // Falls through.
  }
  return new KeyTrouble('token-missing', 'answer not understood');
}
