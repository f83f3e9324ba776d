/** XML signatures (XMLDSig and XAdES in one), certificates, and the ports they stand on. Browser-safe. */

export type { HashAlgorithm, SignatureAlgorithm, SigningAlgorithm } from './algorithms.ts';
export { fromBase64, toBase64 } from './base64.ts';
export { type CryptoPort, digestOf } from './crypto/crypto-port.ts';
export { derFromPlain, plainFromDer } from './crypto/ecdsa.ts';
export type { Signer } from './crypto/signer.ts';
export { webCrypto } from './crypto/web-crypto.ts';
export { type DerCode, DerError } from './der/read.ts';
export { extendsEvidence } from './ers/extends.ts';
export { type EvidenceCode, type EvidenceFinding, verifyEvidence } from './ers/verify.ts';
export {
  changeEvidenceHash,
  type EvidenceServices,
  evidenceHash,
  renewEvidence,
  writeEvidence,
} from './ers/write.ts';
export type { SignatureCode } from './markup/refused.ts';
export { ANNEX_ID, DSIG, idsOf, instantOf, XADES } from './markup/vocabulary.ts';
export { type PadesCode, PadesError } from './pades/error.ts';
export { extendPades, padesRenewBeforeOf } from './pades/extend.ts';
export type { PadesFinding, PadesFindingCode, PadesSignature, PadesTrust } from './pades/finding.ts';
export {
  completePades,
  fileDigestIn,
  type PadesLook,
  type PadesRequest,
  type PreparedPades,
  padesTimestampMessage,
  preparePades,
} from './pades/prepare.ts';
export { unsignedPart } from './pades/revisions.ts';
export { type DatingServices, datePades, signPades } from './pades/sign.ts';
export { verifyPades } from './pades/verify.ts';
export { decodePem, encodePem, type PemLabel } from './pem.ts';
export type { ValidationData } from './properties/unsigned-properties.ts';
export type { RevocationAnswer, RevocationCode, RevocationFinding } from './revocation/answer.ts';
export type { NamingHash } from './revocation/cert-id.ts';
export { type Crl, parseCrl } from './revocation/crl.ts';
export { answerOfCrl, verifyCrl, verifyCrlFor } from './revocation/crl-verify.ts';
export { NO_MATERIAL, type RevocationMaterial } from './revocation/material.ts';
export { type OcspRequest, writeOcspRequest } from './revocation/ocsp-request.ts';
export { type OcspAnswer, parseOcspResponse } from './revocation/ocsp-response.ts';
export { type OcspSubject, verifyOcsp } from './revocation/ocsp-verify.ts';
export { type CertificateStatus, type StatusQuestion, statusAt } from './revocation/status.ts';
export {
  type ObtainedTimestamp,
  type ObtainOptions,
  obtainTimestamp,
  readTimestampAnswer,
  TimestampError,
  type TimestampPort,
} from './time/obtain.ts';
export { type TimestampRequest, writeTimestampRequest } from './time/request.ts';
export { readTimestampResponse, type TimestampResponse } from './time/response.ts';
export { parseTimestampToken, type TimestampToken } from './time/token.ts';
export {
  type ExpectedTimestamp,
  type TimestampCode,
  type TimestampFinding,
  type TimestampTrust,
  type ValidTimestamp,
  verifyTimestamp,
} from './time/verify.ts';
export {
  ALGORITHM_POLICY,
  type AlgorithmRule,
  type AlgorithmVerdict,
  judgeAlgorithm,
  type PolicyAlgorithm,
  policyAlgorithm,
} from './x509/algorithm-policy.ts';
export {
  type Certificate,
  commonNameOf,
  isTrainingCertificate,
  parseCertificate,
  personalIdOf,
  taxCodeOf,
} from './x509/certificate.ts';
export type { KeyUsage } from './x509/extensions.ts';
export { certificateFromPem, certificatesFromPem } from './x509/from-pem.ts';
export { attributeOf, type DistinguishedName, type NameAttribute } from './x509/name.ts';
export { ATTRIBUTE, TRAINING_POLICY_OID } from './x509/oids.ts';
export {
  maySign,
  type PathCode,
  type PathFinding,
  type PathPurpose,
  validatePath,
  validatePathFor,
} from './x509/path.ts';
export { type RevocationPlaces, revocationPlaces } from './x509/places.ts';
export { isStrongKey, type PublicKeyInfo } from './x509/public-key.ts';
export {
  type AppendCode,
  AppendError,
  appendArchiveTimestamp,
  appendSignatureTimestamp,
  appendTimestampData,
  appendValues,
  openSignature,
} from './xades/append.ts';
export {
  type ExtensionCode,
  ExtensionError,
  type ExtensionServices,
  extendSignature,
  type RevocationPort,
} from './xades/extend.ts';
export type { Level, LevelCode, LevelFinding, LevelTrust, ProvenTime, SignerFinding } from './xades/level.ts';
export {
  cachedRevocation,
  cacheName,
  type LevelOfSlot,
  levelOfSignature,
  type RaiseDue,
  type Raised,
  raisesDue,
  raiseToLevel,
  type ValidationCache,
  validSignatures,
} from './xades/raise.ts';
export { RENEWAL_MARGIN, type Renewable, renew, renewalsDue, renewBeforeOf } from './xades/renewal.ts';
export { archiveTimestampMessage, signatureTimestampMessage } from './xades/timestamped.ts';
export { isRaised, signatureAsSigned, withoutUnsignedProperties } from './xades/unsigned-bytes.ts';
export { verifyLevel } from './xades/verify-level.ts';
export { completeSignature } from './xmldsig/complete.ts';
export { elementDigest } from './xmldsig/element-digest.ts';
export { type SigningCode, SigningError } from './xmldsig/errors.ts';
export {
  bytesToSign,
  type PreparedSignature,
  prepareSignature,
  type SignatureRequest,
} from './xmldsig/prepare.ts';
export {
  type InvalidSignature,
  type SignatureFinding,
  type ValidSignature,
  verifySignature,
} from './xmldsig/verify.ts';
