import { execFile } from 'node:child_process';
import { createPrivateKey, sign, verify, webcrypto, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DOMImplementation, DOMParser, XMLSerializer } from '@xmldom/xmldom';
import * as xades from 'xadesjs';
import { SignedXml } from 'xml-crypto';
import xpath from 'xpath';
import type { IssuedLeaf } from '../node.ts';

/** Others who sign and verify XML, for the bench alone: what the same work costs by their means, in the same run. */

const run = promisify(execFile);
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256';
const METHOD = {
  p256: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
  'rsa-2048': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
} as const;
export type PeerKey = keyof typeof METHOD;

/** Two acts of one peer on the same document. */
export interface Peer {
  readonly name: string;
  readonly sign: () => Promise<unknown>;
  readonly verify: () => Promise<unknown>;
}

class Ecdsa {
  getSignature(message: string, key: string): string {
    return sign('sha256', Buffer.from(message), { key, dsaEncoding: 'ieee-p1363' }).toString('base64');
  }
  verifySignature(message: string, key: string, value: string): boolean {
    return verify(
      'sha256',
      Buffer.from(message),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(value, 'base64'),
    );
  }
  getAlgorithmName(): string {
    return METHOD.p256;
  }
}

/** xml-crypto: XMLDSig over the elements of these Ids, without XAdES. */
export function xmlCrypto(xml: string, ids: readonly string[], leaf: IssuedLeaf, kind: PeerKey): Peer {
  const signed = (): string => {
    const signer = new SignedXml({
      privateKey: leaf.privateKeyPem,
      publicCert: leaf.certificatePem,
      signatureAlgorithm: METHOD[kind],
      canonicalizationAlgorithm: EXCLUSIVE,
    });
    Object.assign(signer.SignatureAlgorithms, { [METHOD.p256]: Ecdsa });
    for (const id of ids)
      signer.addReference({ xpath: `//*[@Id='${id}']`, transforms: [EXCLUSIVE], digestAlgorithm: SHA256 });
    signer.computeSignature(xml, { location: { reference: "//*[local-name()='KY']", action: 'append' } });
    return signer.getSignedXml();
  };
  const once = signed();
  return {
    name: 'xml-crypto',
    sign: async () => signed(),
    verify: async () => {
      const document = new DOMParser().parseFromString(once, 'text/xml');
      const [node] = xpath.select("//*[local-name()='Signature']", document as unknown as Node) as Node[];
      const verifier = new SignedXml({ publicCert: leaf.certificatePem, getCertFromKeyInfo: () => null });
      Object.assign(verifier.SignatureAlgorithms, { [METHOD.p256]: Ecdsa });
      verifier.loadSignature(node as Node);
      if (!verifier.checkSignature(once)) throw new Error('xml-crypto refuses its own');
    },
  };
}

/** xadesjs: XAdES-BES over the elements of these Ids. */
export async function xadesJs(
  xml: string,
  ids: readonly string[],
  leaf: IssuedLeaf,
  kind: PeerKey,
): Promise<Peer> {
  const dom = { DOMParser, XMLSerializer, DOMImplementation, xpath };
  xades.setNodeDependencies(dom as never);
  // The library below it has a registry of its own, which it does not pass on.
  const below = '../../../xmldsigjs/node_modules/xml-core/build/esm/index.js';
  const core = (await import(new URL(below, import.meta.resolve('xadesjs')).href)) as typeof xades;
  core.setNodeDependencies(dom as never);
  xades.Application.setEngine('node', webcrypto as never);
  const algorithm =
    kind === 'p256'
      ? { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
      : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const { subtle } = webcrypto;
  const pkcs8 = createPrivateKey(leaf.privateKeyPem).export({ format: 'der', type: 'pkcs8' });
  const spki = new X509Certificate(leaf.certificatePem).publicKey.export({ format: 'der', type: 'spki' });
  const privateKey = await subtle.importKey('pkcs8', new Uint8Array(pkcs8), algorithm, true, ['sign']);
  const publicKey = await subtle.importKey('spki', new Uint8Array(spki), algorithm, true, ['verify']);
  const signed = async (): Promise<string> => {
    const document = xades.Parse(xml);
    const signer = new xades.SignedXml();
    await signer.Sign(algorithm, privateKey as never, document, {
      keyValue: publicKey,
      references: ids.map((id) => ({ uri: `#${id}`, hash: 'SHA-256', transforms: ['exc-c14n'] })),
      signingCertificate: Buffer.from(leaf.chain[0] ?? new Uint8Array()).toString('base64'),
      x509: [Buffer.from(leaf.chain[0] ?? new Uint8Array()).toString('base64')],
    } as never);
    return xml.replace('</KY>', () => `${signer.toString()}</KY>`);
  };
  const once = await signed();
  return {
    name: 'xadesjs',
    sign: signed,
    verify: async () => {
      const document = xades.Parse(once);
      const verifier = new xades.SignedXml(document);
      verifier.LoadXml(
        document.getElementsByTagNameNS('http://www.w3.org/2000/09/xmldsig#', 'Signature')[0] as never,
      );
      if (!(await verifier.Verify())) throw new Error('xadesjs refuses its own');
    },
  };
}

/**
 * Microseconds that `xmlsec1 --repeat` takes for one verification of a signature, its start taken off; null where it is
 * not installed.
 */
export async function xmlsecVerify(
  signed: Uint8Array,
  slotId: string,
  rootPem: string,
  elements: readonly string[],
): Promise<number | null> {
  const work = await mkdtemp(join(tmpdir(), 'hocba-peer-'));
  try {
    const [file, root] = [join(work, 'a.xml'), join(work, 'root.pem')];
    await Promise.all([writeFile(file, signed), writeFile(root, rootPem)]);
    const ids = [
      ...elements,
      'Object',
      'SignatureProperties',
      'http://uri.etsi.org/01903/v1.3.2#:SignedProperties',
    ];
    const args = (repeat: number) => [
      '--verify',
      '--repeat',
      String(repeat),
      '--trusted-pem',
      root,
      '--verification-gmt-time',
      '2026-05-28 13:15:00',
      '--enabled-key-data',
      'x509',
      ...ids.flatMap((name) => ['--id-attr:Id', name]),
      '--node-xpath',
      `//*[@Id="sig-${slotId}"]`,
      file,
    ];
    const timed = async (repeat: number): Promise<number> => {
      const since = performance.now();
      await run('xmlsec1', args(repeat), { maxBuffer: 1e8 });
      return performance.now() - since;
    };
    const few = await timed(1);
    return ((await timed(101)) - few) * 10;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const JDK_VERIFY = new URL('../../conformance/XmlVerify.java', import.meta.url);

/** Microseconds of CPU that the JDK's validator takes, warm, to read a file and validate its signatures; null without a JDK. */
export async function jdkVerify(signed: Uint8Array, rootPem: string, repeat = 400): Promise<number | null> {
  const work = await mkdtemp(join(tmpdir(), 'hocba-peer-'));
  try {
    const [file, root] = [join(work, 'a.xml'), join(work, 'root.pem')];
    await Promise.all([writeFile(file, signed), writeFile(root, rootPem)]);
    const { stdout } = await run('java', [fileURLToPath(JDK_VERIFY), root, file, String(repeat)]);
    return Number(/^cpu-us ([\d.]+)$/m.exec(stdout)?.[1]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
