import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { nodeCrypto } from '../../node.ts';
import { encodePem } from '../../pem.ts';
import { privateKeyPem, readPrivateKey } from '../../pki/keys.node.ts';
import { makeTrainingPki } from '../../pki/training.node.ts';
import type { Issuer } from '../../pki/write-certificate.node.ts';
import { datedWhole, signedWith, stored } from '../../testing/other-validation.node.ts';
import {
  AT_SIGNING,
  above,
  answers,
  BY_DOCUMENT,
  bare,
  base,
  ca,
  DAY,
  dated,
  dating,
  HOUR,
  issuing,
  kept,
  lasting,
  list,
  lists,
  NOW,
  ocsp,
  ofTsa,
  person,
  plus,
  revokedAt,
  root,
  SIGNED,
  short,
  signer,
  somebody,
  told,
  trust,
  tsa,
} from '../../testing/signed-answered.node.ts';
import { certify, newKey, TSA } from '../../time/test-authority.node.ts';
import { certificateFromPem } from '../../x509/from-pem.ts';
import { judgeForeignSigners } from '../signers.ts';
import type { ValidForeignSignature } from '../verify.ts';
import { storeOf } from './store.ts';

describe('a signer is good at the proven time by what the file carries', () => {
  test.each<[string, () => Uint8Array | Promise<Uint8Array>, string]>([
    ['OCSP answers, dated with the file', () => kept(dated, answers(ocsp())), `good ${AT_SIGNING}`],
    ['packed', () => kept(dated, answers(ocsp()), { packed: true }), `good ${AT_SIGNING}`],
    ['CRLs', () => kept(dated, lists()), `good ${AT_SIGNING}`],
    ['packed CRLs', () => kept(dated, lists(), { packed: true }), `good ${AT_SIGNING}`],
    ['dated by nothing later', () => stored(dated, answers(ocsp())), `good ${AT_SIGNING}`],
    ['the file’s timestamp alone', () => kept(bare, answers(ocsp())), `good ${BY_DOCUMENT}`],
    [
      'answers among what is signed, from before',
      () =>
        signedWith(base, signer, {
          token: dating(plus(2 * HOUR)),
          archived: answers(ocsp()),
        }),
      `good ${BY_DOCUMENT}`,
    ],
    [
      'lists among what is signed',
      () => signedWith(base, signer, { token: dating(plus(2 * HOUR)), archived: lists() }),
      `good ${BY_DOCUMENT}`,
    ],
    ['revoked afterwards', () => kept(dated, answers(revokedAt(plus(HOUR / 2)))), `good ${AT_SIGNING}`],
    [
      'somebody else revoked in the same list',
      () => kept(dated, lists({ serial: somebody.certificate.serial, revokedAt: plus(-HOUR) })),
      `good ${AT_SIGNING}`,
    ],
    [
      'an authority that has ended, dated by one that has not',
      () =>
        kept(signedWith(base, signer, { token: dating(SIGNED, short) }), {
          ocsp: [ocsp(), above, ocsp({ of: short, by: root, at: plus(HOUR), until: plus(DAY) })],
          crls: [],
        }),
      `good ${AT_SIGNING}`,
    ],
    [
      'certificates that only the store has',
      () => {
        const alone = { ...signer, chain: signer.chain.slice(0, 1) };
        const pdf = signedWith(base, alone, { token: dating(SIGNED) });
        return kept(pdf, answers(ocsp()), { certificates: [issuing.certificate.der] });
      },
      `good ${AT_SIGNING}`,
    ],
  ])('%s', async (_, make, expected) => {
    expect(await told(make())).toBe(expected);
  });
});

describe('nothing is known of a signer, and nothing called good, by', () => {
  const unknown = `status-unknown ${AT_SIGNING}`;
  const other = { ...issuing, privateKey: newKey() };
  const flipped = (answer: Uint8Array): Uint8Array =>
    answer.map((octet, n) => (n === answer.length - 3 ? octet ^ 1 : octet));
  test.each<[string, () => Uint8Array | Promise<Uint8Array>, string]>([
    ['no answers', () => dated, unknown],
    ['an answer about the signer alone', () => kept(dated, { ocsp: [ocsp(), ofTsa], crls: [] }), unknown],
    ['an answer about its authority alone', () => kept(dated, answers()), unknown],
    ['an answer about another', () => kept(dated, answers(ocsp({ of: somebody }))), unknown],
    ['an answer that ended before', () => kept(dated, answers(ocsp({ at: plus(-2 * DAY) }))), unknown],
    ['an answer from the future', () => kept(dated, answers(ocsp({ at: plus(31 * DAY) }))), unknown],
    [
      'an answer made after the file was dated',
      () => kept(dated, answers(ocsp({ at: plus(3 * HOUR) }))),
      unknown,
    ],
    ['an answer signed by another key', () => kept(dated, answers(ocsp({ by: other }))), unknown],
    ['an answer with an octet changed', () => kept(dated, answers(flipped(ocsp()))), unknown],
    ['an answer that does not know it', () => kept(dated, answers(ocsp({ entry: 'unknown' }))), unknown],
    [
      'a list signed by another key',
      () => kept(dated, { ocsp: [], crls: [list(other), list(root)] }),
      unknown,
    ],
    ['a list of the root’s', () => kept(dated, { ocsp: [], crls: [list(root)] }), unknown],
    [
      'answers by a filter that is not read',
      () => kept(dated, answers(ocsp()), { dictionary: '/Filter/ASCIIHexDecode' }),
      `status-unknown ${BY_DOCUMENT}`,
    ],
    [
      'answers behind more than are looked at',
      () => {
        const many = Array.from({ length: 128 }, (_, n) => ocsp({ of: somebody, at: plus(n * 1_000) }));
        return kept(dated, { ocsp: [ofTsa, ...many, ocsp(), above], crls: [] });
      },
      unknown,
    ],
    [
      'answers of today’s past, where no time is proven',
      () => stored(bare, answers(ocsp())),
      'status-unknown unproven',
    ],
    [
      'answers among what another signed, of another’s root',
      () => signedWith(base, signer, { token: dating(SIGNED), archived: answers(ocsp({ by: other })) }),
      unknown,
    ],
  ])('%s', async (_, make, expected) => {
    expect(await told(make())).toBe(expected);
  });

  test('an authority of whom nothing is told in the file: its time is open, and makes nobody revoked', async () => {
    const without = (...about: Uint8Array[]) => kept(dated, { ocsp: [...about, above], crls: [] });
    expect(await told(without(ocsp()))).toBe(`good ${BY_DOCUMENT}`);
    expect(await told(without(revokedAt(plus(HOUR / 2))))).toBe(`revoked-unproven ${BY_DOCUMENT}`);
    const strange = dating(SIGNED, certify({ ...TSA, ...lasting(2_000) }, certify(ca, null)));
    const pdf = kept(signedWith(base, signer, { token: strange }), answers(revokedAt(plus(HOUR / 2))));
    expect(await told(pdf)).toBe(`revoked ${BY_DOCUMENT}`);
  });

  test('roots that do not lead to it, and none', async () => {
    const pdf = kept(dated, answers(ocsp()));
    const stranger = certify({ ...ca, ...lasting(9_000) }, null).certificate;
    expect(await told(pdf, { roots: [stranger] })).toBe(`unknown ${AT_SIGNING}`);
    expect(await told(pdf, { roots: [], authorityRoots: [] })).toBe('no-roots unproven');
  });
});

describe('revoked', () => {
  const before = plus(-HOUR);
  const revoked = `revoked ${AT_SIGNING}`;
  const unproven = 'revoked-unproven unproven';
  const tsaRevoked = ocsp({ of: tsa, by: root, entry: { revokedAt: before } });
  test.each<[string, () => Uint8Array | Promise<Uint8Array>, string]>([
    ['before the proven time, by OCSP', () => kept(dated, answers(revokedAt(before))), revoked],
    [
      'by a list',
      () => kept(dated, lists({ serial: person.certificate.serial, revokedAt: before })),
      revoked,
    ],
    [
      'and an answer from before beside it',
      () => kept(dated, answers(ocsp({ at: before }), revokedAt(before))),
      revoked,
    ],
    ['at that very second', () => kept(dated, answers(revokedAt(SIGNED))), revoked],
    [
      'its authority',
      () => {
        const entry = { revokedAt: before, reason: 'cACompromise' };
        return kept(dated, { ocsp: [ocsp(), ofTsa, ocsp({ of: issuing, by: root, entry })], crls: [] });
      },
      revoked,
    ],
    [
      'among what is signed itself',
      () => signedWith(base, signer, { token: dating(plus(2 * HOUR)), archived: answers(revokedAt(before)) }),
      `revoked ${BY_DOCUMENT}`,
    ],
    [
      'an hour after, where only the file’s later timestamp tells',
      () => kept(bare, answers(revokedAt(plus(HOUR)))),
      `revoked ${BY_DOCUMENT}`,
    ],
    ['where no time is proven', () => stored(bare, answers(revokedAt(before))), unproven],
    [
      'where the time is of an authority that has ended',
      async () =>
        stored(
          await signedWith(base, signer, { token: dating(SIGNED, short) }),
          answers(revokedAt(plus(HOUR))),
        ),
      unproven,
    ],
    [
      'where the time is of an authority that was revoked',
      () => stored(dated, { ocsp: [revokedAt(plus(HOUR)), above, tsaRevoked], crls: [] }),
      unproven,
    ],
    [
      'where the time is of an authority that nobody here knows',
      async () => {
        const stranger = certify({ ...TSA, ...lasting(2_000) }, certify({ ...ca, ...lasting(9_000) }, null));
        const pdf = await signedWith(base, signer, { token: dating(SIGNED, stranger) });
        return stored(pdf, answers(revokedAt(plus(HOUR))));
      },
      unproven,
    ],
    [
      'where the time is later than now',
      async () =>
        stored(
          await signedWith(base, signer, { token: dating(plus(DAY, NOW)) }),
          answers(revokedAt(plus(HOUR))),
        ),
      unproven,
    ],
  ])('%s', async (_, make, expected) => {
    expect(await told(make())).toBe(expected);
  });

  test('a timestamp that nobody can tell of lies between: it may have dated what has no time of its own', async () => {
    const quiet = certify({ ...TSA, ...lasting(2_000), subject: [['2.5.4.3', 'Dau im']] }, root);
    const between = async (pdf: Uint8Array, at: Date) =>
      kept(datedWhole(pdf, dating(plus(HOUR / 2), quiet)), answers(revokedAt(at)));
    expect(await told(between(bare, plus(HOUR)))).toBe(`revoked-unproven ${BY_DOCUMENT}`);
    expect(await told(between(dated, before))).toBe(revoked);
    const inner = await datedWhole(bare, dating(plus(HOUR / 4)));
    expect(await told(between(inner, before))).toBe(revoked);
  });

  test('a training authority dates nothing that is real', async () => {
    const training = await makeTrainingPki({ organisation: 'Trường Tiểu học Mẫu', now: SIGNED });
    const place = certificateFromPem(training.root.certificatePem);
    const by = certify(
      { ...TSA, ...lasting(300) },
      {
        certificate: certificateFromPem(training.issuing.certificatePem),
        privateKey: readPrivateKey(training.issuing.privateKeyPem),
      },
    );
    const pdf = stored(
      await signedWith(base, signer, { token: dating(SIGNED, by) }),
      answers(revokedAt(plus(HOUR))),
    );
    expect(await told(pdf, { authorityRoots: [root.certificate, place] })).toBe(unproven);
  });
});

test('an authority that has ended is believed in what was signed in time, and not by a key that anybody may have made to fit', async () => {
  const ended = certify({ ...ca, ...lasting(10), subject: [['2.5.4.3', 'Cap cu']] }, root);
  const signerOf = (one: Issuer, ...above: Issuer[]) => ({
    chain: [one, ...above].map(({ certificate }) => certificate.der),
    privateKeyPem: privateKeyPem(one.privateKey),
  });
  const old = certify({ ...lasting(9), subject: [['2.5.4.3', 'Nguoi cu']] }, ended);
  const material = answers(ocsp({ of: old, by: ended }), ocsp({ of: ended, by: root }));
  const options = { token: dating(plus(2 * HOUR)), archived: material };
  const own = await signedWith(base, signerOf(old, ended), options);
  expect(await told(own)).toBe(`good ${BY_DOCUMENT}`);
  const without = await signedWith(base, signerOf(old, ended), { token: dating(SIGNED) });
  expect(await told(signedWith(without, signer, options))).toBe(`good ${AT_SIGNING}`);
  const stranger = certify({ ...lasting(1_000), subject: [['2.5.4.3', 'Nguoi la']] }, certify(ca, null));
  expect(await told(signedWith(without, signerOf(stranger), options))).toBe(`status-unknown ${AT_SIGNING}`);
});

test('in a record of other software what dates a signature around it may be an earlier time too', async () => {
  const message = Uint8Array.of(1, 2, 3);
  const signed = async (slot: string, signatures: readonly string[], at: Date, by: Issuer, who = person) =>
    ({
      slot,
      signatures,
      enclosed: [],
      certificate: who.certificate,
      between: [issuing.certificate],
      unsigned: {
        stamps: [{ value: await dating(at, by)(message), message }],
        values: answers(revokedAt(plus(HOUR / 2))).ocsp,
      },
    }) as unknown as ValidForeignSignature;
  const teacher = await signed('gv', [], plus(HOUR), tsa);
  const standing = async (...around: ValidForeignSignature[]) =>
    (await judgeForeignSigners(nodeCrypto, [teacher, ...around], trust))[0]?.standing;
  expect(await standing()).toBe('revoked');
  expect(await standing(await signed('cbql', ['gv'], SIGNED, short))).toBe('revoked-unproven');
  expect(await standing(await signed('cbql', [], SIGNED, short))).toBe('revoked');
  expect(await standing(await signed('cbql', ['gv'], SIGNED, tsa))).toBe('good');
  // A key that nobody certified may have been made to fit a value that was dated before.
  const stranger = certify({ ...lasting(1_000), subject: [['2.5.4.3', 'Nguoi la']] }, certify(ca, null));
  expect(await standing(await signed('cbql', ['gv'], SIGNED, tsa, stranger))).toBe('revoked');
});

test.each([false, true])('an answer ends where its stream ends, packed: %s', async (packed) => {
  const pdf = stored(base, answers(ocsp()), { packed });
  const { carried, endOf } = await storeOf(pdf);
  const ends = carried.ocsp.map((answer) => endOf(answer) ?? 0);
  const after = ends.map((end) => new TextDecoder('latin1').decode(pdf.subarray(end, end + 10)));
  expect(after).toEqual(Array.from({ length: 3 }, () => '\nendstream'));
});

test('answers of OpenSSL’s responder are taken as they are', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hocba-ocsp-'));
  const place = (name: string, data: string) => {
    writeFileSync(join(folder, name), data);
    return join(folder, name);
  };
  const pem = (one: Issuer) => encodePem('CERTIFICATE', one.certificate.der);
  const answered = (of: Issuer, by: Issuer, revoked?: string): Uint8Array => {
    const entry = [revoked ? 'R' : 'V', '360101000000Z', revoked ?? '', of.certificate.serial.toUpperCase()];
    const files = [
      ['-index', place('index.txt', `${[...entry, 'unknown', '/CN=a'].join('\t')}\n`)],
      ['-CA', place('ca.pem', pem(by)), '-issuer', place('issuer.pem', pem(by))],
      ['-rsigner', place('signer.pem', pem(by)), '-rkey', place('key.pem', privateKeyPem(by.privateKey))],
      ['-cert', place('cert.pem', pem(of)), '-respout', join(folder, 'out.der'), '-ndays', '7'],
    ].flat();
    execFileSync('openssl', ['ocsp', ...files, '-noverify'], { stdio: 'pipe' });
    return new Uint8Array(readFileSync(join(folder, 'out.der')));
  };
  try {
    const now = new Date(Date.now() + 1_000);
    const of = (revoked?: string) => ({
      ocsp: [answered(person, issuing, revoked), answered(issuing, root)],
      crls: [],
    });
    expect(await told(stored(dated, of()), { now })).toBe(`good ${AT_SIGNING}`);
    expect(await told(stored(dated, of('260528140000Z,keyCompromise')), { now })).toBe(`good ${AT_SIGNING}`);
    expect(await told(stored(dated, of('260528120000Z,keyCompromise')), { now })).toBe(
      `revoked ${AT_SIGNING}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
