import { sameBytes } from '../bytes.ts';
import { DerError } from '../der/read.ts';
import { Refused } from '../markup/refused.ts';
import type { UnsignedProperties, ValidationData } from '../properties/unsigned-properties.ts';
import type { RevocationAnswer } from '../revocation/answer.ts';
import { NO_MATERIAL, type RevocationMaterial } from '../revocation/material.ts';
import type { Certificate } from '../x509/certificate.ts';
import { isAmong } from '../x509/distinct.ts';
import { knownCertificatesOf } from '../x509/known.ts';

/** What a signature carries to be judged by, and by when each answer of it existed. */
export interface CarriedEvidence {
  readonly certificates: readonly Certificate[];
  readonly material: RevocationMaterial;
  /** Layer of each answer: 0 for RevocationValues and for what is dated by the first archive timestamp, and so on. */
  readonly layerOf: (answer: Uint8Array) => number | undefined;
}

/** Gathers certificates and answers out of the unsigned properties. Throws Refused for one that is no certificate. */
export function carriedEvidence({ values, layers }: UnsignedProperties): CarriedEvidence {
  const certificates: Certificate[] = [];
  const ocsp: Uint8Array[] = [];
  const crls: Uint8Array[] = [];
  const layerByAnswer = new Map<Uint8Array, number>();
  const gather = (layer: number, from: ValidationData | null): void => {
    if (from === null) return;
    for (const one of read(from.certificates)) certificates.push(one);
    for (const [answers, all] of [
      [from.ocsp, ocsp],
      [from.crls, crls],
    ] as const)
      for (const der of answers) {
        all.push(der);
        layerByAnswer.set(der, layer);
      }
  };
  gather(0, values);
  for (let layer = 0; layer < layers.length; layer++) gather(layer, layers[layer]?.data ?? null);
  return { certificates, material: { ocsp, crls }, layerOf: (answer) => layerByAnswer.get(answer) };
}

function read(list: readonly Uint8Array[]): readonly Certificate[] {
  try {
    return knownCertificatesOf(list);
  } catch (error) {
    throw error instanceof DerError ? new Refused('certificate-unreadable') : error;
  }
}

export const joinMaterial = (
  a: RevocationMaterial,
  b: RevocationMaterial = NO_MATERIAL,
): RevocationMaterial => ({
  ocsp: [...a.ocsp, ...b.ocsp],
  crls: [...a.crls, ...b.crls],
});

/**
 * True if something is carried that no judgement used. What nobody used nobody checked: it could be changed, or be
 * somebody's message, and everything would still read as valid.
 */
export function hasSpares(
  carried: CarriedEvidence,
  used: { readonly certificates: readonly Certificate[]; readonly answers: readonly RevocationAnswer[] },
): boolean {
  const answers = carried.material.ocsp.concat(carried.material.crls);
  const twice = answers.some((der, i) => isBefore(answers, i, der));
  const known = carried.certificates.every((c) => isAmong(used.certificates, c));
  return twice || !known || !answers.every((der) => used.answers.some((answer) => answer.der === der));
}

/** True if the same octets stand before the nth. */
function isBefore(answers: readonly Uint8Array[], n: number, der: Uint8Array): boolean {
  for (let i = 0; i < n; i++) if (sameBytes(answers[i] as Uint8Array, der)) return true;
  return false;
}
