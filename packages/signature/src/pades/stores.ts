import { DerError } from '../der/read.ts';
import { NO_MATERIAL, type RevocationMaterial } from '../revocation/material.ts';
import type { Certificate } from '../x509/certificate.ts';
import { knownCertificateOf } from '../x509/known.ts';
import { type CarriedEvidence, joinMaterial } from '../xades/evidence.ts';
import type { ReadUpdate } from './revisions.ts';

/** What the document security store holds, each answer by the update that brought it. */
export interface Carried extends CarriedEvidence {
  readonly stores: number;
}

/** Gathers the stores of a file; null if a certificate in them is none. */
export function carriedStores(updates: readonly ReadUpdate[]): Carried | null {
  const certificates: Certificate[] = [];
  let material: RevocationMaterial = NO_MATERIAL;
  const layers = new Map<Uint8Array, number>();
  let stores = 0;
  for (const [n, update] of updates.entries()) {
    if (update.kind !== 'store') continue;
    const { data } = update;
    stores++;
    material = joinMaterial(material, data);
    for (const der of [...data.ocsp, ...data.crls]) layers.set(der, n);
    try {
      certificates.push(...data.certificates.map(knownCertificateOf));
    } catch (error) {
      if (error instanceof DerError) return null;
      throw error;
    }
  }
  return { certificates, material, layerOf: (answer) => layers.get(answer), stores };
}
