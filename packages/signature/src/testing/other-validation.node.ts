import { sign } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import { joinBytes } from '../bytes.ts';
import { CONTENT } from '../cms/oids.ts';
import { writeSignedAttributes, writeSignedData } from '../cms/write.ts';
import { nodeCrypto } from '../crypto/node-crypto.node.ts';
import { DerMembers, encodingOf, readDer } from '../der/read.ts';
import { context, SET } from '../der/tags.ts';
import * as der from '../der/write.ts';
import { octets } from '../pades/octets.ts';
import { readPrivateKey } from '../pki/keys.node.ts';
import { NO_MATERIAL, type RevocationMaterial } from '../revocation/material.ts';
import { parseCertificate } from '../x509/certificate.ts';
import { fieldFor, type OtherSigner } from './other-software.node.ts';

/** Validation data and times in PDFs, as other software puts them there. */

/** Gives a token over these octets. */
export type Dating = (message: Uint8Array) => Uint8Array | Promise<Uint8Array>;

export interface DatedOptions {
  readonly token?: Dating;
  /** Into adbe-revocationInfoArchival, among what is signed. */
  readonly archived?: RevocationMaterial;
}

/** A signature by CMS with ESSCertIDv2, with a token and answers inside where they are given. */
export async function signedWith(
  pdf: Uint8Array,
  by: OtherSigner,
  options: DatedOptions = {},
): Promise<Uint8Array> {
  const { token, archived } = options;
  const { covered, fill } = fieldFor(pdf, '/Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached');
  const [leaf = new Uint8Array()] = by.chain;
  const plan = {
    contentType: CONTENT.data,
    content: null,
    hash: 'sha256',
    signer: parseCertificate(leaf),
    certificates: by.chain,
  } as const;
  const attributes = writeSignedAttributes(plan, nodeCrypto.sha256(covered), nodeCrypto.sha256(leaf));
  const members = new DerMembers(readDer(attributes), SET).rest().map(encodingOf);
  const all = archived === undefined ? attributes : der.setOf(...members, archival(archived));
  const key = { key: readPrivateKey(by.privateKeyPem), dsaEncoding: 'der' } as const;
  const signature = new Uint8Array(sign('sha256', all, key));
  return fill(Buffer.from(writeSignedData(plan, all, signature, await token?.(signature))).toString('hex'));
}

function archival({ ocsp, crls }: RevocationMaterial): Uint8Array {
  const list = (n: number, ders: readonly Uint8Array[]): Uint8Array[] =>
    ders.length === 0 ? [] : [der.encode(context(n, true), der.sequence(...ders))];
  const value = der.sequence(...list(0, crls), ...list(1, ocsp));
  return der.sequence(der.oid('1.2.840.113583.1.1.8'), der.setOf(value));
}

/** A document timestamp over all that is there. */
export async function datedWhole(pdf: Uint8Array, token: Dating): Promise<Uint8Array> {
  const { covered, fill } = fieldFor(pdf, '/Type/DocTimeStamp/Filter/Adobe.PPKLite/SubFilter/ETSI.RFC3161');
  return fill(Buffer.from(await token(covered)).toString('hex'));
}

export interface StoreOptions {
  readonly certificates?: readonly Uint8Array[];
  readonly packed?: boolean;
  /** More in each stream's dictionary, or another filter than its packing. */
  readonly dictionary?: string;
}

/** A document security store in an update of its own, its answers named from VRI too. */
export function stored(
  pdf: Uint8Array,
  { ocsp, crls }: RevocationMaterial = NO_MATERIAL,
  { certificates = [], packed = false, dictionary = '' }: StoreOptions = {},
): Uint8Array {
  const first = 1_000 + pdf.length;
  const kinds = [certificates, ocsp, crls];
  let number = first;
  const parts: Uint8Array[] = [];
  const names = kinds.map((ders) =>
    ders.map((one) => {
      const content = packed ? new Uint8Array(deflateSync(one)) : one;
      const filter = packed ? '/Filter/FlateDecode' : '';
      const head = `${number} 0 obj\n<<${filter}/Length ${content.length}${dictionary}>>\nstream\n`;
      parts.push(joinBytes(octets(head), content, octets('\nendstream\nendobj\n')));
      return `${number++} 0 R`;
    }),
  );
  const [certs = '', answers = '', lists = ''] = names.map((of) => of.join(' '));
  const vri = `/VRI<</${'0'.repeat(40)}<</Cert[${certs}]/OCSP[${answers}]/CRL[${lists}]>>>>`;
  const store = `${number} 0 obj\n<</Type/DSS/Certs[${certs}]/OCSPs[${answers}]/CRLs[${lists}]${vri}>>\nendobj\n`;
  const catalog = `1 0 obj <</Type/Catalog/Pages 2 0 R/DSS ${number} 0 R>> endobj\n`;
  const end = `xref\n0 0\ntrailer <</Size ${number + 1}/Root 1 0 R/Prev 0>>\nstartxref\n${pdf.length}\n%%EOF\n`;
  return joinBytes(pdf, ...parts, octets(store + catalog + end));
}
