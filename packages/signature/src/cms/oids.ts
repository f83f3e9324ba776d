/** Object identifiers of CMS (RFC 5652), ESS (RFC 5035) and time-stamp tokens (RFC 3161). */

export const CONTENT = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  timestampInfo: '1.2.840.113549.1.9.16.1.4',
} as const;

export const SIGNED_ATTRIBUTE = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
} as const;

/** RFC 3161 Annex A, and what PAdES takes from it (EN 319 122-1 §5.3). */
export const UNSIGNED_ATTRIBUTE = { signatureTimestamp: '1.2.840.113549.1.9.16.2.14' } as const;
