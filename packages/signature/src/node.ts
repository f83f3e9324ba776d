/** What needs node:crypto: the CryptoPort of a server, keys in files, and the makers of certificates. */
export { nodeCrypto } from './crypto/node-crypto.node.ts';
export {
  isLocalAddress,
  issueTlsServer,
  type LocalCaOptions,
  makeLocalCa,
  type TlsServerOptions,
} from './pki/local-ca.node.ts';
export {
  type IssuedLeaf,
  issueTrainingPerson,
  issueTrainingSeal,
  type KeyedCertificate,
  makeTrainingPki,
  TRAINING_MARK,
  type TrainingPerson,
  type TrainingPki,
  type TrainingPkiOptions,
  type TrainingSeal,
} from './pki/training.node.ts';
export {
  issueTrainingResponder,
  issueTrainingTsa,
  type TrainingService,
} from './pki/training-authorities.node.ts';
export {
  TRAINING_HOST,
  TRAINING_RESPONDER,
  TRAINING_ROOT_LIST,
} from './pki/training-places.node.ts';
export {
  type RegisterEntry,
  type ResponderOptions,
  trainingResponder,
} from './revocation/training-responder.node.ts';
export { type CrlEntry, type CrlPlan, writeTrainingCrl } from './revocation/write-crl.node.ts';
export {
  CscClient,
  type CscCredential,
  CscError,
  type CscInfo,
  type CscProvider,
} from './signers/csc/client.ts';
export { authorizeUrl, exchangeCode, refreshAccess, type TokenAnswer } from './signers/csc/oauth.ts';
export { type CscKey, CscSigner } from './signers/csc/signer.ts';
export {
  type MySignCredential,
  type MySignProvider,
  MySignSigner,
  mySignCredentials,
} from './signers/mysign.ts';
export {
  inXmlForm,
  type LeftOver,
  type LostOrder,
  type OrderEnd,
  type OrderHandle,
  type RemoteSigner,
  type SecretAsked,
  SignerUnavailable,
  SignerUnlinked,
  type SigningAnswer,
  type SigningOrder,
  signingAlgorithmOf,
} from './signers/order.ts';
export { type KeyFileEntry, openPkcs12, type Pkcs12Code, Pkcs12Error } from './signers/pkcs12/open.node.ts';
export {
  type SmartCaCertificate,
  type SmartCaProvider,
  SmartCaSigner,
  smartCaCertificates,
} from './signers/smartca.ts';
export { softSigner } from './signers/soft-signer.node.ts';
export { type TrainingTsaOptions, trainingTsa } from './time/training-tsa.node.ts';
