/** How far an audit of a mirror has come, in a file: to go on from after it was cut off. */

import { readFile, rm } from 'node:fs/promises';
import type { LeafKind, LeafTimeFault, TreeEdge } from '@hocba/ledger';
import { replaceFile } from '@hocba/ledger/node';

/** What an audit has found good so far. */
export interface MirrorAuditState {
  readonly edge: TreeEdge;
  readonly kinds: Partial<Record<LeafKind, number>>;
  readonly elsewhere: readonly number[];
  /** Leaves whose time cannot be true. */
  readonly times: readonly LeafOfFalseTime[];
  /** The latest time of a leaf, unix seconds: by it those behind are judged. */
  readonly latest: number;
  /** Leaves that speak of an earlier one, with what they call it; the hash as hex. */
  readonly speaking: readonly SpeakingLeaf[];
}

export interface SpeakingLeaf {
  readonly index: number;
  readonly time: number;
  readonly kind: LeafKind;
  readonly of: { readonly index: number; readonly leafHash: string };
}

export interface LeafOfFalseTime {
  readonly index: number;
  readonly code: LeafTimeFault;
}

/** A file that is not gone on from; it is left as it is. */
export class MirrorStateError extends Error {
  readonly code: 'unreadable' | 'of-another-log' | 'too-old';
  constructor(code: MirrorStateError['code']) {
    super(code);
    this.name = 'MirrorStateError';
    this.code = code;
  }
}

const FORMAT = 'hocba-mirror-audit/3';
/** What was read long ago is read again. */
const LASTS_MS = 7 * 24 * 3_600_000;
const HASH_OCTETS = 32;

interface Written extends Omit<MirrorAuditState, 'edge'> {
  readonly format: typeof FORMAT;
  readonly vkey: string;
  readonly begun: string;
  /** The checkpoint that was read up to: a log that has shrunk or forked since does not extend it. */
  readonly checkpoint: string;
  readonly size: number;
  readonly levels: readonly (readonly string[])[];
}

/** The state in a file, with the checkpoint it was read up to; null where there is no file yet. @throws MirrorStateError */
export async function readMirrorState(
  path: string,
  vkey: string,
  now: Date,
): Promise<(MirrorAuditState & { readonly begun: string; readonly checkpoint: Uint8Array }) | null> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new MirrorStateError('unreadable');
  });
  if (text === null) return null;
  const state = parse(text);
  if (state.vkey !== vkey) throw new MirrorStateError('of-another-log');
  const age = now.getTime() - Date.parse(state.begun);
  if (!(age >= 0 && age <= LASTS_MS)) throw new MirrorStateError('too-old');
  const levels = state.levels.map((level) => level.map((hash) => new Uint8Array(Buffer.from(hash, 'hex'))));
  if (levels.flat().some(({ length }) => length !== HASH_OCTETS)) throw new MirrorStateError('unreadable');
  const { size, begun, kinds, elsewhere, times, latest, speaking } = state;
  const checkpoint = new Uint8Array(Buffer.from(state.checkpoint, 'utf8'));
  const edge = { size, levels, entries: [] };
  return { edge, kinds, elsewhere, times, latest, speaking, begun, checkpoint };
}

function parse(text: string): Written {
  try {
    const state = JSON.parse(text) as Partial<Written>;
    const whole =
      state.format === FORMAT &&
      typeof state.vkey === 'string' &&
      typeof state.begun === 'string' &&
      typeof state.checkpoint === 'string' &&
      Number.isSafeInteger(state.size) &&
      Array.isArray(state.levels) &&
      state.levels.every(
        (level) => Array.isArray(level) && level.every((hash) => typeof hash === 'string'),
      ) &&
      typeof state.kinds === 'object' &&
      state.kinds !== null &&
      Array.isArray(state.elsewhere) &&
      Array.isArray(state.times) &&
      state.times.every(({ index, code }) => Number.isSafeInteger(index) && typeof code === 'string') &&
      Number.isSafeInteger(state.latest) &&
      Array.isArray(state.speaking) &&
      state.speaking.every(
        ({ index, time, kind, of }) =>
          [index, time, of.index].every(Number.isSafeInteger) &&
          typeof kind === 'string' &&
          /^[0-9a-f]{64}$/.test(of.leafHash),
      );
    if (whole) return state as Written;
  } catch (error) {
    // A member that is missing, deep inside, is a TypeError.
    if (!(error instanceof SyntaxError || error instanceof TypeError)) throw error;
  }
  throw new MirrorStateError('unreadable');
}

/** Replaces the file whole, so that a kill leaves the one before or this one. */
export async function writeMirrorState(
  path: string,
  { edge, ...found }: MirrorAuditState,
  of: { readonly vkey: string; readonly begun: string; readonly checkpoint: Uint8Array },
): Promise<void> {
  const levels = edge.levels.map((level) => level.map((hash) => Buffer.from(hash).toString('hex')));
  const checkpoint = Buffer.from(of.checkpoint).toString('utf8');
  const { vkey, begun } = of;
  const state: Written = {
    format: FORMAT,
    vkey,
    begun,
    checkpoint,
    size: edge.size,
    levels,
    ...found,
  };
  const bytes = Buffer.from(`${JSON.stringify(state)}\n`);
  await replaceFile(path, bytes, { temporary: `${path}.temp`, mode: 0o600 });
}

/** The audit came to its end: the next one reads everything again. */
export async function dropMirrorState(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.temp`, { recursive: true, force: true });
}
