import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { nodeCrypto } from '@hocba/signature/node';

type Verification = Parameters<typeof nodeCrypto.verify>;

/** What some work asked of the runtime's cryptography, each question once however often it was asked. */
export interface BareCryptography {
  /** By algorithm, key, signature and what was signed: all that a verification depends on. */
  readonly verifications: readonly Verification[];
  readonly digests: readonly { readonly algorithm: string; readonly data: Uint8Array }[];
  /** Verifications that were asked for, those among them that were asked before. */
  readonly repeated: number;
  /** Octets that went into the digests. */
  readonly digested: number;
}

/** Watches `work`: every verification by the port and every digest of node:crypto in this thread. */
export async function bareCryptographyOf(work: () => Promise<unknown>): Promise<BareCryptography> {
  const { hash, createHash } = crypto;
  const { verify } = nodeCrypto;
  const verifications = new Map<string, Verification>();
  const digests = new Map<string, { algorithm: string; data: Uint8Array }>();
  let asked = 0;
  const digested = (algorithm: string, pieces: readonly (string | NodeJS.ArrayBufferView)[]): void => {
    const data = Buffer.concat(pieces.map(octetsOf));
    digests.set(`${algorithm} ${hash(algorithm, data, 'hex')}`, { algorithm, data });
  };
  nodeCrypto.verify = (...call) => {
    asked++;
    const [algorithm, ...octets] = call;
    verifications.set([algorithm, ...octets.map((each) => hash('sha256', each, 'hex'))].join(' '), call);
    return verify(...call);
  };
  crypto.hash = ((algorithm: string, data: string | NodeJS.ArrayBufferView, ...how: []) => {
    digested(algorithm, [data]);
    return hash(algorithm, data, ...how);
  }) as typeof hash;
  crypto.createHash = ((algorithm: string, ...how: []) => {
    const state = createHash(algorithm, ...how);
    const { update, digest } = state;
    const pieces: (string | NodeJS.ArrayBufferView)[] = [];
    const watched = {
      update(data: string | NodeJS.ArrayBufferView) {
        pieces.push(data);
        return Reflect.apply(update, state, [data]);
      },
      digest(...as: unknown[]) {
        digested(algorithm, pieces);
        return Reflect.apply(digest, state, as);
      },
    };
    Object.assign(state, watched);
    return state;
  }) as typeof createHash;
  syncBuiltinESMExports();
  try {
    await work();
  } finally {
    Object.assign(crypto, { hash, createHash });
    syncBuiltinESMExports();
    nodeCrypto.verify = verify;
  }
  return {
    verifications: [...verifications.values()],
    digests: [...digests.values()],
    repeated: asked - verifications.size,
    digested: [...digests.values()].reduce((sum, { data }) => sum + data.length, 0),
  };
}

const octetsOf = (data: string | NodeJS.ArrayBufferView): Uint8Array =>
  typeof data === 'string' ? Buffer.from(data) : Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** The verifications alone, one behind the other. @throws Error for one that does not hold */
export function verifyBare({ verifications }: BareCryptography): void {
  for (const call of verifications)
    if (nodeCrypto.verify(...call) !== true) throw new Error('a signature does not hold');
}

/** The digests alone. */
export function digestBare({ digests }: BareCryptography): void {
  for (const { algorithm, data } of digests) crypto.hash(algorithm, data, 'binary');
}
