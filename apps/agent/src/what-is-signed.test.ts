import { createHash, randomBytes } from 'node:crypto';
import { certificateFromPem, fileDigestIn, toBase64 } from '@hocba/signature';
import { issueTrainingPerson, makeTrainingPki, nodeCrypto } from '@hocba/signature/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { readOrder } from './what-is-signed.ts';

const NOW = new Date('2026-05-28T00:00:00Z');
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const SIGNED_INFO = bytes('<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#">x</SignedInfo>');
let mine: Uint8Array;
let other: Uint8Array;
/** The signed attributes of a file for a certificate, put together by hand (RFC 5652 §11, RFC 5035 §3). */
let attributes: (certificate: Uint8Array, digest: Uint8Array, more?: string) => Uint8Array;

beforeAll(async () => {
  const pki = await makeTrainingPki({ organisation: 'Mẫu', now: NOW });
  const leaf = async (personalId: string): Promise<Uint8Array> => {
    const person = { fullName: 'Nguyễn Mẫu', personalId, schoolName: 'Trường Mẫu', key: 'p256' as const };
    return certificateFromPem((await issueTrainingPerson(pki, person, NOW)).certificatePem).der;
  };
  [mine, other] = [await leaf('079080000001'), await leaf('079080000002')];
  attributes = (certificate, digest, more = '') => {
    const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
    const body =
      '301806092a864886f70d010903310b06092a864886f70d010701' +
      `302f06092a864886f70d01090431220420${hex(digest)}` +
      `3037060b2a864886f70d010910022f31283026302430220420${hex(createHash('sha256').update(certificate).digest())}` +
      more;
    const length = body.length / 2;
    return Buffer.from(`31${length < 128 ? '' : '81'}${length.toString(16)}${body}`, 'hex');
  };
});

function orderOf(messages: readonly Uint8Array[], change: { digest?: string; sameId?: boolean } = {}) {
  const whole = createHash('sha256');
  for (const message of messages) whole.update(createHash('sha256').update(message).digest());
  return {
    certificate: toBase64(mine),
    digest: change.digest ?? whole.digest('hex'),
    items: messages.map((message, n) => ({ id: change.sameId ? 'a' : `i${n}`, message: toBase64(message) })),
  };
}

test('parts of records and prints are told apart', () => {
  expect(readOrder(orderOf([SIGNED_INFO, SIGNED_INFO]))?.kind).toBe('record');
  const digests = [randomBytes(32), randomBytes(32)];
  const prints = digests.map((digest) => attributes(mine, digest));
  expect(readOrder(orderOf(prints))).toMatchObject({ kind: 'print' });
  for (const [n, message] of prints.entries())
    expect(fileDigestIn(nodeCrypto, message, mine)).toEqual(new Uint8Array(digests[n] ?? []));
});

describe('nothing else is signed', () => {
  const digest = randomBytes(32);
  test.each<[string, () => ReturnType<typeof orderOf>]>([
    ['nothing', () => orderOf([])],
    ['a login', () => orderOf([bytes('challenge=1')])],
    ['an empty message', () => orderOf([new Uint8Array(0)])],
    ['a SignedInfo with something after it', () => orderOf([bytes(`${Buffer.from(SIGNED_INFO)}x`)])],
    ['both kinds together', () => orderOf([SIGNED_INFO, attributes(mine, digest)])],
    ['a print in the name of another certificate', () => orderOf([attributes(other, digest)])],
    ['a digest of another length', () => orderOf([attributes(mine, digest.subarray(1))])],
    [
      'a further attribute, such as a time of signing',
      () =>
        orderOf([attributes(mine, digest, '301c06092a864886f70d010905310f170d3236303532383030303030305a')]),
    ],
    ['an octet too many', () => orderOf([Buffer.concat([attributes(mine, digest), Buffer.of(0)])])],
    ['another digest of the whole', () => orderOf([SIGNED_INFO], { digest: '0'.repeat(64) })],
    ['one id twice', () => orderOf([SIGNED_INFO, SIGNED_INFO], { sameId: true })],
  ])('%s', (_, order) => {
    expect(readOrder(order())).toBeNull();
  });

  test('a print with any other octet outside its digest', () => {
    const good = attributes(mine, digest);
    const at = Buffer.from(good).indexOf(digest);
    for (let n = 0; n < good.length; n++) {
      if (n >= at && n < at + 32) continue;
      const changed = Uint8Array.from(good);
      changed[n] = (changed[n] ?? 0) ^ 1;
      expect(readOrder(orderOf([changed])), String(n)).toBeNull();
    }
  });
});
