import { decodeUtf8, encodeUtf8, scanCanonical } from '@hocba/xml';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../base64.ts';
import {
  bytesToSign,
  completeSignature,
  type PreparedSignature,
  prepareSignature,
  verifySignature,
  XADES,
} from '../index.ts';
import { nodeCrypto } from '../node.ts';
import { FROZEN, insert, makeSigners, requestFor, signerOf, type TestSigners } from '../testing/record.ts';

/** SigningCertificateV2 over the whole chain, and over the leaf alone as it was before. */

let signers: TestSigners;
beforeAll(async () => {
  signers = await makeSigners();
});

const digest = (text: string) => toBase64(nodeCrypto.sha256(encodeUtf8(text)));
const withNamespace = (xml: string) => xml.replace('<SignedProperties', `<SignedProperties xmlns="${XADES}"`);

/** The same prepared signature with other SignedProperties, and the digest of these in what is signed. */
function withProperties(prepared: PreparedSignature, change: (xml: string) => string): PreparedSignature {
  const signedProperties = change(prepared.signedProperties);
  const before = digest(withNamespace(prepared.signedProperties));
  const signedInfo = decodeUtf8(bytesToSign(prepared));
  if (!signedInfo.includes(before)) throw new Error('no such digest');
  const toBeSigned = toBase64(
    encodeUtf8(signedInfo.replace(before, digest(withNamespace(signedProperties)))),
  );
  return { ...prepared, signedProperties, toBeSigned };
}

async function signedWith(change: (xml: string) => string, edit = (xml: string) => xml): Promise<string> {
  const request = requestFor(FROZEN, 'cbql', signers.principal, ['data']);
  const prepared = withProperties(prepareSignature(nodeCrypto, request), change);
  const [value] = await signerOf(signers.principal).sign([bytesToSign(prepared)]);
  const signature = await completeSignature(nodeCrypto, prepared, value ?? new Uint8Array());
  const doc = scanCanonical(insert(FROZEN, 'cbql', encodeUtf8(edit(decodeUtf8(signature)))));
  const element = doc.byId.get('sig-cbql');
  if (element === undefined) throw new Error('no signature');
  return (await verifySignature(nodeCrypto, doc, element)).code;
}

const same = (xml: string) => xml;
const leafAlone = (xml: string) => xml.replace(/(<\/Cert>)<Cert>.*?<\/Cert>/, '$1');

/** Flips one bit in the middle of the issuing CA's certificate, where its name or key is. */
function otherIssuer(xml: string): string {
  const [, issuing = ''] = [...xml.matchAll(/<X509Certificate>([^<]*)/g)].map(([, text]) => text ?? '');
  const der = Uint8Array.from(fromBase64(issuing) ?? []);
  der[der.length - 5] = (der[der.length - 5] ?? 0) ^ 1;
  return xml.replace(issuing, toBase64(der));
}

describe('SigningCertificateV2', () => {
  test('covers the whole chain, so that no certificate of it can be changed', async () => {
    expect(await signedWith(same)).toBe('valid');
    expect(await signedWith(same, otherIssuer)).toBe('signing-certificate-mismatch');
    expect(
      await signedWith(same, (xml) => xml.replace(/(<\/X509Certificate>)<X509Certificate>[^<]*\1/, '$1')),
    ).toBe('signing-certificate-mismatch');
  });

  test('over the leaf alone, as it was made before, it stays valid', async () => {
    expect(await signedWith(leafAlone)).toBe('valid');
    expect(await signedWith(leafAlone, otherIssuer)).toBe('valid');
  });

  test.each<[string, (xml: string) => string]>([
    ['in another order', (xml) => xml.replace(/(<Cert>.*?<\/Cert>)(<Cert>.*?<\/Cert>)/, '$2$1')],
    ['of the issuer alone', (xml) => xml.replace(/<Cert>.*?<\/Cert>/, '')],
    ['with one too many', (xml) => xml.replace(/<Cert>.*?<\/Cert>/, '$&$&')],
    ['of none', (xml) => xml.replace(/<Cert>.*<\/Cert>/, '')],
  ])('%s: not completed', async (_, change) => {
    await expect(signedWith(change)).rejects.toMatchObject({ code: 'bad-prepared-signature' });
  });
});
