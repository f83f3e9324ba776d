import { X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { issueTlsServer, type KeyedCertificate, makeLocalCa } from '@hocba/signature/node';
import { writeDurably } from '../../store/durable-file.ts';

const RENEW_MS = 30 * 24 * 3_600_000;

export interface LanTls {
  readonly key: string;
  /** Server's certificate and the CA's, PEM. */
  readonly cert: string;
  /** What other computers are told to trust. */
  readonly caPem: string;
  /** SHA-256 of the CA's certificate, colon-separated, to compare by eye. */
  readonly caFingerprint: string;
}

/**
 * The certificate for https on the LAN. The CA of this installation is made once, in `keys/tls`; its name constraints
 * bind it to private names and addresses. The server's own certificate is made anew when its names change or its end
 * is near; the CA, and with it everybody's trust, stays.
 * @param names as `lanNames` gives them
 */
export async function openLanTls(
  dataDir: string,
  options: { readonly organisation: string; readonly names: readonly string[]; readonly now: Date },
): Promise<LanTls> {
  const folder = join(dataDir, 'keys', 'tls');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(join(dataDir, 'keys'), 0o700);
  const { organisation, names, now } = options;
  const ca = await kept(folder, 'ca', () => makeLocalCa({ organisation, now }), now);
  const server = await kept(
    folder,
    'server',
    () => issueTlsServer(ca, { names, now }),
    now,
    (certificate) =>
      covers(certificate, names) && certificate.checkIssued(new X509Certificate(ca.certificatePem)),
  );
  return {
    key: server.privateKeyPem,
    cert: `${server.certificatePem.trimEnd()}\n${ca.certificatePem}`,
    caPem: ca.certificatePem,
    caFingerprint: new X509Certificate(ca.certificatePem).fingerprint256,
  };
}

function covers(certificate: X509Certificate, names: readonly string[]): boolean {
  return names.every((name) =>
    /^\d+(?:\.\d+){3}$/.test(name)
      ? certificate.checkIP(name) !== undefined
      : certificate.checkHost(name, { subject: 'never' }) !== undefined,
  );
}

/** The certificate of that name if it is there and still good; else a new one, written key first. */
async function kept(
  folder: string,
  name: string,
  make: () => Promise<KeyedCertificate>,
  now: Date,
  good: (certificate: X509Certificate) => boolean = () => true,
): Promise<KeyedCertificate> {
  const place = join(folder, `${name}.pem`);
  const there = await readPair(place);
  if (there) {
    const certificate = new X509Certificate(there.certificatePem);
    if (certificate.validToDate.getTime() - now.getTime() > RENEW_MS && good(certificate)) return there;
  }
  const made = await make();
  // Key and certificate in one file: a kill leaves the old pair or the new one, never one of each.
  const pair = `${made.privateKeyPem.trimEnd()}\n${made.certificatePem}`;
  await writeDurably(place, Buffer.from(pair), 0o600);
  return made;
}

async function readPair(place: string): Promise<KeyedCertificate | null> {
  let text: string;
  try {
    text = await readFile(place, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const part = (label: string) =>
    new RegExp(`-----BEGIN ${label}-----[\\s\\S]+?-----END ${label}-----\\n?`).exec(text)?.[0];
  const privateKeyPem = part('PRIVATE KEY');
  const certificatePem = part('CERTIFICATE');
  return privateKeyPem && certificatePem ? { privateKeyPem, certificatePem } : null;
}
