import { auditLog } from '../audit/audit.ts';
import { equalBytes } from '../encoding/bytes.ts';
import { LedgerError } from '../error.ts';
import { decodeLeaf } from '../leaf/leaf.ts';
import { formatProofFile } from '../leaf/proof-file.ts';
import { CLOSED_PATH, type LogLife } from '../life/closing.ts';
import { openCheckpoint } from '../note/checkpoint.ts';
import { parseVkey } from '../note/note.ts';
import { evaluateQuorum, type Policy } from '../note/policy.ts';
import { integrate, readProvenEdge } from '../tree/integrate.ts';
import { emptyRoot, leafHash } from '../tree/merkle.ts';
import { verifyConsistency, verifyInclusion } from '../tree/proof.ts';
import { type TreeReader, treeReader } from '../tree/reader.ts';
import { parseLockRecord } from './lock-record.ts';
import { type LogState, recover } from './recover.ts';
import {
  apply,
  CHECKPOINT_PATH,
  discard,
  type LogPorts,
  openOwn,
  publish,
  publishClosing,
  requireTime,
  sameCheckpoint,
  signCheckpoint,
  stage,
  swap,
  tidy,
} from './sequence.ts';

/** A leaf as it was stored when its index was assigned. */
export interface PendingLeaf {
  readonly bytes: Uint8Array;
  /** Leaf hash computed when the leaf was first stored: a bit that flipped since then is found before it is logged for ever. */
  readonly leafHash: Uint8Array;
}

/** Answer to an append. */
export interface AppendReceipt {
  /** As given. */
  readonly firstIndex: number;
  /** How many of the leaves were new; the others were in the log already, with the same bytes at the same index. */
  readonly added: number;
  readonly size: number;
  /** The signed checkpoint that holds them all. */
  readonly checkpoint: Uint8Array;
}

/** An open log: the only thing that signs for its origin. */
export interface Log {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly checkpoint: Uint8Array;
  append(firstIndex: number, leaves: readonly PendingLeaf[]): Promise<AppendReceipt>;
  proofFor(index: number, extra?: Uint8Array): Promise<Uint8Array>;
  consistencyFrom(first: number): Promise<readonly Uint8Array[]>;
  publishCosigned(checkpoint: Uint8Array): Promise<void>;
  readonly life: LogLife;
  /** Ends the log for ever: no further leaf; the public file `closed` says so. Closing again changes nothing. */
  close(): Promise<void>;
  /**
   * After closing: the last checkpoint has its quorum and every file was read again, so nothing needs to change any more. The key
   * can then be destroyed. @throws LedgerError 'log-not-closed' | 'quorum-missing' | 'audit-failed' with the file
   */
  freeze(policy: Policy): Promise<void>;
}

export interface OpenOptions {
  /** Signed checkpoints of this log seen elsewhere; see `recover`. */
  readonly known?: readonly Uint8Array[];
  /** Throws for bytes that this log does not take. Default: `decodeLeaf`, so that nothing unreadable is logged for ever. */
  readonly accept?: (bytes: Uint8Array) => unknown;
}

/**
 * Creates an empty log: an explicit act, never a fall-back of opening, so that a lost volume does not quietly become a second log.
 * @throws LedgerError 'log-exists' when lock or storage holds anything of a log
 */
export async function createLog(ports: LogPorts): Promise<void> {
  const inLock = await ports.lock.load();
  const inStorage = await ports.storage.read(CHECKPOINT_PATH);
  const tile = (await ports.storage.read('tile/0/000')) ?? (await ports.storage.read('tile/entries/000'));
  const closed = await ports.storage.read(CLOSED_PATH);
  if (
    inLock !== null ||
    inStorage !== null ||
    tile !== null ||
    closed !== null ||
    (await ports.lock.stagedKeys()).length > 0
  ) {
    throw new LedgerError('log-exists');
  }
  const checkpoint = await signCheckpoint(ports, {
    origin: ports.origin,
    size: 0,
    root: emptyRoot(ports.sha256),
  });
  const lockBytes = await swap(ports, null, { time: ports.now(), staged: null, checkpoint });
  await publish(ports, lockBytes, checkpoint);
}

/**
 * Opens a log for writing, after `recover`. Calls are taken one at a time. After a failed append the log recovers before it does
 * anything else, so the caller may simply try again with the same leaves.
 * @throws LedgerError as `recover`; 'log-missing' when it was never created
 */
export async function openLog(ports: LogPorts, options: OpenOptions = {}): Promise<Log> {
  const accept = options.accept ?? decodeLeaf;
  const { sha256, storage } = ports;
  let state = await recover(ports, options.known ?? []);
  let reader = treeReader(sha256, storage, state.size);
  // True from the first step of a signing to its last: what was reached in between only the lock knows.
  let uncertain = false;
  let queue: Promise<unknown> = Promise.resolve();

  function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work);
    queue = result.catch(() => undefined);
    return result;
  }

  function become(next: LogState): void {
    state = next;
    reader = treeReader(sha256, storage, next.size);
    uncertain = false;
  }

  async function settle(): Promise<void> {
    if (uncertain) become(await recover(ports));
  }

  function check(firstIndex: number, leaves: readonly PendingLeaf[]): void {
    if (!Number.isSafeInteger(firstIndex) || firstIndex < 0 || firstIndex > state.size) {
      throw new LedgerError('index-mismatch', `${firstIndex}, size ${state.size}`);
    }
    leaves.forEach((leaf, i) => {
      if (!equalBytes(leafHash(sha256, leaf.bytes), leaf.leafHash)) {
        throw new LedgerError('leaf-hash-mismatch', `index ${firstIndex + i}`);
      }
      accept(leaf.bytes);
    });
  }

  /** Leaves that are in the log already must be there, at that index, provably. */
  async function checkPresent(firstIndex: number, present: readonly PendingLeaf[]): Promise<void> {
    for (const [i, leaf] of present.entries()) {
      if (!(await included(reader, firstIndex + i, leaf.leafHash))) {
        throw new LedgerError('leaf-differs', `index ${firstIndex + i}`);
      }
    }
  }

  async function included(tree: TreeReader, index: number, leaf: Uint8Array): Promise<boolean> {
    const proof = await tree.inclusion(index);
    return verifyInclusion(sha256, { leaf, index, size: state.size, root: state.root, proof });
  }

  async function append(firstIndex: number, leaves: readonly PendingLeaf[]): Promise<AppendReceipt> {
    await settle();
    check(firstIndex, leaves);
    const present = leaves.slice(0, state.size - firstIndex);
    await checkPresent(firstIndex, present);
    const fresh = leaves.slice(present.length).map((leaf) => leaf.bytes);
    if (fresh.length > 0 && state.life !== 'open') throw new LedgerError('log-closed');
    if (fresh.length > 0) await extend(fresh);
    return { firstIndex, added: fresh.length, size: state.size, checkpoint: state.checkpoint };
  }

  async function extend(entries: readonly Uint8Array[]): Promise<void> {
    const base = state;
    const edge = await readProvenEdge(sha256, storage, base.size, base.root);
    const next = integrate(sha256, edge, entries);
    const time = ports.now();
    requireTime(ports, time, base.time);
    const size = next.edge.size;
    uncertain = true;
    const staged = await stage(ports, base.size, { size, root: next.root, files: next.files });
    const checkpoint = await signCheckpoint(ports, { origin: ports.origin, size, root: next.root });
    const record = { time, staged, checkpoint };
    const lockBytes = await swap(ports, base.lockBytes, record);
    const files = await apply(ports, record);
    if (files === null) throw new LedgerError('staged-invalid', 'gone');
    await publish(ports, lockBytes, checkpoint);
    await discard(ports, size);
    await tidy(ports, files);
    become({ lockBytes, time, size, root: next.root, life: 'open', checkpoint });
  }

  /** Swaps the lock's record for one of a later life; the signed checkpoint in it stays. */
  async function age(life: 'closed' | 'frozen'): Promise<void> {
    const time = ports.now();
    requireTime(ports, time, state.time);
    const record = parseLockRecord(state.lockBytes);
    // The time of closing is the last one that is signed over.
    const next = { ...record, life, time: life === 'closed' ? time : record.time };
    uncertain = true;
    const lockBytes = await swap(ports, state.lockBytes, next);
    await publishClosing(ports, next, { origin: ports.origin, size: state.size, root: state.root });
    become({ ...state, lockBytes, life, time: next.time });
  }

  async function freeze(policy: Policy): Promise<void> {
    await settle();
    if (state.life === 'frozen') return;
    if (state.life !== 'closed') throw new LedgerError('log-not-closed');
    const keys = policy.witnesses.map((witness) => witness.key);
    const own = [parseVkey(sha256, ports.signer.vkey)];
    const { cosigned } = await openCheckpoint(ports.ed25519, state.checkpoint, own, keys);
    const witnessed = cosigned.map((done) => done.key);
    if (evaluateQuorum(policy, witnessed) === 'missing') throw new LedgerError('quorum-missing');
    const { findings } = await auditLog({ sha256, ed25519: ports.ed25519, storage, vkey: ports.signer.vkey });
    const [finding] = findings;
    if (finding !== undefined) throw new LedgerError('audit-failed', finding.file);
    await age('frozen');
  }

  return {
    origin: ports.origin,
    get size() {
      return state.size;
    },
    get root() {
      return state.root;
    },
    get checkpoint() {
      return state.checkpoint;
    },
    append: (firstIndex, leaves) => oneAtATime(() => append(firstIndex, leaves)),
    proofFor: (index, extra) =>
      oneAtATime(async () => {
        const proof = await reader.inclusion(index);
        const leaf = await reader.leafHash(index);
        // Files may have changed since the start: a proof that does not verify is not handed out.
        const valid = verifyInclusion(sha256, { leaf, index, size: state.size, root: state.root, proof });
        if (!valid) throw new LedgerError('root-mismatch', `proof of ${index}`);
        const base = { index, proof, checkpoint: state.checkpoint };
        return formatProofFile(extra === undefined ? base : { ...base, extra });
      }),
    consistencyFrom: (first) =>
      oneAtATime(async () => {
        const proof = await reader.consistency(first);
        const firstRoot = await reader.root(first);
        const given = { first, second: state.size, firstRoot, secondRoot: state.root, proof };
        if (!verifyConsistency(sha256, given))
          throw new LedgerError('root-mismatch', `consistency from ${first}`);
        return proof;
      }),
    publishCosigned: (checkpoint) =>
      oneAtATime(async () => {
        await settle();
        if (state.life === 'frozen') throw new LedgerError('log-frozen');
        const opened = await openOwn(ports, checkpoint);
        const own = { origin: ports.origin, size: state.size, root: state.root };
        if (!sameCheckpoint(opened, own)) throw new LedgerError('checkpoint-inconsistent');
        await publish(ports, state.lockBytes, checkpoint);
        state = { ...state, checkpoint };
      }),
    get life() {
      return state.life;
    },
    close: () =>
      oneAtATime(async () => {
        await settle();
        if (state.life === 'open') await age('closed');
      }),
    freeze: (policy) => oneAtATime(() => freeze(policy)),
  };
}
