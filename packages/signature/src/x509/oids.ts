/** Object identifiers of certificates (RFC 5280, 5480, 8017, 4519) and of this project. */

export const ATTRIBUTE = {
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  country: '2.5.4.6',
  organisation: '2.5.4.10',
  title: '2.5.4.12',
  userId: '0.9.2342.19200300.100.1.1',
} as const;

/** Short names that RFC 4514 §3 and its registry give; every other type is written as dotted numbers. */
export const SHORT_NAMES: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
};

export const EXTENSION = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  /** A responder's certificate that needs no revocation answer of its own (RFC 6960 §4.2.2.2.1). */
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
} as const;

export const PURPOSE = {
  any: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  /** RFC 3161 §2.3. */
  timeStamping: '1.3.6.1.5.5.7.3.8',
  /** RFC 6960 §4.2.2.2. */
  ocspSigning: '1.3.6.1.5.5.7.3.9',
  /** RFC 9336. */
  documentSigning: '1.3.6.1.5.5.7.3.36',
  microsoftDocumentSigning: '1.3.6.1.4.1.311.10.3.12',
  adobeDocumentSigning: '1.2.840.113583.1.1.5',
} as const;

export const KEY = { ec: '1.2.840.10045.2.1', rsa: '1.2.840.113549.1.1.1' } as const;

export const RSA_PSS = '1.2.840.113549.1.1.10';
export const MGF1 = '1.2.840.113549.1.1.8';

/**
 * Policy of every certificate of a training PKI, from UUID a82d1eeb-2af6-45d8-82a4-7add227c9a8d (ITU-T X.667).
 * Whatever roots a verifier is given, a chain that carries it reads as training.
 */
export const TRAINING_POLICY_OID = '2.25.223544583754702330294675025163777251981';
