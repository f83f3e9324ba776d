import { createHash, sign } from 'node:crypto';
import { joinBytes } from '../../bytes.ts';
import { CONTENT, SIGNED_ATTRIBUTE } from '../../cms/oids.ts';
import { writeSignedAttributes, writeSignedData } from '../../cms/write.ts';
import { context, SET } from '../../der/tags.ts';
import * as der from '../../der/write.ts';
import { type ExtensionServices, obtainTimestamp, signPades } from '../../index.ts';
import { type IssuedLeaf, makeTrainingPki, nodeCrypto } from '../../node.ts';
import { readPrivateKey } from '../../pki/keys.node.ts';
import { makeSigners, NOW, SCHOOL, signerOf } from '../../testing/record.ts';
import { later, leafOf, SIGNED } from '../../testing/world.node.ts';
import { appendStore } from '../dss.ts';
import { appendField, type FieldPlan, signedBytes, UNSEEN, withValue } from '../field.ts';
import { octets } from '../octets.ts';
import { openPdf } from '../source.ts';
import { handMadePdf, swapped } from './hand-made.ts';
import type { PdfAttack } from './shadows.ts';
import type { SignedPdfs } from './signed.node.ts';

/** What somebody with keys of his own, or one who was led to sign, can do. */

interface Forged {
  readonly leaf: IssuedLeaf;
  /** Bytes whose digest is signed, if not those of the field. */
  readonly content?: (pdf: Uint8Array, honest: Uint8Array) => Uint8Array;
  readonly attributes?: (honest: Uint8Array) => Uint8Array;
  readonly chain?: readonly Uint8Array[];
  /** DER of the certificate that the attributes name. */
  readonly named?: Uint8Array;
  readonly cms?: (der: Uint8Array) => Uint8Array;
  /** The whole CMS, over the bytes of the field. */
  readonly value?: (leaf: IssuedLeaf, content: Uint8Array) => Uint8Array;
  readonly token?: (value: Uint8Array) => Promise<Uint8Array>;
  readonly plan?: Partial<FieldPlan>;
}

/** One more signature on a file, its CMS honest but for what is asked. */
async function forged(pdf: Uint8Array, of: Forged): Promise<Uint8Array> {
  const { leaf, chain = leaf.chain } = of;
  const plan = {
    kind: 'signature',
    page: 6,
    rect: UNSEEN,
    look: new Uint8Array(),
    time: SIGNED,
    room: 8_192,
  } as const;
  const { pdf: open, range } = appendField(openPdf(pdf), { ...plan, ...of.plan });
  const honest = joinBytes(...signedBytes(open, range));
  if (of.value !== undefined) return withValue(open, range, of.value(leaf, honest));
  const digest = nodeCrypto.sha256(of.content?.(open, honest) ?? honest);
  const signer = leafOf(leaf.chain);
  const cmsPlan = {
    contentType: CONTENT.data,
    content: null,
    hash: 'sha256',
    signer,
    certificates: chain,
  } as const;
  const written = writeSignedAttributes(cmsPlan, digest, nodeCrypto.sha256(of.named ?? signer.der));
  const attributes = of.attributes?.(written) ?? written;
  const value = new Uint8Array(sign('sha256', attributes, readPrivateKey(leaf.privateKeyPem)));
  const cms = writeSignedData(cmsPlan, attributes, value, await of.token?.(value));
  return withValue(open, range, of.cms?.(cms) ?? cms);
}

const replacedOctets = (from: Uint8Array, to: Uint8Array) => (bytes: Uint8Array) => {
  const at = Buffer.from(bytes).indexOf(from);
  if (at < 0 || from.length !== to.length) throw new Error('nothing to replace');
  const changed = bytes.slice();
  changed.set(to, at);
  return changed;
};

/** Attributes with one left out, put in or made another; the SET is written anew. */
const attributeSet = (...members: readonly Uint8Array[]) => der.setOf(...members);
const attribute = (type: string, value: Uint8Array) => der.sequence(der.oid(type), der.setOf(value));

const SHA1 = der.oid('1.3.14.3.2.26');

/** A signature that holds in itself, all of it by SHA-1 with RSA. */
function sha1Value(leaf: IssuedLeaf, content: Uint8Array): Uint8Array {
  const signer = leafOf(leaf.chain);
  const digest = new Uint8Array(createHash('sha1').update(content).digest());
  const attributes = attributeSet(
    attribute(SIGNED_ATTRIBUTE.contentType, der.oid(CONTENT.data)),
    attribute(SIGNED_ATTRIBUTE.messageDigest, der.octetString(digest)),
    attribute(
      SIGNED_ATTRIBUTE.signingCertificateV2,
      der.sequence(der.sequence(der.sequence(der.octetString(nodeCrypto.sha256(signer.der))))),
    ),
  );
  const info = der.sequence(
    der.integer(Uint8Array.of(1)),
    der.sequence(signer.issuer.der, der.integer(Uint8Array.from(Buffer.from(signer.serial, 'hex')))),
    der.sequence(SHA1),
    joinBytes(Uint8Array.of(context(0, true)), attributes.subarray(1)),
    der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nothing()),
    der.octetString(new Uint8Array(sign('sha1', attributes, readPrivateKey(leaf.privateKeyPem)))),
  );
  const data = der.sequence(
    der.integer(Uint8Array.of(1)),
    der.encode(SET, der.sequence(SHA1)),
    der.sequence(der.oid(CONTENT.data)),
    der.encode(context(0, true), ...leaf.chain),
    der.encode(SET, info),
  );
  return der.sequence(der.oid(CONTENT.signedData), der.encode(context(0, true), data));
}

/** A second signature on the principal's file that is not the seal's over just this file. Every one must be refused. */
export async function signatures(pdfs: SignedPdfs): Promise<PdfAttack[]> {
  const { world, base } = pdfs;
  const { principal, seal, subjectTeacher } = world.signers;
  const once = await signPades(nodeCrypto, base, signerOf(principal), { time: SIGNED, room: 8_192 });
  const strangers = await makeSigners();
  const pki = await makeTrainingPki({ organisation: SCHOOL, now: NOW });
  const other = await signPades(nodeCrypto, handMadePdf('Khac'), signerOf(principal), {
    time: SIGNED,
    room: 8_192,
  });
  const otherValue = /\/Contents <([0-9a-f]+)>/.exec(Buffer.from(other).toString('latin1'))?.[1] ?? '';
  const made = (name: string, of: Partial<Forged>): PdfAttack => ({
    kind: 'signatures',
    name,
    make: () => forged(once, { leaf: seal, ...of }),
  });
  const sealDer = seal.chain[0] ?? new Uint8Array();
  const digestOf = (content: Uint8Array) =>
    attribute(SIGNED_ATTRIBUTE.messageDigest, der.octetString(nodeCrypto.sha256(content)));
  const type = attribute(SIGNED_ATTRIBUTE.contentType, der.oid(CONTENT.data));
  const named = attribute(
    SIGNED_ATTRIBUTE.signingCertificateV2,
    der.sequence(der.sequence(der.sequence(der.octetString(nodeCrypto.sha256(sealDer))))),
  );
  const withMembers = (name: string, members: (digest: Uint8Array) => Uint8Array[]): PdfAttack => {
    let digest: Uint8Array = new Uint8Array();
    return made(name, {
      content: (_, honest) => {
        digest = digestOf(honest);
        return honest;
      },
      attributes: () => attributeSet(...members(digest)),
    });
  };
  return [
    made('by another person of the school', { leaf: subjectTeacher }),
    made('by the principal again', { leaf: principal }),
    made('by a stranger of the same names', { leaf: strangers.seal }),
    made('by a stranger, the right chain carried', { leaf: strangers.seal, chain: seal.chain }),
    made('by a stranger, the right certificate named', { leaf: strangers.seal, named: sealDer }),
    made('by a certificate authority', {
      leaf: { ...seal, ...pki.issuing, chain: [leafDer(pki.issuing.certificatePem)] },
    }),
    made('no certificate carried', { chain: [] }),
    made('a stranger’s certificate besides', { chain: [...seal.chain, strangers.seal.chain[0] ?? sealDer] }),
    made('another certificate named', { named: strangers.seal.chain[0] ?? sealDer }),
    made('over the first revision alone', { content: () => base }),
    made('over the file before it', { content: () => once }),
    made('over the first half of the range', {
      content: (_, honest) => honest.subarray(0, honest.length / 2),
    }),
    made('over the whole file with zeros', { content: (pdf) => pdf }),
    made('over nothing', { content: () => new Uint8Array() }),
    made('over another document', { content: () => handMadePdf('Khac') }),
    withMembers('without message digest', () => [type, named]),
    withMembers('without signing certificate', (digest) => [type, digest]),
    withMembers('without content type', (digest) => [digest, named]),
    withMembers('of another content type', (digest) => [
      attribute(SIGNED_ATTRIBUTE.contentType, der.oid(CONTENT.timestampInfo)),
      digest,
      named,
    ]),
    withMembers('with signing time', (digest) => [
      type,
      digest,
      named,
      attribute(SIGNED_ATTRIBUTE.signingTime, der.time(SIGNED)),
    ]),
    withMembers('two digests', (digest) => [type, digest, digestOf(once), named]),
    withMembers('no attributes', () => []),
    made('digest by SHA-1', { value: sha1Value }),
    made('digest named as SHA-224', {
      cms: replacedOctets(der.oid('2.16.840.1.101.3.4.2.1'), der.oid('2.16.840.1.101.3.4.2.4')),
    }),
    made('content inside', {
      cms: (cms) =>
        replacedOctets(
          der.sequence(der.oid(CONTENT.data)),
          der.sequence(der.oid('1.2.840.113549.1.7.5')),
        )(cms),
    }),
    made('another document’s value', {
      cms: () => Uint8Array.from(Buffer.from(otherValue.replace(/(?:00)*$/, ''), 'hex')),
    }),
    made('an empty value', { cms: () => Uint8Array.of(0x30, 0x81, 0x80) }),
    made('spare octets in the value', { cms: (cms) => joinBytes(cms, Uint8Array.of(1)) }),
    made('an attribute that nothing covers', { token: async () => octets('\x30\x03\x02\x01\x01') }),
    made('signed tomorrow', { plan: { time: later(1) } }),
    made('signed before the certificate', {
      plan: { time: later(-4_000) },
      token: undefinedToken(world.services, later(3)),
    }),
    made('a field to be seen', { plan: { rect: '0 0 500 500', look: octets('1 g 0 0 500 500 re f') } }),
    made('something drawn in a field of no size', { plan: { look: octets('1 g 0 0 500 500 re f') } }),
    made('a document timestamp in its place', { plan: { kind: 'timestamp', time: null } }),
  ];
}

const leafDer = (pem: string): Uint8Array =>
  Uint8Array.from(Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64'));

/** A token over something else. */
function undefinedToken(services: ExtensionServices, about: Date) {
  return async (): Promise<Uint8Array> => {
    const { timestamp: port, nonce, roots } = services;
    return (await obtainTimestamp(nodeCrypto, octets(about.toISOString()), { port, nonce: nonce(), roots }))
      .token;
  };
}

/** Tokens, stores and their order. */
export async function evidence(pdfs: SignedPdfs): Promise<PdfAttack[]> {
  const { world, base, T, LT, LTA } = pdfs;
  const { principal, seal } = world.signers;
  const strangers = await makeSigners();
  const once = await signPades(nodeCrypto, base, signerOf(principal), { time: SIGNED, room: 8_192 });
  const token = undefinedToken(world.services, SIGNED);
  const made = (name: string, make: PdfAttack['make']): PdfAttack => ({ kind: 'evidence', name, make });
  const stamped = async (
    pdf: Uint8Array,
    value: (honest: Uint8Array) => Promise<Uint8Array>,
    shown: Pick<FieldPlan, 'rect' | 'look'> = { rect: UNSEEN, look: new Uint8Array() },
  ) => {
    const plan = { kind: 'timestamp', page: 6, ...shown, time: null, room: 8_192 } as const;
    const field = appendField(openPdf(pdf), plan);
    return withValue(field.pdf, field.range, await value(joinBytes(...signedBytes(field.pdf, field.range))));
  };
  const none = { certificates: [], ocsp: [], crls: [] };
  const certificate = strangers.seal.chain[0] ?? new Uint8Array();
  const honestToken = async (message: Uint8Array) => {
    const { timestamp: port, nonce, roots } = world.services;
    return (await obtainTimestamp(nodeCrypto, message, { port, nonce: nonce(), roots })).token;
  };
  return [
    made('signature timestamp of other bytes', () => forged(once, { leaf: seal, token })),
    made('signature timestamp of the file', () =>
      forged(once, { leaf: seal, token: () => honestToken(once) }),
    ),
    made('document timestamp of other bytes', () => stamped(LT, token)),
    made('document timestamp of the file before it', () => stamped(LT, () => honestToken(LT))),
    // Anybody may ask an authority for a token: it dates the file and must not change what the file shows.
    ...(['LT', 'LTA'] as const).flatMap((level) =>
      (['0 0 500 500', UNSEEN] as const).map((rect) =>
        made(`${level} with a document timestamp that draws in ${rect}`, () =>
          stamped(pdfs[level], honestToken, { rect, look: octets('1 g 0 0 500 500 re f') }),
        ),
      ),
    ),
    made('a document timestamp with a place on the page', () =>
      stamped(LT, honestToken, { rect: '0 0 500 500', look: new Uint8Array() }),
    ),
    made('a signature in place of a document timestamp', () => stamped(LT, async () => writeNothing(seal))),
    made('a stranger’s certificate in the store', () =>
      appendStore(openPdf(T), { ...none, certificates: [certificate] }),
    ),
    made('a spare certificate behind the archive timestamp', () =>
      appendStore(openPdf(LTA), { ...none, certificates: [certificate] }),
    ),
    made('no certificate in the store', () =>
      appendStore(openPdf(T), { ...none, certificates: [octets('0\x00')] }),
    ),
    made('no answer in the store', () => appendStore(openPdf(T), { ...none, ocsp: [octets('0\x00')] })),
    made('an empty store', () => appendStore(openPdf(T), none)),
    made('two stores', () => appendStore(openPdf(LT), { ...none, ocsp: [octets('0\x00')] })),
    made('a signature behind the store', () =>
      signPades(nodeCrypto, LT, signerOf(principal), { time: SIGNED }),
    ),
    made('a signature behind the archive timestamp', () =>
      signPades(nodeCrypto, LTA, signerOf(seal), { time: SIGNED }),
    ),
    made('a store without a signature', () =>
      appendStore(openPdf(base), { ...none, certificates: [certificate] }),
    ),
    made('a timestamp without a signature', () => stamped(base, honestToken)),
    made('unsigned', () => base),
    made('one signature alone', () => once),
    made('the two in the other order', async () => {
      const first = await signPades(nodeCrypto, base, signerOf(seal), { time: SIGNED });
      return signPades(nodeCrypto, first, signerOf(principal), { time: SIGNED });
    }),
    made('by strangers of the same names, with timestamps', async () => {
      const { services } = world;
      const first = await signPades(
        nodeCrypto,
        base,
        signerOf(strangers.principal),
        { time: SIGNED },
        services,
      );
      return signPades(nodeCrypto, first, signerOf(strangers.seal), { time: SIGNED }, services);
    }),
  ];
}

function writeNothing(seal: IssuedLeaf): Uint8Array {
  return der.sequence(
    der.oid(CONTENT.signedData),
    der.encode(context(0, true), der.encode(SET, seal.chain[0] ?? new Uint8Array())),
  );
}

/** First revisions with something in them to be hidden or brought out later, signed by the right persons in good faith. */
export function bases(pdfs: SignedPdfs): PdfAttack[] {
  const { principal, seal } = pdfs.world.signers;
  const { base } = pdfs;
  const inPage = (line: string) => swapped(base, '  /StructParents 0\n', `  /StructParents 0\n  ${line}\n`);
  const inCatalog = (line: string) => swapped(base, '  /Lang (vi)\n', `  /Lang (vi)\n  ${line}\n`);
  const spare = '99 0 obj\n<<\n  /Type /XObject\n>>\nendobj\n\n';
  const makers: [string, () => Uint8Array][] = [
    ['an object that is in no table', () => swapped(base, '5 0 obj\n', `${spare}5 0 obj\n`)],
    [
      'a second object of the same number',
      () => swapped(base, '8 0 obj\n', '7 0 obj\nnull\nendobj\n\n8 0 obj\n'),
    ],
    ['a comment between objects', () => swapped(base, '5 0 obj\n', '% hidden\n5 0 obj\n')],
    ['white space between objects', () => swapped(base, '5 0 obj\n', '   \n5 0 obj\n')],
    ['a length that swallows an object', () => swapped(base, '  /Length ', '  /Length 1')],
    ['an object given up', () => swapped(base, ' 00000 n\r\n', ' 00000 f\r\n')],
    ['a generation', () => swapped(base, ' 00000 n\r\n', ' 00001 n\r\n')],
    ['bytes before the table', () => swapped(base, 'xref\n0', '\nxref\n0')],
    ...[
      '/OpenAction 7 0 R',
      '/AA <<>>',
      '/OCProperties <<>>',
      '/Perms <<>>',
      '/AcroForm 7 0 R',
      '/JS (x)',
    ].map((line): [string, () => Uint8Array] => [`in the catalog: ${line}`, () => inCatalog(line)]),
    ...['/AA <<>>', '/OC 7 0 R', '/Alternates []', '/JavaScript (x)', '/Launch <<>>', '/Subtype /Widget'].map(
      (line): [string, () => Uint8Array] => [`in a page: ${line}`, () => inPage(line)],
    ),
  ];
  return makers.map(([name, make]) => ({
    kind: 'first revisions',
    name,
    make: async () => {
      const prepared = retabled(make(), name);
      const once = await signPades(nodeCrypto, prepared, signerOf(principal), { time: SIGNED, room: 8_192 });
      return signPades(nodeCrypto, once, signerOf(seal), { time: SIGNED, room: 8_192 });
    },
  }));
}

/** The table put right for a file whose bytes have moved, so that a reader finds nothing amiss. */
function retabled(pdf: Uint8Array, name: string): Uint8Array {
  let text = Buffer.from(pdf).toString('latin1');
  const table = text.lastIndexOf('xref\n0 ');
  text = text.replace(/startxref\n\d+\n/, `startxref\n${table}\n`);
  if (name.includes('given up') || name.includes('generation')) return octets(text);
  let number = 0;
  return octets(
    text.replace(/\d{10} 00000 n\r\n/g, () => {
      number++;
      return `${String(text.indexOf(`\n${number} 0 obj\n`) + 1).padStart(10, '0')} 00000 n\r\n`;
    }),
  );
}
