import { createHash, randomBytes, sign } from 'node:crypto';
import { type IssuedLeaf, nodeCrypto, softSigner } from './node.ts';
import { signPades } from './pades/sign.ts';
import { handMadePdf } from './pades/testing/hand-made.ts';
import { readPrivateKey } from './pki/keys.node.ts';

/** For the bench: a PDF of 100 kB signed at B, with nothing to be seen, as the server signs a print. */

export interface PadesCost {
  /** Microseconds of CPU: opened, prepared, signed, the value verified and put in. */
  readonly whole: number;
  /** The same work as bare operations: the file's digest and one signature. */
  readonly floor: number;
  readonly bytes: number;
}

/** @param cpu microseconds of CPU per call of what it is given */
export async function costOfPades(
  leaf: IssuedLeaf,
  time: Date,
  cpu: (calls: number, work: () => unknown) => Promise<number>,
): Promise<PadesCost> {
  // Each of the two pages holds the words: half of the file's size, and nothing that compresses.
  const pdf = handMadePdf(randomBytes(24_500).toString('hex'));
  const signer = softSigner(leaf.privateKeyPem, leaf.chain);
  const key = readPrivateKey(leaf.privateKeyPem);
  const whole = await cpu(100, () => signPades(nodeCrypto, pdf, signer, { time }));
  const floor = await cpu(100, () => sign('sha256', createHash('sha256').update(pdf).digest(), key));
  return { whole, floor, bytes: pdf.length };
}
