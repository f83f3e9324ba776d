import { createHash, X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Production } from './produce.ts';
import type { Report } from './report.ts';
import { contentOf, firstIn } from './signed-xml.ts';
import { each, run } from './tools.ts';

/** OpenSSL on every certificate chain that the records carry: from the leaf to the roots, at the time of signing. */
export async function judgeCertificates(
  report: Report,
  production: Production,
  foreignRoot: string,
  work: string,
): Promise<void> {
  const chains = new Map<string, { slot: string; der: readonly Buffer[]; at: number }>();
  for (const { xml } of production.records) {
    for (const { slot, certificates, signature } of xml.slots) {
      const key = createHash('sha256').update(Buffer.concat(certificates)).digest('hex');
      const at = Math.floor(Date.parse(contentOf(xml.text, firstIn(xml, signature, 'SigningTime'))) / 1000);
      if (!chains.has(key)) chains.set(key, { slot, der: certificates, at });
    }
  }
  await each([...chains.values()], async ({ slot, der, at }, n) => {
    const [leaf, ...others] = der;
    if (leaf === undefined) throw new Error(`${slot}: không có chứng thư`);
    const write = async (name: string, ...certificates: Buffer[]): Promise<string> => {
      const file = join(work, `chain-${n}-${name}.pem`);
      await writeFile(file, certificates.map(toPem).join(''));
      return file;
    };
    const leafFile = await write('leaf', leaf);
    const othersFile = await write('others', ...others);
    const verify = (roots: string, certificate: string, untrusted = othersFile) =>
      run('openssl', [
        'verify',
        '-x509_strict',
        '-no-CApath',
        '-no-CAstore',
        '-attime',
        String(at),
        '-CAfile',
        roots,
        '-untrusted',
        untrusted,
        certificate,
      ]);
    const subject = new X509Certificate(leaf).subject.replaceAll('\n', ', ');
    const good = await verify(production.rootsFile, leafFile);
    report.add(
      'openssl verify',
      'chuỗi chứng thư tới gốc trong trust/',
      good.code === 0 ? null : `${subject}: ${good.err.trim().split('\n').at(-1)}`,
    );
    // The last byte belongs to the issuer's signature.
    const broken = Buffer.from(leaf);
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1;
    const refused = await verify(production.rootsFile, await write('broken', broken));
    report.add('openssl verify', 'TỪ CHỐI chứng thư đổi một byte', refused.code !== 0 ? null : subject);
    const foreign = await verify(foreignRoot, leafFile);
    report.add('openssl verify', 'TỪ CHỐI gốc lạ', foreign.code !== 0 ? null : subject);
  });
}

function toPem(der: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}

/** A root that signed nothing here. @returns its PEM file */
export async function makeForeignRoot(work: string): Promise<string> {
  const file = join(work, 'foreign-root.pem');
  const made = await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    '/C=VN/CN=Goc la',
    '-days',
    '3650',
    '-keyout',
    join(work, 'foreign-root.key'),
    '-out',
    file,
  ]);
  if (made.code !== 0) throw new Error(`openssl req: ${made.err}`);
  return file;
}
