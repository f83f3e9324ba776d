import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import {
  type AlgorithmIdentifier,
  AuthenticatedSafe,
  CertBag,
  type ContentInfo,
  EncryptedData,
  PFX,
  PKCS8ShroudedKeyBag,
  PrivateKeyInfo,
  SafeContents,
} from 'pkijs';
import { sameBytes } from '../../bytes.ts';
import { nodeCrypto } from '../../crypto/node-crypto.node.ts';
import type { Signer } from '../../crypto/signer.ts';
import { encodePem } from '../../pem.ts';
import { type Certificate, parseCertificate } from '../../x509/certificate.ts';
import { isSignedBy } from '../../x509/signed-by.ts';
import { softSigner } from '../soft-signer.node.ts';
import { decryptLegacy, isLegacyPbe } from './legacy-pbe.node.ts';

export type Pkcs12Code = 'not-pkcs12' | 'wrong-password' | 'unsupported-encryption' | 'no-signing-key';

/** A key file that is not opened. `code` only: neither the password nor anything of the file. */
export class Pkcs12Error extends Error {
  readonly code: Pkcs12Code;
  constructor(code: Pkcs12Code) {
    super(`key file not opened: ${code}`);
    this.name = 'Pkcs12Error';
    this.code = code;
  }
}

/** A key with its certificate, out of a file that may hold several. */
export interface KeyFileEntry {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

/** A key and its chain are a few kilobytes; the bound keeps a hostile file cheap. */
const MAX_BYTES = 200_000;

/**
 * Opens a key file (PKCS#12, RFC 7292): RSA and EC keys, AES with PBKDF2 as well as 3DES and RC2 of older writers.
 *
 * @param password as typed; it is held only while this runs
 * @returns each key that a certificate in the file belongs to, with its chain in order (leaf first, without the root,
 *   whatever order the file has); only keys that sign here
 * @throws Pkcs12Error
 */
export async function openPkcs12(file: Uint8Array, password: string): Promise<readonly KeyFileEntry[]> {
  if (file.length > MAX_BYTES) throw new Pkcs12Error('not-pkcs12');
  const { keys, certificates } = await contentsOf(file, password);
  const entries: KeyFileEntry[] = [];
  for (const key of keys) {
    const spki = new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));
    const leaf = certificates.find((certificate) => sameBytes(certificate.spki, spki));
    if (leaf === undefined) continue;
    const pem = encodePem('PRIVATE KEY', new Uint8Array(key.export({ format: 'der', type: 'pkcs8' })));
    const signer = signerOf(pem, await chainOf(leaf, certificates));
    if (signer !== null) entries.push({ certificate: leaf, signer });
  }
  if (entries.length === 0) throw new Pkcs12Error('no-signing-key');
  return entries;
}

function signerOf(pem: string, chain: readonly Certificate[]): Signer | null {
  try {
    return softSigner(
      pem,
      chain.map(({ der }) => der),
    );
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

async function chainOf(leaf: Certificate, pool: readonly Certificate[]): Promise<Certificate[]> {
  const chain = [leaf];
  for (let last = leaf; chain.length < 8; ) {
    if (last.issuer.text === last.subject.text) break;
    let issuer: Certificate | undefined;
    for (const candidate of pool) {
      const scheme = last.signatureScheme;
      if (scheme === null || chain.includes(candidate) || candidate.subject.text !== last.issuer.text)
        continue;
      if (await isSignedBy(nodeCrypto, candidate, scheme, last.signature, last.tbs)) issuer = candidate;
    }
    // The root is the verifier's to bring.
    if (issuer === undefined || issuer.issuer.text === issuer.subject.text) break;
    chain.push(issuer);
    last = issuer;
  }
  return chain;
}

interface Contents {
  readonly keys: KeyObject[];
  readonly certificates: Certificate[];
}

async function contentsOf(file: Uint8Array, password: string): Promise<Contents> {
  const secret = new Uint8Array(new TextEncoder().encode(password)).buffer;
  const safe = await authenticatedSafe(file, secret);
  const contents: Contents = { keys: [], certificates: [] };
  for (const info of safe.safeContents) {
    for (const bag of (await safeContentsOf(info, password, secret)).safeBags) {
      const { bagValue } = bag;
      if (bagValue instanceof CertBag) addCertificate(contents, bagValue);
      if (bagValue instanceof PrivateKeyInfo) addKey(contents, bagValue.toSchema().toBER(), null);
      if (bagValue instanceof PKCS8ShroudedKeyBag) addShrouded(contents, bagValue, password);
    }
  }
  return contents;
}

async function authenticatedSafe(file: Uint8Array, password: ArrayBuffer): Promise<AuthenticatedSafe> {
  let pfx: PFX;
  try {
    pfx = PFX.fromBER(new Uint8Array(file));
  } catch {
    throw new Pkcs12Error('not-pkcs12');
  }
  try {
    await pfx.parseInternalValues({ password, checkIntegrity: pfx.macData !== undefined });
  } catch {
    throw new Pkcs12Error('wrong-password');
  }
  const safe = pfx.parsedValue?.authenticatedSafe;
  if (!(safe instanceof AuthenticatedSafe)) throw new Pkcs12Error('not-pkcs12');
  return safe;
}

const DATA = '1.2.840.113549.1.7.1';
const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const PBES2 = '1.2.840.113549.1.5.13';

async function safeContentsOf(
  info: ContentInfo,
  password: string,
  secret: ArrayBuffer,
): Promise<SafeContents> {
  let plain: Uint8Array;
  if (info.contentType === DATA) {
    plain = new Uint8Array((info.content as { getValue(): ArrayBuffer }).getValue());
  } else if (info.contentType === ENCRYPTED_DATA) {
    plain = await decrypt(new EncryptedData({ schema: info.content }), password, secret);
  } else {
    throw new Pkcs12Error('unsupported-encryption');
  }
  try {
    return SafeContents.fromBER(new Uint8Array(plain));
  } catch {
    throw new Pkcs12Error('not-pkcs12');
  }
}

async function decrypt(data: EncryptedData, password: string, secret: ArrayBuffer): Promise<Uint8Array> {
  const { encryptedContentInfo: info } = data;
  const algorithm = info.contentEncryptionAlgorithm;
  if (isLegacyPbe(algorithm.algorithmId)) {
    const octets = new Uint8Array(info.getEncryptedContent());
    return decryptedLegacy(algorithm, octets, password);
  }
  if (algorithm.algorithmId !== PBES2) throw new Pkcs12Error('unsupported-encryption');
  try {
    return new Uint8Array(await data.decrypt({ password: secret }));
  } catch {
    throw new Pkcs12Error('wrong-password');
  }
}

function decryptedLegacy(algorithm: AlgorithmIdentifier, octets: Uint8Array, password: string): Uint8Array {
  const plain = decryptLegacy(algorithm.algorithmId, legacyParameters(algorithm), password, octets);
  if (plain === null) throw new Pkcs12Error('wrong-password');
  return plain;
}

/** pkcs-12PbeParams: salt and iterations (RFC 7292 Appendix C). */
function legacyParameters(algorithm: AlgorithmIdentifier): { salt: Uint8Array; iterations: number } {
  const { value } = (algorithm.algorithmParams as { valueBlock: { value: readonly unknown[] } }).valueBlock;
  const [salt, iterations] = value as [
    { getValue(): ArrayBuffer } | undefined,
    { valueBlock: { valueDec: number } } | undefined,
  ];
  if (salt === undefined || iterations === undefined) throw new Pkcs12Error('not-pkcs12');
  return { salt: new Uint8Array(salt.getValue()), iterations: iterations.valueBlock.valueDec };
}

function addCertificate(contents: Contents, bag: CertBag): void {
  try {
    const der = new Uint8Array(
      (bag.parsedValue as { toSchema(raw: boolean): { toBER(): ArrayBuffer } }).toSchema(true).toBER(),
    );
    contents.certificates.push(parseCertificate(der));
  } catch {
    // A certificate that is not ours to read is no reason to refuse the key beside it.
  }
}

function addShrouded(contents: Contents, bag: PKCS8ShroudedKeyBag, password: string): void {
  const { encryptionAlgorithm } = bag;
  if (isLegacyPbe(encryptionAlgorithm.algorithmId)) {
    const octets = new Uint8Array(bag.encryptedData.getValue());
    addKey(contents, decryptedLegacy(encryptionAlgorithm, octets, password), null);
    return;
  }
  if (encryptionAlgorithm.algorithmId !== PBES2) throw new Pkcs12Error('unsupported-encryption');
  addKey(contents, bag.toSchema().toBER(), password);
}

function addKey(contents: Contents, pkcs8: Uint8Array | ArrayBuffer, passphrase: string | null): void {
  try {
    contents.keys.push(
      createPrivateKey({
        key: Buffer.from(new Uint8Array(pkcs8)),
        format: 'der',
        type: 'pkcs8',
        ...(passphrase === null ? {} : { passphrase }),
      }),
    );
  } catch {
    throw new Pkcs12Error(passphrase === null ? 'not-pkcs12' : 'wrong-password');
  }
}
