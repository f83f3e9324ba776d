/** What the ledger's ports are on Node: digests and Ed25519 of node:crypto, and files that survive a power cut; and acts judged as they are stored. */

export type { StoredFields } from './chained-fields.node.ts';
export { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from './crypto.node.ts';
export { readOrNull, removeLitter, replaceFile } from './durable-file.node.ts';
export { fileStorage } from './file-storage.node.ts';
export { type FolderLock, lockFolder } from './folder-lock.node.ts';
export { isOfEndedOwner, ownerToken } from './owner-token.node.ts';
export { type ActsRoom, actsRoom, type StoredActs, storedActs } from './stored-acts.node.ts';
export { type StoredTrail, storedTrail } from './stored-trail.node.ts';
export { openWitnessState, type WitnessFiles } from './witness-state.node.ts';
