import type { CryptoPort } from '../crypto/crypto-port.ts';
import { isTrainingCertificate } from '../x509/certificate.ts';
import { Carried } from './carried.ts';
import {
  datedBy,
  evidenceOfOthers,
  isCertified,
  type OthersTrust,
  type SignerStanding,
  standingOf,
} from './standing.ts';
import type { ValidForeignSignature } from './verify.ts';

/** When one signer of a foreign record signed, as far as an authority says so, and how the certificate stood then. */
export interface ForeignSigner {
  readonly slot: string;
  readonly provenAt: Date | null;
  readonly standing: SignerStanding;
}

/**
 * Judges who signed a foreign record, by what its signatures carry: a signature existed by the time that a token over it
 * proves, or one over a signature that signed it; each certificate is judged as of that time, by the answers of all.
 *
 * @param valid found by `verifyForeign` in one document
 */
export async function judgeForeignSigners(
  crypto: CryptoPort,
  valid: readonly ValidForeignSignature[],
  trust: OthersTrust,
): Promise<ForeignSigner[]> {
  const carried = new Carried();
  for (const { unsigned } of valid) for (const der of unsigned.values) carried.take(der);
  const evidence = evidenceOfOthers(crypto, carried, trust.now);
  const training = valid.every(({ certificate }) => isTrainingCertificate(certificate));
  const times = new Map<string, Date>();
  const open = new Set<string>();
  for (const { slot, unsigned } of valid) {
    for (const stamp of unsigned.stamps) {
      // Archive timestamps are not judged, so that every token has to hold as of now.
      const asked = { at: trust.now, outermost: true, training };
      const told = await datedBy(crypto, stamp, asked, trust, evidence);
      if (told === 'open') open.add(slot);
      else if (told !== null) times.set(slot, earlier(told, times.get(slot)));
    }
  }
  const known = new Map<string, Promise<boolean>>();
  const certified = ({ slot, certificate, between }: ValidForeignSignature, at: Date): Promise<boolean> => {
    const name = `${slot} ${at.getTime()}`;
    const signer = { chain: [certificate, ...between], provenAt: at };
    const told = known.get(name) ?? isCertified(crypto, signer, trust, evidence);
    known.set(name, told);
    return told;
  };
  await spread(valid, times, open, certified);
  return Promise.all(
    valid.map(async ({ slot, certificate, between }): Promise<ForeignSigner> => {
      const provenAt = times.get(slot) ?? null;
      const signer = { chain: [certificate, ...between], provenAt, maybeEarlier: open.has(slot) };
      return { slot, provenAt, standing: await standingOf(crypto, signer, trust, evidence) };
    }),
  );
}

const earlier = (a: Date, b: Date | undefined): Date => (b !== undefined && b < a ? b : a);

/**
 * What was signed existed before it: times reach down to every signature that another one signed by a key that is certified,
 * over however many, and so does that an earlier one is open.
 */
async function spread(
  valid: readonly ValidForeignSignature[],
  times: Map<string, Date>,
  open: Set<string>,
  certified: (one: ValidForeignSignature, at: Date) => Promise<boolean>,
): Promise<void> {
  for (let left = valid.length; left > 0; left--) {
    for (const one of valid) {
      const at = times.get(one.slot);
      const reaches = at !== undefined && (await certified(one, at));
      for (const below of [...one.signatures, ...one.enclosed]) {
        if (open.has(one.slot)) open.add(below);
        if (reaches) times.set(below, earlier(at, times.get(below)));
      }
    }
  }
}
