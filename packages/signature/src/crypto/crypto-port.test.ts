import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinBytes } from '../bytes.ts';
import { nodeCrypto } from '../node.ts';
import { digestOf } from './crypto-port.ts';
import { webCrypto } from './web-crypto.ts';

test.each(['sha256', 'sha384', 'sha512'] as const)(
  'both ports: %s of pieces is that of what they make together',
  (hash) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }), (pieces) => {
        const whole = nodeCrypto[hash](joinBytes(...pieces));
        for (const crypto of [nodeCrypto, webCrypto()]) {
          expect(digestOf(crypto, hash, pieces)).toEqual(whole);
          expect(digestOf(crypto, hash, joinBytes(...pieces))).toEqual(whole);
        }
      }),
    );
  },
);
