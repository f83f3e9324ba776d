/** What the ledger's ports are on Node: digests and Ed25519 of node:crypto, and files that survive a power cut. */
export { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from './crypto.node.ts';
export { readOrNull, replaceFile } from './durable-file.node.ts';
export { fileStorage } from './file-storage.node.ts';
export { type FolderLock, lockFolder } from './folder-lock.node.ts';
export { openWitnessState } from './witness-state.node.ts';
