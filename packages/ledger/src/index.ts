/**
 * The transparency log of issued records: C2SP tlog-tiles, without personal data. Pure and browser-safe; digests, Ed25519, files
 * and the lock are handed in (`@hocba/ledger/node` has them for Node).
 *
 * Writing (one process per log, see `sequence.ts` for the order of steps):
 *
 *   const ports = { origin, sha256, ed25519, storage, lock, signer, now: Date.now };
 *   await createLog(ports);                       // once, by an operator's explicit act
 *   const log = await openLog(ports);             // recovers, proves, or refuses
 *   await log.append(log.size, [{ bytes, leafHash }]);   // → { firstIndex, added, size, checkpoint }
 *   await log.proofFor(index, salt);              // → bytes of a `.tlog-proof` file, already verified
 *   log.size, log.root, log.checkpoint            // of the last published tree
 *
 * `append(firstIndex, leaves)` is idempotent: leaves whose indexes are in the log already must be the same there, and are counted
 * as present; a gap is refused ('index-mismatch'), other bytes are refused ('leaf-differs'). After any error call it again with the
 * same arguments: the log recovers first, from what its lock says was signed.
 *
 * So that a kill at any point neither loses nor doubles a leaf, indexes are the caller's and come first: in the act's transaction the
 * leaf and its hash are stored as pending; one writer (a session lock) then moves pending leaves into a table with the next indexes,
 * commits, reads the rows from `log.size` on, and appends them at `log.size`. An index once committed is never given again, so whatever
 * was signed before the kill is a prefix of what is signed after it.
 *
 * Reading needs no lock: `treeReader`, `auditLog`, `verifyProofFile`, `openStatus`.
 */
export {
  actChain,
  type CellAct,
  type ChainedAct,
  type ChainName,
  chainStart,
  encodeAct,
  verifyChain,
} from './acts/act-chain.ts';
export { type CellFault, type CellState, checkCells } from './acts/act-replay.ts';
export {
  type ClassDay,
  classDay,
  dailyCommitment,
  dailyRoot,
  type SchoolDay,
  verifyClassDay,
} from './acts/daily-root.ts';
export type { ChainFault, ChainFinding, ChainHead, Link } from './acts/hash-chain.ts';
export { type TrailEvent, trailChain, trailStart, verifyTrail } from './acts/trail-chain.ts';
export { type AuditFinding, type AuditInput, type AuditReport, auditLog } from './audit/audit.ts';
export { type MirrorInput, type MirrorMemory, type MirrorReport, mirrorLog } from './audit/mirror.ts';
export { readCapped } from './encoding/capped-body.ts';
export { LedgerError, type LedgerErrorCode } from './error.ts';
export {
  type ClaimKey,
  claimKeyCommitment,
  claimKeyId,
  formatClaimKey,
  parseClaimKey,
} from './leaf/claim-key.ts';
export {
  type DocumentKind,
  documentCommitment,
  isReasonCode,
  issuedCore,
  recallCommitment,
  SALT_LENGTH,
} from './leaf/issued-core.ts';
export {
  decodeLeaf,
  encodeLeaf,
  KIND_CODES,
  LENGTH_WITH_PREVIOUS,
  type Leaf,
  type LeafKind,
  MAX_LEAF_LENGTH,
} from './leaf/leaf.ts';
export { type LeafTimeFault, type LeafTimes, leafTimes } from './leaf/leaf-times.ts';
export {
  formatProofFile,
  MAX_PROOF_FILE_BYTES,
  type ProofFile,
  type ProofFinding,
  parseProofFile,
  verifyProofFile,
} from './leaf/proof-file.ts';
export { formatReceipt, type Receipt, readReceipt } from './leaf/receipt.ts';
export { type ClockAhead, formatClockAhead, parseClockAhead } from './life/clock-ahead.ts';
export {
  CLOSED_PATH,
  type Closing,
  judgeByClosing,
  type LogLife,
  openClosing,
  signClosing,
} from './life/closing.ts';
export {
  bareCheckpoint,
  extendsLodged,
  type LodgedCheckpoint,
  type LodgedFinding,
  type LodgedProof,
  lodgeCheckpoint,
  verifyLodged,
} from './life/lodged.ts';
export {
  checkShardSuccession,
  formatShardList,
  openShardList,
  type ShardList,
  signShardList,
} from './life/shards.ts';
export {
  judgeBySuccession,
  openSuccession,
  SUCCESSION_PATH,
  type Succession,
  signSuccession,
} from './life/succession.ts';
export { type CaughtUp, catchUpLog } from './log/catch-up.ts';
export { evidencePath, parseEvidencePath } from './log/evidence-path.ts';
export { lastSignedAt } from './log/lock-record.ts';
export {
  type AppendReceipt,
  createLog,
  type Log,
  type OpenOptions,
  openLog,
  type PendingLeaf,
} from './log/log.ts';
export { memoryLock, memoryStorage } from './log/memory.ts';
export { lastSigned, recover, republish, waitingBase } from './log/recover.ts';
export type { LogPorts } from './log/sequence.ts';
export { checkManifestAgainst, type IssuedLeaf, type ManifestProblem } from './manifest/check.ts';
export {
  decodeManifest,
  encodeManifest,
  encodeManifestRoot,
  MAX_MANIFEST_ENTRIES,
  type Manifest,
  type ManifestEntry,
  type ManifestHead,
  type ManifestRoot,
  type ManifestSigner,
  manifestCommitment,
  manifestRoot,
  manifestSignedBytes,
  type NoRecordReason,
  sortManifestEntries,
} from './manifest/manifest.ts';
export {
  formatManifestPath,
  type ManifestFinding,
  type ManifestPath,
  manifestPath,
  parseManifestPath,
  verifyManifestPath,
} from './manifest/path.ts';
export {
  formatManifestReceipt,
  isManifestReceipt,
  type ManifestReceipt,
  readManifestReceipt,
} from './manifest/receipt.ts';
export { type ReconcileProblem, reconcileManifests } from './manifest/reconcile.ts';
export {
  type Checkpoint,
  formatCheckpointText,
  type OpenedCheckpoint,
  openCheckpoint,
  parseCheckpointText,
} from './note/checkpoint.ts';
export {
  cosign,
  cosignedMessage,
  ED25519_COSIGNATURE,
  ED25519_NOTE,
  formatNote,
  formatSignatureLine,
  formatVkey,
  isKeyName,
  type KeyType,
  MAX_NOTE_BYTES,
  type Note,
  type NoteSignature,
  parseCosignature,
  parseNote,
  parseVkey,
  signNote,
  type VerifiedSignature,
  type VerifierKey,
  verifierKey,
  verifyNote,
} from './note/note.ts';
export {
  evaluateQuorum,
  formatPolicy,
  type Policy,
  type PolicyGroup,
  type PolicyLog,
  type PolicyWitness,
  parsePolicy,
  type QuorumState,
} from './note/policy.ts';
export type { CheckpointLock, Ed25519, LogStorage, NoteSigner, Sha256 } from './ports.ts';
export {
  formatLoggedStatuses,
  isLeafOfReceipt,
  LOGGED_STATUSES_PATH,
  type LoggedStatusReceipt,
  MAX_LOGGED_STATUSES_BYTES,
  parseLoggedStatuses,
  statusDigest,
} from './statements/logged-statuses.ts';
export {
  formatHeads,
  type LoggedHeads,
  loggedStatus,
  parseHeads,
  type StatementKind,
  statementCommitment,
  statementHeader,
  statementKind,
  statusNoteOf,
} from './statements/statement.ts';
export {
  formatStatusText,
  MAX_STATUS_BYTES,
  openStatus,
  parseStatusText,
  type Status,
  type StatusEntry,
  signStatus,
  statusOf,
} from './statements/status.ts';
export {
  checkStatus,
  type FollowedLeaf,
  type StatusFaults,
  statusesContradict,
} from './statements/status-check.ts';
export {
  EMPTY_EDGE,
  edgeRoot,
  integrate,
  type LogFile,
  readEdge,
  readProvenEdge,
  type TreeEdge,
} from './tree/integrate.ts';
export { emptyRoot, leafHash, merkleRoot, nodeHash } from './tree/merkle.ts';
export {
  consistencyProof,
  inclusionProof,
  isPowerOfTwo,
  MAX_PROOF_LENGTH,
  type RangeHash,
  rootWithin,
  verifyConsistency,
  verifyInclusion,
} from './tree/proof.ts';
export { readEntries, readTile, type TreeReader, treeReader } from './tree/reader.ts';
export { parseTilePath, TILE_WIDTH, type TileId, tilePath } from './tree/tile-path.ts';
export {
  decodeEntries,
  decodeTile,
  encodeEntries,
  encodeTile,
  hashesAtLevel,
  tilesForSize,
  tileWidth,
} from './tree/tiles.ts';
export {
  type CosignatureAnswer,
  type CosignatureRefusal,
  type Gathered,
  gatherCosignatures,
  requestCosignature,
  type WitnessAddress,
  type WitnessClientPorts,
  type WitnessedLog,
  witnessLog,
} from './witness/cosignatures.ts';
export {
  type AddCheckpoint,
  addCheckpoint,
  cosignedPath,
  formatAddCheckpoint,
  type LastCosigned,
  lastCosigned,
  MAX_WITNESS_BODY,
  memoryWitnessState,
  openWitnessRecord,
  parseAddCheckpoint,
  type Recalled,
  recallCosigned,
  type WitnessAnswer,
  type WitnessPorts,
  type WitnessState,
} from './witness/witness.ts';
