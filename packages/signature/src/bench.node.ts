/**
 * `npm run bench -w packages/signature`: one JSON line a figure, CPU time per operation, beside its floor (what the bare
 * operation of node:crypto costs in the same run) and peers. On a busy machine all are high together; the ratio says more.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign, verify, X509Certificate } from 'node:crypto';
import { canonicalElement, el, scanCanonical, serialize } from '@hocba/xml';
import { costOfPades } from './bench-pades.node.ts';
import { recordOfNine, verifyRecordOfNine } from './bench-record.node.ts';
import { costAtScale, counted } from './bench-scale.node.ts';
import {
  certificateFromPem,
  completeSignature,
  type ExtensionServices,
  extendSignature,
  plainFromDer,
  prepareSignature,
  type RevocationMaterial,
  verifyLevel,
  verifySignature,
} from './index.ts';
import {
  type IssuedLeaf,
  issueTrainingPerson,
  issueTrainingResponder,
  issueTrainingTsa,
  makeTrainingPki,
  nodeCrypto,
  trainingResponder,
  trainingTsa,
  writeTrainingCrl,
} from './node.ts';
import { readPrivateKey } from './pki/keys.node.ts';
import { parseCrl } from './revocation/crl.ts';
import { verifyCrlFor } from './revocation/crl-verify.ts';
import { NO_MATERIAL } from './revocation/material.ts';
import { writeOcspRequest } from './revocation/ocsp-request.ts';
import { verifyOcsp } from './revocation/ocsp-verify.ts';
import { jdkVerify, xadesJs, xmlCrypto, xmlsecVerify } from './testing/peers.ts';
import { writeTimestampRequest } from './time/request.ts';
import { readTimestampResponse } from './time/response.ts';
import { verifyTimestamp } from './time/verify.ts';
import { bytesToSign, type SignatureRequest } from './xmldsig/prepare.ts';

interface Compared {
  readonly name: string;
  readonly value: number;
}

const NOW = new Date('2026-05-28T12:00:00Z');
const SIGNING_TIME = '2026-05-28T20:14:05+07:00';
const AFTER = new Date('2026-05-28T13:14:07Z');

/** Microseconds of CPU (user and system) per call: the best of five rounds after one to warm up. */
async function cpu(calls: number, work: (n: number) => unknown, rounds = 6): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage();
    for (let n = 0; n < calls; n++) await work(n);
    const { user, system } = process.cpuUsage(before);
    if (round > 0) best = Math.min(best, (user + system) / calls);
  }
  return best;
}

async function sequentially<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (const item of items) answers.push(await work(item));
  return answers;
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

function say(
  name: string,
  value: number,
  floor: Compared,
  peers: readonly Compared[] = [],
  unit = 'us',
): void {
  const plain = ({ name: of, value: cost }: Compared) => ({ name: of, value: rounded(cost) });
  const figure = { name, value: rounded(value), unit, floor: plain(floor), peers: peers.map(plain) };
  process.stdout.write(`${JSON.stringify(figure)}\n`);
}

/** A record's size and shape: 20 kB, of which a class teacher signs six parts. */
function recordXml(pupil = ''): Uint8Array {
  const parts = Array.from({ length: 6 }, (_, i) =>
    el(
      'MON',
      { Id: `mon-${i}` },
      ...Array.from({ length: 60 }, (_, n) => el('DIEM', null, `Nhận xét số ${n}: đạt${pupil}`)),
    ),
  );
  return serialize(el('HOC_BA', null, el('DU_LIEU', { Id: 'data' }, ...parts), el('KY', null)));
}

const pki = await makeTrainingPki({ organisation: 'Trường Tiểu học Mẫu', now: NOW });
const roots = [certificateFromPem(pki.root.certificatePem)];
const issuing = certificateFromPem(pki.issuing.certificatePem);
const person = (key: 'p256' | 'rsa-2048'): Promise<IssuedLeaf> =>
  issueTrainingPerson(
    pki,
    { fullName: 'Trần Thị Ánh', personalId: '001190000011', schoolName: 'Trường Tiểu học Mẫu', key },
    NOW,
  );
const xml = recordXml();

function bare(key: KeyObject): (message: Uint8Array) => Uint8Array {
  return (message) => sign('sha256', message, key);
}

/** Calls a round of what costs a fraction of a millisecond: fewer are measured while the engine is still compiling them. */
const WARM = 600;

async function signatures(kind: 'p256' | 'rsa-2048'): Promise<Uint8Array> {
  const leaf = await person(kind);
  const signWith = bare(readPrivateKey(leaf.privateKeyPem));
  const requestFor = (data: Uint8Array): SignatureRequest => {
    const doc = scanCanonical(data);
    const references = Array.from({ length: 6 }, (_, i) => {
      const element = doc.byId.get(`mon-${i}`);
      if (element === undefined) throw new Error('no part');
      return { id: `mon-${i}`, canonical: canonicalElement(doc, element) };
    });
    return {
      slotId: 'gvcn',
      references,
      signingTime: SIGNING_TIME,
      chain: leaf.chain,
      algorithm: kind === 'p256' ? 'ecdsa-p256-sha256' : 'rsa-pkcs1-sha256',
      signingTimeNamespace: 'urn:hocba:signing-time:1',
    };
  };
  const request = requestFor(xml);
  const ids = request.references.map(({ id }) => id);
  const message = bytesToSign(prepareSignature(nodeCrypto, request));
  const value = signWith(message);
  const publicKey = new X509Certificate(leaf.chain[0] ?? '').publicKey;
  const signFloor = { name: `crypto.sign ${kind}`, value: await cpu(300, () => signWith(message)) };
  const verifyFloor = {
    name: `crypto.verify ${kind}`,
    value: await cpu(300, () => verify('sha256', message, publicKey, value)),
  };

  const plain = (der: Uint8Array): Uint8Array =>
    kind === 'p256' ? (plainFromDer('p256', new Uint8Array(der)) ?? der) : new Uint8Array(der);
  // As it is in use: prepared, signed, and the value verified before it is put in.
  const whole = await cpu(WARM, async () => {
    const prepared = prepareSignature(nodeCrypto, request);
    await completeSignature(nodeCrypto, prepared, plain(signWith(bytesToSign(prepared))));
  });
  const unchecked = await cpu(WARM, () => signWith(bytesToSign(prepareSignature(nodeCrypto, request))));
  const text = new TextDecoder();
  const others = [
    xmlCrypto(text.decode(xml), ids, leaf, kind),
    await xadesJs(text.decode(xml), ids, leaf, kind),
  ];
  const costs = (act: 'sign' | 'verify') =>
    sequentially(others, async (peer) => ({ name: peer.name, value: await cpu(3, peer[act], 2) }));
  say(`sign-xades-b-${kind}`, unchecked, signFloor, [
    { name: 'with the value verified', value: whole },
    ...(await costs('sign')),
  ]);

  const signedOf = async (data: Uint8Array): Promise<Uint8Array> => {
    const own = prepareSignature(nodeCrypto, requestFor(data));
    const signature = await completeSignature(nodeCrypto, own, plain(signWith(bytesToSign(own))));
    return new TextEncoder().encode(text.decode(data).replace('<KY>', `<KY>${text.decode(signature)}`));
  };
  const signed = await signedOf(xml);
  // A class: what is remembered of one record is of use to the next only where that says the same.
  const files = await sequentially(
    Array.from({ length: 35 }, (_, pupil) => recordXml(` ${pupil}`)),
    signedOf,
  );
  const fileOf = (n: number): Uint8Array => files[n % files.length] ?? signed;
  const verified = await cpu(WARM, async (n) => {
    const read = scanCanonical(fileOf(n));
    const element = read.byId.get('sig-gvcn');
    if (element === undefined) throw new Error('no signature');
    if (!(await verifySignature(nodeCrypto, read, element)).valid) throw new Error('not valid');
  });
  const scan = await cpu(WARM, (n) => scanCanonical(fileOf(n)));
  const xmlsec = await xmlsecVerify(signed, 'gvcn', pki.root.certificatePem, ['MON', 'DU_LIEU']);
  const jdk = await jdkVerify(signed, pki.root.certificatePem);
  say(`verify-xades-b-${kind}`, verified, verifyFloor, [
    { name: 'scan alone', value: scan },
    ...(await costs('verify')),
    ...(xmlsec === null ? [] : [{ name: 'xmlsec1 --repeat (elapsed)', value: xmlsec }]),
    ...(jdk === null ? [] : [{ name: 'JDK, warm', value: jdk }]),
  ]);
  return signed;
}

async function services(signed: Uint8Array): Promise<void> {
  const service = { organisation: 'Trường Tiểu học Mẫu', now: NOW, days: 400 };
  const tsa = await issueTrainingTsa(pki, service);
  const tsaAnswer = trainingTsa({ ...tsa, now: () => AFTER });
  const responder = await issueTrainingResponder(pki, service);
  const respond = trainingResponder({
    ...responder,
    issuer: issuing.der,
    statusOf: () => 'good',
    now: () => AFTER,
  });
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const message = new Uint8Array(200).fill(7);
  const value = sign('sha256', message, privateKey);
  const verifyFloor = {
    name: 'crypto.verify p256',
    value: await cpu(300, () => verify('sha256', message, publicKey, value)),
  };
  const signFloor = {
    name: 'crypto.sign p256',
    value: await cpu(300, () => sign('sha256', message, privateKey)),
  };

  const nonce = new Uint8Array(randomBytes(16));
  const asked = writeTimestampRequest({ hash: 'sha256', imprint: nodeCrypto.sha256(message), nonce });
  const response = readTimestampResponse(tsaAnswer(asked));
  if (!response.granted) throw new Error('no token');
  const { token } = response;
  say('make-token', await cpu(150, () => tsaAnswer(asked)), signFloor);
  say(
    'verify-token',
    await cpu(150, () => verifyTimestamp(nodeCrypto, token, { message, nonce }, { roots })),
    verifyFloor,
  );

  const leaf = certificateFromPem((await person('p256')).certificatePem);
  const answer = respond(writeOcspRequest(nodeCrypto, { certificate: leaf, issuer: issuing }));
  const subject = { certificate: leaf, issuer: issuing };
  say('verify-ocsp', await cpu(150, () => verifyOcsp(nodeCrypto, answer, subject)), verifyFloor);

  const entries = Array.from({ length: 100_000 }, (_, i) => ({
    serial: (0x4000_0000_0000 + i * 7_919).toString(16).padStart(32, '4'),
    revokedAt: NOW,
  }));
  const plan = { thisUpdate: AFTER, nextUpdate: new Date(AFTER.getTime() + 86_400_000), number: 1, entries };
  const crl = writeTrainingCrl(pki.issuing, plan);
  const digest = { name: 'SHA-256 of it', value: (await cpu(3, () => nodeCrypto.sha256(crl))) / 1_000 };
  const crlCost = await cpu(3, () => verifyCrlFor(nodeCrypto, crl, leaf, issuing));
  const walk = { name: 'read alone', value: (await cpu(3, () => parseCrl(crl))) / 1_000 };
  say('crl-100000', crlCost / 1_000, digest, [walk], 'ms');

  const rootList = writeTrainingCrl(pki.root, { ...plan, entries: [] });
  const all = {
    timestamp: async (request: Uint8Array) => tsaAnswer(request),
    revocation: async (certificate: typeof leaf, issuer: typeof leaf) =>
      issuer.serial === issuing.serial
        ? { ...NO_MATERIAL, ocsp: [respond(writeOcspRequest(nodeCrypto, { certificate, issuer }))] }
        : { ...NO_MATERIAL, crls: [rootList] },
    nonce: () => new Uint8Array(randomBytes(16)),
    now: () => AFTER,
    roots,
  };
  const lta = await extendSignature(nodeCrypto, signed, 'gvcn', 'LTA', all);
  const verified = await cpu(30, async () => {
    const doc = scanCanonical(lta);
    const element = doc.byId.get('sig-gvcn');
    if (element === undefined) throw new Error('no signature');
    const found = await verifyLevel(nodeCrypto, doc, element, { roots, now: AFTER });
    if (found.level !== 'LTA' || found.state !== 'valid') throw new Error(found.code);
  });
  // One signature, two tokens, three answers of which two are OCSP: six signatures in all, chains remembered.
  say('verify-xades-lta-p256', verified, { name: '6 × crypto.verify p256', value: 6 * verifyFloor.value });
  const extended = await cpu(20, () => extendSignature(nodeCrypto, signed, 'gvcn', 'LTA', all));
  say('extend-b-to-lta-p256', extended, { name: '4 × crypto.sign p256', value: 4 * signFloor.value });

  const leaves = await Promise.all(Array.from({ length: 9 }, () => person('p256')));
  await classOf35(leaves, all);
  // A class: each record with content and tokens of its own, its signers' certificates and answers those of all.
  const records = await sequentially(
    Array.from({ length: 35 }, (_, pupil) => recordXml(` ${pupil}`)),
    (data) => recordOfNine(data, leaves, SIGNING_TIME, withKeptAnswers(all)),
  );
  const nine = await cpu(70, (n) =>
    verifyRecordOfNine(records[n % records.length] ?? new Uint8Array(), roots, AFTER),
  );
  say('verify-record-9', nine, { name: '9 × crypto.verify p256', value: 9 * verifyFloor.value }, [
    { name: 'a second on two cores', value: 2_000_000 / nine },
    { name: 'with its two tokens: 11 × crypto.verify p256', value: 11 * verifyFloor.value },
    { name: 'bytes of it', value: records[0]?.length ?? 0 },
  ]);
}

/** Answers as a school keeps them: one for each signer, embedded in all of its records. */
const kept = new Map<string, RevocationMaterial>();
const withKeptAnswers = (services: ExtensionServices): ExtensionServices => ({
  ...services,
  async revocation(certificate, issuer) {
    const answers = kept.get(certificate.serial) ?? (await services.revocation(certificate, issuer));
    kept.set(certificate.serial, answers);
    return answers;
  },
});

/** What is billed where signatures and timestamps cost money, at a school's default levels: counted while a class is signed. */
async function classOf35(leaves: readonly IssuedLeaf[], services: ExtensionServices): Promise<void> {
  const { signatures, timestamps } = await counted(services, async (counting) => {
    let made = 0;
    for (let pupil = 0; pupil < 35; pupil++) {
      const record = await recordOfNine(xml, leaves, SIGNING_TIME, counting, 'LTA');
      made += new TextDecoder().decode(record).split('</SignatureValue>').length - 1;
    }
    return { signatures: made };
  });
  say('class-35-signatures', signatures, { name: 'records', value: 35 }, [], 'count');
  say('class-35-timestamps', timestamps, { name: 'records', value: 35 }, [], 'count');
}

/** Cost of a record and memory after 10², 10⁴ and 10⁵ of them, in one process; the first is the floor of the others. */
async function scale(): Promise<void> {
  const text = new TextDecoder().decode(xml);
  const content = (n: number): Uint8Array =>
    new TextEncoder().encode(text.replaceAll('Nhận xét số 1:', `Nhận xét số ${n}:`));
  const run = (records: number) =>
    costAtScale(records, content, () => person('p256'), SIGNING_TIME, roots, AFTER);
  await run(1_000);
  const firsts = [await run(100), await run(100), await run(100)];
  const first = firsts.reduce((least, one) => (one.cpu < least.cpu ? one : least));
  for (const records of [100, 10_000, 100_000]) {
    const { cpu: cost, megabytes } = records === 100 ? first : await run(records);
    say(`sign-and-verify-of-${records}`, cost, { name: 'of 100', value: first.cpu });
    say(`memory-after-${records}`, megabytes, { name: 'after 100', value: first.megabytes }, [], 'MB');
  }
}

const signed = await signatures('p256');
await signatures('rsa-2048');
await services(signed);
const pades = await costOfPades(await person('p256'), NOW, cpu);
say(`pades-b-p256-${Math.round(pades.bytes / 1_000)}-kb`, pades.whole, {
  name: 'SHA-256 and crypto.sign p256',
  value: pades.floor,
});
await scale();
