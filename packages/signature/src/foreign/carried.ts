import { sameBytes } from '../bytes.ts';
import { contentOf, DerError, DerMembers, readDer } from '../der/read.ts';
import { context, ENUMERATED, INTEGER, SEQUENCE } from '../der/tags.ts';
import type { RevocationMaterial } from '../revocation/material.ts';
import type { Certificate } from '../x509/certificate.ts';
import { knownCertificateOf } from '../x509/known.ts';

/**
 * What travels with a file of other software to judge its signers by. Every answer is signed by who gives it and says of
 * whom it speaks, so that nothing hangs on where it lay, or on who put it there.
 */
export interface CarriedByOthers extends RevocationMaterial {
  readonly certificates: readonly Certificate[];
}

/** More than the signers of a record need among them; each may cost a verification for every certificate asked about. */
const MOST = 128;

/** Gathers what is carried; what is none of it, or comes after too many, is left. */
export class Carried implements CarriedByOthers {
  readonly certificates: Certificate[] = [];
  readonly ocsp: Uint8Array[] = [];
  readonly crls: Uint8Array[] = [];

  /** Takes DER for what it is. @returns what it was taken for; null for what is nothing of the kind, or there already */
  take(der: Uint8Array): 'certificate' | 'ocsp' | 'crl' | null {
    const kind = kindOf(der);
    const kept = [...this.certificates.map((one) => one.der), ...this.ocsp, ...this.crls];
    // Every signature of a document brings its authorities' own again.
    if (kind === null || kept.length >= MOST || kept.some((one) => sameBytes(one, der))) return null;
    if (kind !== 'certificate') {
      (kind === 'ocsp' ? this.ocsp : this.crls).push(der);
      return kind;
    }
    try {
      this.certificates.push(knownCertificateOf(der));
      return kind;
    } catch (error) {
      if (error instanceof DerError) return null;
      throw error;
    }
  }
}

/** By its first members: OCSPResponse (RFC 6960 §4.2.1), Certificate and CertificateList of version 2 (RFC 5280 §4.1, §5.1). */
function kindOf(der: Uint8Array): 'certificate' | 'ocsp' | 'crl' | null {
  try {
    const first = new DerMembers(readDer(der), SEQUENCE).next();
    if (first.tag === ENUMERATED) return 'ocsp';
    const inner = contentOf(first)[0];
    if (first.tag !== SEQUENCE) return null;
    if (inner === context(0, true)) return 'certificate';
    return inner === INTEGER ? 'crl' : null;
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}
