import {
  certificateFromPem,
  extendPades,
  type PadesFinding,
  type RevocationMaterial,
  signPades,
  verifyPades,
} from '../../index.ts';
import { nodeCrypto } from '../../node.ts';
import { signerOf } from '../../testing/record.ts';
import { later, leafOf, makeWorld, SIGNED, type World } from '../../testing/world.node.ts';
import { joinMaterial } from '../../xades/evidence.ts';
import { handMadePdf } from './hand-made.ts';

/** One PDF at every level, signed by principal (P-256) and seal (RSA-2048). */
export interface SignedPdfs {
  readonly world: World;
  readonly base: Uint8Array;
  readonly B: Uint8Array;
  readonly T: Uint8Array;
  readonly LT: Uint8Array;
  readonly LTA: Uint8Array;
  /** About everybody who signed, obtained now: with them B and T are valid too. */
  readonly answers: RevocationMaterial;
}

export const SOON = new Date(SIGNED.getTime() + 5_000);

export async function signedPdfs(base = handMadePdf()): Promise<SignedPdfs> {
  const world = await makeWorld();
  const { principal, seal } = world.signers;
  const request = { time: SIGNED, room: 8_192 };
  const twice = async (dating?: typeof world.services): Promise<Uint8Array> => {
    const once = await signPades(nodeCrypto, base, signerOf(principal), request, dating);
    return signPades(nodeCrypto, once, signerOf(seal), request, dating);
  };
  const T = await twice(world.services);
  const LT = await extendPades(nodeCrypto, T, 'LT', world.services);
  const LTA = await extendPades(nodeCrypto, LT, 'LTA', world.services);
  return { world, base, B: await twice(), T, LT, LTA, answers: await answersAbout(world) };
}

async function answersAbout({ signers, roots, revocation }: World): Promise<RevocationMaterial> {
  const issuing = certificateFromPem(signers.pki.issuing.certificatePem);
  const [root = issuing] = roots;
  const leaves = [signers.principal, signers.seal].map(({ chain }) => leafOf(chain));
  const about = [...leaves.map((leaf) => revocation(leaf, issuing)), revocation(issuing, root)];
  return (await Promise.all(about)).reduce((all, one) => joinMaterial(all, one));
}

export const judged = (
  { world }: Pick<SignedPdfs, 'world'>,
  pdf: Uint8Array,
  now = SOON,
): Promise<PadesFinding> => verifyPades(nodeCrypto, pdf, { roots: world.roots, now });

/** Whether a file passes as this document, signed by principal and seal and by nobody else. */
export async function accepts(pdfs: SignedPdfs, pdf: Uint8Array, now = SOON): Promise<boolean> {
  const { world, answers } = pdfs;
  const trust = { roots: world.roots, now, answers };
  const { state, signatures } = await verifyPades(nodeCrypto, pdf, trust);
  const { principal, seal } = pdfs.world.signers;
  const owners = [principal, seal].map(({ chain }) => String(chain[0]));
  return (
    state === 'valid' && signatures.map(({ certificate }) => String(certificate.der)).join() === owners.join()
  );
}

export { later, SIGNED };
