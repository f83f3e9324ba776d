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

const TEACHERS = Array.from({ length: 8 }, (_, n) => `gvbm-${n + 1}`);
const SEAL = 'ky-phat-hanh';

/** Signs `data` (`DU_LIEU` with parts `mon-0…`, and `KY`) by eight teachers and the seal; `leaves` are nine. */
export async function recordOfNine(
  data: Uint8Array,
  leaves: readonly IssuedLeaf[],
  signingTime: string,
  services: ExtensionServices,
): Promise<Uint8Array> {
  let xml = data;
  const add = async (
    slotId: string,
    leaf: IssuedLeaf,
    ids: readonly string[],
    before: string,
  ): Promise<void> => {
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
    xml = encodeUtf8(decodeUtf8(xml).replace(before, () => signature + before));
  };
  for (const [n, slotId] of TEACHERS.entries()) {
    const leaf = leaves[n];
    if (leaf !== undefined) await add(slotId, leaf, [`mon-${n % 6}`], '</DU_LIEU>');
  }
  const seal = leaves[TEACHERS.length];
  if (seal === undefined) throw new Error('no seal');
  await add(SEAL, seal, ['data', ...TEACHERS.map((slotId) => idsOf(slotId).value)], '</KY>');
  const carries = await teachersOf(xml);
  return extendSignature(nodeCrypto, xml, SEAL, 'LTA', { ...services, carries });
}

async function teachersOf(xml: Uint8Array): Promise<ValidSignature[]> {
  const doc = scanCanonical(xml);
  return Promise.all(
    TEACHERS.map(async (slotId) => {
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
  for (const slotId of TEACHERS) {
    const element = doc.byId.get(idsOf(slotId).signature);
    const found = element && (await verifySignature(nodeCrypto, doc, element));
    if (found?.valid) carries.push(found);
  }
  const seal = doc.byId.get(idsOf(SEAL).signature);
  if (seal === undefined) throw new Error('no seal');
  const found = await verifyLevel(nodeCrypto, doc, seal, { roots, now, carries });
  const whole = found.state === 'valid' && found.carried.length === TEACHERS.length;
  if (!whole || found.carried.some(({ state }) => state !== 'valid')) throw new Error(found.code);
  return found;
}
