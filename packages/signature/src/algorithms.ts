/** The algorithms that are used and accepted; what is not named here does not exist (no SHA-1, MD5, HMAC, DSA). */

export type HashAlgorithm = 'sha256' | 'sha384' | 'sha512';
export type Curve = 'p256' | 'p384' | 'p521';

/** Any signature a certificate or a document may carry. */
export type SignatureAlgorithm =
  | `ecdsa-${Curve}-${HashAlgorithm}`
  | `rsa-pkcs1-${HashAlgorithm}`
  | `rsa-pss-${HashAlgorithm}`;

/** Those that signatures are made with here. */
export type SigningAlgorithm = 'ecdsa-p256-sha256' | 'rsa-pkcs1-sha256';

export interface AlgorithmParts {
  readonly scheme: 'ecdsa' | 'rsa-pkcs1' | 'rsa-pss';
  readonly curve: Curve | null;
  readonly hash: HashAlgorithm;
}

/** Scheme, curve and hash that an algorithm's name is made of. */
export function partsOf(algorithm: SignatureAlgorithm): AlgorithmParts {
  const known = parts.get(algorithm);
  if (known !== undefined) return known;
  const found = split(algorithm);
  parts.set(algorithm, found);
  return found;
}

const parts = new Map<SignatureAlgorithm, AlgorithmParts>();

function split(algorithm: SignatureAlgorithm): AlgorithmParts {
  const [first, second, hash] = algorithm.split('-') as [string, string, HashAlgorithm];
  if (first === 'ecdsa') return { scheme: 'ecdsa', curve: second as Curve, hash };
  return { scheme: second === 'pss' ? 'rsa-pss' : 'rsa-pkcs1', curve: null, hash };
}

interface CurveData {
  readonly oid: string;
  /** Octets of a coordinate, and of r and s in a signature's XML form. */
  readonly octets: number;
  /** Order of the base point (SP 800-186 §3.2.1). */
  readonly order: bigint;
  readonly webName: string;
}

export const CURVES: Readonly<Record<Curve, CurveData>> = {
  p256: {
    oid: '1.2.840.10045.3.1.7',
    octets: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    webName: 'P-256',
  },
  p384: {
    oid: '1.3.132.0.34',
    octets: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    webName: 'P-384',
  },
  p521: {
    oid: '1.3.132.0.35',
    octets: 66,
    order:
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    webName: 'P-521',
  },
};

/** Algorithms of a document's signature by their identifier (RFC 9231 §2.3), with the curve left to the key. */
export function documentAlgorithm(uri: string, curve: Curve | null): SignatureAlgorithm | null {
  if (uri === SIGNATURE_URIS['ecdsa-p256-sha256']) return curve === 'p256' ? 'ecdsa-p256-sha256' : null;
  if (uri === SIGNATURE_URIS['ecdsa-p384-sha384']) return curve === 'p384' ? 'ecdsa-p384-sha384' : null;
  if (curve !== null) return null;
  if (uri === SIGNATURE_URIS['rsa-pkcs1-sha256']) return 'rsa-pkcs1-sha256';
  if (uri === SIGNATURE_URIS['rsa-pss-sha256']) return 'rsa-pss-sha256';
  return null;
}

export const SIGNATURE_URIS = {
  'ecdsa-p256-sha256': 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
  'ecdsa-p384-sha384': 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384',
  'rsa-pkcs1-sha256': 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'rsa-pss-sha256': 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
} as const;

export const DIGEST_URIS: Readonly<Record<HashAlgorithm, string>> = {
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  sha384: 'http://www.w3.org/2001/04/xmldsig-more#sha384',
  sha512: 'http://www.w3.org/2001/04/xmlenc#sha512',
};

/** The hash behind a DigestMethod, null for every other (SHA-1 and MD5 among them). */
export function digestByUri(uri: string | undefined): HashAlgorithm | null {
  if (uri === DIGEST_URIS.sha256) return 'sha256';
  if (uri === DIGEST_URIS.sha384) return 'sha384';
  if (uri === DIGEST_URIS.sha512) return 'sha512';
  return null;
}
