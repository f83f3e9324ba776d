import { encodeUtf8 } from '@hocba/xml';
import { beforeAll, describe, expect, test } from 'vitest';
import { fromBase64 } from '../base64.ts';
import { nodeCrypto } from '../node.ts';
import { expectSame } from '../testing/expect-same.ts';
import { withoutMemory } from '../testing/without-memory.ts';
import type { Certificate } from '../x509/certificate.ts';
import { certificateFromPem } from '../x509/from-pem.ts';
import { AT, CA, certify, forgeToken, TSA } from './test-authority.node.ts';
import * as given from './test-tokens.ts';
import { verifyTimestamp } from './verify.ts';

const message = encodeUtf8('giá trị chữ ký');
const root = certify(CA, null);
const issuing = certify({ ...CA, pathLength: 0, subject: [['2.5.4.3', 'CA']] }, root);
const signer = certify({ ...TSA, subject: [['2.5.4.3', 'TSA']] }, issuing);

let alone: typeof verifyTimestamp;
beforeAll(async () => {
  ({ verifyTimestamp: alone } = await withoutMemory(() => import('./verify.ts')));
});

const openssl = { message: encodeUtf8(given.MESSAGE), roots: [certificateFromPem(given.OPENSSL_ROOT)] };
const own = { message, roots: [root.certificate] };
const tokens: readonly [string, Uint8Array, { message: Uint8Array; roots: readonly Certificate[] }][] = [
  ['of our own authority', forgeToken({ signer, message, carried: [signer, issuing] }), own],
  ['without the issuing one', forgeToken({ signer, message }), own],
  ['of OpenSSL, with a chain', fromBase64(given.CHAIN_TOKEN) ?? new Uint8Array(), openssl],
];

describe.each(tokens)('a token %s', (_, token, { message, roots }) => {
  const asked = (of: Uint8Array) => [nodeCrypto, of, { message }, { roots }] as const;

  test('every octet of it changed, after it and others of its authority were read: the outcome is what it is alone', async () => {
    const honest = await verifyTimestamp(...asked(token));
    for (let at = 0; at < token.length; at++)
      for (const by of [1, 0x80]) {
        const changed = token.with(at, (token[at] as number) ^ by);
        const found = await verifyTimestamp(...asked(changed));
        expectSame(found, await alone(...asked(changed)), `octet ${at}`);
        // And the honest one itself, now that the changed one was read too.
        expectSame(await verifyTimestamp(...asked(token)), honest, `after octet ${at}`);
      }
  });
});

test('an octet taken out or put in anywhere: likewise', async () => {
  const [, token] = tokens[0] as (typeof tokens)[0];
  for (let at = 0; at < token.length; at++) {
    const [head, tail] = [token.subarray(0, at), token.subarray(at)];
    for (const changed of [
      [...head, ...tail.subarray(1)],
      [...head, 0, ...tail],
    ]) {
      const asked = [nodeCrypto, Uint8Array.from(changed), { message }, { roots: own.roots }] as const;
      expectSame(await verifyTimestamp(...asked), await alone(...asked), `octet ${at}`);
    }
  }
});

test('the same authority at another time, for another message, with a root less: each has the outcome that it has alone', async () => {
  const hour = 3_600_000;
  const times = [-25, -24, 0, 24, 25].map((n) => new Date(AT.getTime() + n * hour));
  for (const time of times)
    for (const dated of [message, encodeUtf8('khác')])
      for (const roots of [own.roots, [], [issuing.certificate], [signer.certificate]]) {
        const token = forgeToken({ signer, message: dated, time, carried: [signer, issuing] });
        const asked = [nodeCrypto, token, { message }, { roots }] as const;
        expect(await verifyTimestamp(...asked)).toEqual(await alone(...asked));
      }
});
