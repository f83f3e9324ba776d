/** What the ledger's ports are on Node: digests and Ed25519 of node:crypto, and files that survive a power cut; and acts judged as they are stored. */

export type { StoredFields } from './acts/chained-fields.node.ts';
export { type ActsRoom, actsRoom, type StoredActs, storedActs } from './acts/stored-acts.node.ts';
export { type StoredTrail, storedTrail } from './acts/stored-trail.node.ts';
export { readOrNull, removeLitter, replaceFile } from './files/durable-file.node.ts';
export { fileStorage } from './files/file-storage.node.ts';
export { type FolderLock, lockFolder } from './files/folder-lock.node.ts';
export { makeFolder } from './files/make-folder.node.ts';
export { isOfEndedOwner, ownerToken } from './files/owner-token.node.ts';
export { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from './note/crypto.node.ts';
export { openWitnessState, type WitnessFiles } from './witness/witness-state.node.ts';
