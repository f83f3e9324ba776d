import { LedgerError } from '../error.ts';
import type { Sha256 } from '../ports.ts';
import {
  ED25519_COSIGNATURE,
  ED25519_NOTE,
  formatVkey,
  parseVkey,
  samePublicKey,
  type VerifierKey,
} from './note.ts';

export interface PolicyLog {
  readonly key: VerifierKey;
  readonly url?: string;
}
export interface PolicyWitness {
  /** Name inside the policy only; the key's own name stands in the vkey. */
  readonly name: string;
  readonly key: VerifierKey;
  readonly url?: string;
}
export interface PolicyGroup {
  readonly name: string;
  /** How many members must have witnessed: 1…members. */
  readonly threshold: number;
  readonly members: readonly string[];
}

/** Which logs are believed, and whose cosignatures make a checkpoint strong enough (c2sp.org/tlog-policy). */
export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly PolicyGroup[];
  /** A witness's or group's name, or 'none'. */
  readonly quorum: string;
}

const MAX_POLICY_LENGTH = 262_144;
const MAX_DEFINITIONS = 1024;

function refuse(detail: string): never {
  throw new LedgerError('policy-invalid', detail);
}

function parseKey(sha256: Sha256, text: string, type: number): VerifierKey {
  let key: VerifierKey;
  try {
    key = parseVkey(sha256, text);
  } catch {
    refuse('vkey');
  }
  if (key.type !== type) refuse('key type');
  return key;
}

function parseThreshold(text: string, members: number): number {
  if (text === 'all') return members;
  if (text === 'any') return 1;
  if (!/^[1-9][0-9]{0,3}$/.test(text) || Number(text) > members) refuse('threshold');
  return Number(text);
}

/**
 * Reads a policy file. Unknown keywords, names used before they are defined, names that are members twice, duplicate keys and
 * anything but one quorum line are refused.
 * @throws LedgerError 'policy-invalid'
 */
export function parsePolicy(sha256: Sha256, text: string): Policy {
  if (text.length > MAX_POLICY_LENGTH || !text.endsWith('\n')) refuse('length or end');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) refuse('characters');
  const logs: PolicyLog[] = [];
  const witnesses: PolicyWitness[] = [];
  const groups: PolicyGroup[] = [];
  const names = new Set<string>();
  const members = new Set<string>();
  let quorum: string | null = null;

  function define(name: string): string {
    if (name === 'none' || names.has(name) || names.size >= MAX_DEFINITIONS) refuse('name');
    names.add(name);
    return name;
  }

  for (const line of text.slice(0, -1).split('\n')) {
    const [keyword = '', ...items] = line.split(/[ \t]+/).filter((item) => item !== '');
    if (keyword === '' || keyword.startsWith('#')) continue;
    const [first = '', second = '', third] = items;
    if (keyword === 'log') {
      if (items.length < 1 || items.length > 2) refuse('log line');
      const key = parseKey(sha256, first, ED25519_NOTE);
      if (logs.length >= MAX_DEFINITIONS || logs.some((log) => samePublicKey(log.key, key)))
        refuse('duplicate log');
      if (witnesses.some((witness) => samePublicKey(witness.key, key))) refuse('witness is the log');
      logs.push({ key, ...(second === '' ? {} : { url: second }) });
    } else if (keyword === 'witness') {
      if (items.length < 2 || items.length > 3) refuse('witness line');
      const key = parseKey(sha256, second, ED25519_COSIGNATURE);
      if (witnesses.some((witness) => samePublicKey(witness.key, key))) refuse('duplicate witness');
      // In either order: a log that cosigns itself has no witness.
      if (logs.some((log) => samePublicKey(log.key, key))) refuse('witness is the log');
      witnesses.push({ name: define(first), key, ...(third === undefined ? {} : { url: third }) });
    } else if (keyword === 'group') {
      const listed = items.slice(2);
      if (listed.length === 0) refuse('group line');
      for (const member of listed) {
        if (!names.has(member) || members.has(member)) refuse('group member');
        members.add(member);
      }
      groups.push({ name: define(first), threshold: parseThreshold(second, listed.length), members: listed });
    } else if (keyword === 'quorum') {
      if (items.length !== 1 || quorum !== null) refuse('quorum line');
      if (first !== 'none' && !names.has(first)) refuse('quorum name');
      quorum = first;
    } else {
      refuse('keyword');
    }
  }
  if (quorum === null) refuse('no quorum');
  return { logs, witnesses, groups, quorum };
}

/** Writes a policy file that `parsePolicy` reads back to the same policy. @throws LedgerError 'policy-invalid' */
export function formatPolicy(sha256: Sha256, policy: Policy): string {
  const url = (given?: string) => (given === undefined ? '' : ` ${given}`);
  const text = [
    ...policy.logs.map((log) => `log ${formatVkey(log.key)}${url(log.url)}\n`),
    ...policy.witnesses.map((w) => `witness ${w.name} ${formatVkey(w.key)}${url(w.url)}\n`),
    ...policy.groups.map((g) => `group ${g.name} ${g.threshold} ${g.members.join(' ')}\n`),
    `quorum ${policy.quorum}\n`,
  ].join('');
  parsePolicy(sha256, text);
  return text;
}

/** What the policy says of a checkpoint that these witness keys have cosigned (verified by the caller). */
export type QuorumState = 'met' | 'missing' | 'none-required';

export function evaluateQuorum(policy: Policy, cosigned: readonly VerifierKey[]): QuorumState {
  if (policy.quorum === 'none') return 'none-required';
  const witnessed = new Set<string>();
  for (const witness of policy.witnesses) {
    if (cosigned.some((key) => samePublicKey(key, witness.key))) witnessed.add(witness.name);
  }
  // Groups only name what stands before them, so one pass in order is enough.
  for (const group of policy.groups) {
    if (group.members.filter((member) => witnessed.has(member)).length >= group.threshold)
      witnessed.add(group.name);
  }
  return witnessed.has(policy.quorum) ? 'met' : 'missing';
}
