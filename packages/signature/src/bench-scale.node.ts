import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { scanCanonical } from '@hocba/xml';
import { addSignature, SEAL } from './bench-record.node.ts';
import { type Certificate, type ExtensionServices, idsOf, validatePath, verifySignature } from './index.ts';
import { type IssuedLeaf, nodeCrypto } from './node.ts';

/** For the bench: whether the ten-thousandth record costs what the hundredth did. */

/** Pupils of a class, who share their signers. */
const CLASS = 35;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

export interface ScaleCost {
  readonly records: number;
  /** Microseconds of CPU to sign a record once and to verify that, path included. */
  readonly cpu: number;
  /** Heap and buffers in use after it, megabytes. */
  readonly megabytes: number;
}

/** Signs and verifies `records` records, each with other content, each class with a signer of its own. */
export async function costAtScale(
  records: number,
  contentOf: (n: number) => Uint8Array,
  newSigner: () => Promise<IssuedLeaf>,
  signingTime: string,
  roots: readonly Certificate[],
  now: Date,
): Promise<ScaleCost> {
  let spent = 0;
  let leaf = await newSigner();
  for (let n = 0; n < records; n++) {
    if (n % CLASS === 0) leaf = await newSigner();
    const xml = contentOf(n);
    const before = process.cpuUsage();
    const signed = await addSignature(xml, SEAL, leaf, ['data'], '</KY>', signingTime);
    const doc = scanCanonical(signed);
    const element = doc.byId.get(idsOf(SEAL).signature);
    const found = element && (await verifySignature(nodeCrypto, doc, element));
    if (!found?.valid) throw new Error('not valid');
    const path = await validatePath(nodeCrypto, found.certificate, found.chain.slice(1), roots, now);
    if (!path.valid) throw new Error(path.code);
    const { user, system } = process.cpuUsage(before);
    spent += user + system;
  }
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return { records, cpu: spent / records, megabytes: (heapUsed + external) / 1e6 };
}

export interface Billed {
  readonly signatures: number;
  readonly timestamps: number;
}

/** Counts what is asked of keys and of the time-stamping authority while `work` runs. */
export async function counted(
  services: ExtensionServices,
  work: (services: ExtensionServices) => Promise<{ readonly signatures: number }>,
): Promise<Billed> {
  let timestamps = 0;
  const { signatures } = await work({
    ...services,
    timestamp: (request) => {
      timestamps++;
      return services.timestamp(request);
    },
  });
  return { signatures, timestamps };
}
