import { sameBytes } from '../bytes.ts';
import { DerError } from '../der/read.ts';
import type { RevocationAnswer } from '../revocation/answer.ts';
import { NO_MATERIAL, type RevocationMaterial } from '../revocation/material.ts';
import type { Certificate } from '../x509/certificate.ts';
import { knownCertificateOf } from '../xmldsig/key-info.ts';
import { Refused } from '../xmldsig/refused.ts';
import type { UnsignedProperties, ValidationData } from './unsigned-properties.ts';

/** What a signature carries to be judged by, and by when each answer of it existed. */
export interface CarriedEvidence {
  readonly certificates: readonly Certificate[];
  readonly material: RevocationMaterial;
  /** Layer of each answer: 0 for RevocationValues and for what is dated by the first archive timestamp, and so on. */
  readonly layerOf: (answer: Uint8Array) => number | undefined;
}

/** Gathers certificates and answers out of the unsigned properties. Throws Refused for one that is no certificate. */
export function carriedEvidence({ values, layers }: UnsignedProperties): CarriedEvidence {
  const data: { layer: number; from: ValidationData }[] = [];
  if (values !== null) data.push({ layer: 0, from: values });
  for (const [layer, { data: from }] of layers.entries()) if (from !== null) data.push({ layer, from });
  const layerByAnswer = new Map<Uint8Array, number>();
  for (const { layer, from } of data)
    for (const der of [...from.ocsp, ...from.crls]) layerByAnswer.set(der, layer);
  const ocsp = data.flatMap(({ from }) => from.ocsp);
  const crls = data.flatMap(({ from }) => from.crls);
  const certificates = data.flatMap(({ from }) => from.certificates.map(read));
  return { certificates, material: { ocsp, crls }, layerOf: (answer) => layerByAnswer.get(answer) };
}

function read(der: Uint8Array): Certificate {
  try {
    return knownCertificateOf(der);
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
  const isUsed = (der: Uint8Array): boolean => used.answers.some((answer) => answer.der === der);
  const answers = [...carried.material.ocsp, ...carried.material.crls];
  const twice = answers.some((der, i) => answers.findIndex((other) => sameBytes(der, other)) !== i);
  const known = carried.certificates.every((c) => used.certificates.some((on) => sameBytes(on.der, c.der)));
  return twice || !known || !answers.every(isUsed);
}
