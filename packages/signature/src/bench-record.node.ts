import { canonicalElement, decodeUtf8, encodeUtf8, scanCanonical } from '@hocba/xml';
import {
  bytesToSign,
  completeSignature,
  type ExtensionServices,
  extendSignature,
  idsOf,
  type LevelFinding,
  prepareSignature,
  type ValidSignature,
  verifyLevel,
  verifySignature,
} from './index.ts';
import { type IssuedLeaf, nodeCrypto, softSigner } from './node.ts';

/** For the bench: a record with nine signatures, eight of them at B with their answers in the seal's LTA. */

const TEACHERS = Array.from({ length: 7 }, (_, n) => `gvbm-${n + 1}`);
const PRINCIPAL = 'cbql';
const EARLIER = [...TEACHERS, PRINCIPAL];
export const SEAL = 'ky-phat-hanh';

/** Signs `ids` of a document as it stands, and puts the Signature before the text `before`. */
export async function addSignature(
  xml: Uint8Array,
  slotId: string,
  leaf: IssuedLeaf,
  ids: readonly string[],
  before: string,
  signingTime: string,
): Promise<Uint8Array> {
  const doc = scanCanonical(xml);
  const references = ids.map((id) => {
    const element = doc.byId.get(id);
    if (element === undefined) throw new Error(`no ${id}`);
    return { id, canonical: canonicalElement(doc, element) };
  });
  const { chain, algorithm, sign } = softSigner(leaf.privateKeyPem, leaf.chain);
  const request = {
    slotId,
    references,
    signingTime,
    chain,
    algorithm,
    signingTimeNamespace: 'urn:hocba:signing-time:1',
  };
  const prepared = prepareSignature(nodeCrypto, request);
  const [value] = await sign([bytesToSign(prepared)]);
  const signature = decodeUtf8(await completeSignature(nodeCrypto, prepared, value ?? new Uint8Array()));
  return encodeUtf8(decodeUtf8(xml).replace(before, () => signature + before));
}

/**
 * Signs `data` (`DU_LIEU` with parts `mon-0…`, and `KY`) by seven teachers, the principal and the seal; `leaves` are nine.
 * The principal's signature stays at B, or is raised to LTA before the seal signs, as is the default of a school.
 */
export async function recordOfNine(
  data: Uint8Array,
  leaves: readonly IssuedLeaf[],
  signingTime: string,
  services: ExtensionServices,
  principal: 'B' | 'LTA' = 'B',
): Promise<Uint8Array> {
  const leafOf = (n: number): IssuedLeaf => {
    const leaf = leaves[n];
    if (leaf === undefined) throw new Error('no signer');
    return leaf;
  };
  let xml = data;
  for (const [n, slotId] of TEACHERS.entries())
    xml = await addSignature(xml, slotId, leafOf(n), [`mon-${n % 6}`], '</DU_LIEU>', signingTime);
  xml = await addSignature(xml, PRINCIPAL, leafOf(TEACHERS.length), ['data'], '</KY>', signingTime);
  if (principal === 'LTA') xml = await extendSignature(nodeCrypto, xml, PRINCIPAL, 'LTA', services);
  const signed = ['data', ...EARLIER.map((slotId) => idsOf(slotId).value)];
  xml = await addSignature(xml, SEAL, leafOf(EARLIER.length), signed, '</KY>', signingTime);
  return extendSignature(nodeCrypto, xml, SEAL, 'LTA', { ...services, carries: await earlierOf(xml) });
}

async function earlierOf(xml: Uint8Array): Promise<ValidSignature[]> {
  const doc = scanCanonical(xml);
  return Promise.all(
    EARLIER.map(async (slotId) => {
      const element = doc.byId.get(idsOf(slotId).signature);
      const found = element && (await verifySignature(nodeCrypto, doc, element));
      if (!found?.valid) throw new Error(`${slotId} does not hold`);
      return found;
    }),
  );
}

/** All nine signatures, their paths, revocation and times; throws if anything of it does not hold. */
export async function verifyRecordOfNine(
  xml: Uint8Array,
  roots: ExtensionServices['roots'],
  now: Date,
): Promise<LevelFinding> {
  const doc = scanCanonical(xml);
  const carries: ValidSignature[] = [];
  for (const slotId of EARLIER) {
    const element = doc.byId.get(idsOf(slotId).signature);
    const found = element && (await verifySignature(nodeCrypto, doc, element));
    if (found?.valid) carries.push(found);
  }
  const seal = doc.byId.get(idsOf(SEAL).signature);
  if (seal === undefined) throw new Error('no seal');
  const found = await verifyLevel(nodeCrypto, doc, seal, { roots, now, carries });
  const whole = found.state === 'valid' && found.carried.length === EARLIER.length;
  if (!whole || found.carried.some(({ state }) => state !== 'valid')) throw new Error(found.code);
  return found;
}
