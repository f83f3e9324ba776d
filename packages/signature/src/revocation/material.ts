/** Answers as they were obtained: DER of OCSPResponses and of CRLs. */
export interface RevocationMaterial {
  readonly ocsp: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
}

export const NO_MATERIAL: RevocationMaterial = { ocsp: [], crls: [] };
