import type { CryptoPort } from '../crypto/crypto-port.ts';
import type { Certificate } from './certificate.ts';
import type { PathFinding, PathPurpose } from './path-finding.ts';

/** What a search for a path goes by, beside the time. */
export interface PathQuestion {
  readonly purpose: PathPurpose;
  readonly leaf: Certificate;
  /** Certificates that may lie between. */
  readonly among: readonly Certificate[];
  readonly roots: readonly Certificate[];
}

interface KeptPath extends PathQuestion {
  /** The outcome is the same at every time from `from` on and before `until`, in milliseconds. */
  readonly from: number;
  readonly until: number;
  readonly finding: PathFinding;
}

type Search = (crypto: CryptoPort, question: PathQuestion, at: Date) => PathFinding | Promise<PathFinding>;

/** Searches of one leaf that are kept: its documents' times, its answers', and a root more or less. */
const KEPT = 8;
/** Certificates of the longest question that is kept; a signer's has five. */
const MOST = 64;

/**
 * Outcomes of searches, under all that they follow from: the port, the purpose, the leaf, those between and the roots in
 * their order, each the very same object, whose octets do not change; and a time at which no certificate of all these begins
 * or ends otherwise. At any other time, and with a root or a certificate more, less or elsewhere, is searched anew. Kept with
 * the leaf, so that there are no more of them than certificates that are kept, times `KEPT`.
 */
export class KeptPaths {
  private readonly byPort = new WeakMap<CryptoPort, WeakMap<Certificate, readonly KeptPath[]>>();
  private readonly search: Search;

  constructor(search: Search) {
    this.search = search;
  }

  /** What the search finds; at once where it found it before. */
  find(crypto: CryptoPort, question: PathQuestion, at: Date): PathFinding | Promise<PathFinding> {
    return this.before(crypto, question, at.getTime()) ?? this.anew(crypto, question, at);
  }

  private before(crypto: CryptoPort, question: PathQuestion, time: number): PathFinding | undefined {
    const { purpose, leaf, among, roots } = question;
    for (const one of this.byPort.get(crypto)?.get(leaf) ?? NONE) {
      // An invalid date lies in no window.
      if (!(time >= one.from && time < one.until) || one.purpose !== purpose) continue;
      if (areSame(one.among, among) && areSame(one.roots, roots)) return one.finding;
    }
    return undefined;
  }

  private async anew(crypto: CryptoPort, question: PathQuestion, at: Date): Promise<PathFinding> {
    const time = at.getTime();
    // What the caller holds may be another list, or another time, when the search has come to its end.
    const own = { ...question, among: [...question.among], roots: [...question.roots] };
    const finding = await this.search(crypto, own, new Date(time));
    if (Number.isNaN(time) || own.among.length + own.roots.length > MOST) return finding;
    const byLeaf = this.byPort.get(crypto) ?? new WeakMap<Certificate, readonly KeptPath[]>();
    this.byPort.set(crypto, byLeaf);
    const window = windowAround(time, [own.leaf, ...own.among, ...own.roots]);
    byLeaf.set(own.leaf, [{ ...own, ...window, finding }, ...(byLeaf.get(own.leaf) ?? NONE)].slice(0, KEPT));
    return finding;
  }
}

const NONE: readonly KeptPath[] = [];

function areSame(a: readonly Certificate[], b: readonly Certificate[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The widest stretch of time around `time` within which none of the certificates begins or ends to be valid. */
function windowAround(time: number, certificates: readonly Certificate[]): { from: number; until: number } {
  let from = Number.NEGATIVE_INFINITY;
  let until = Number.POSITIVE_INFINITY;
  // Valid still at `notAfter` itself: the turn is the millisecond after.
  for (const { notBefore, notAfter } of certificates)
    for (const turn of [notBefore.getTime(), notAfter.getTime() + 1]) {
      if (turn <= time) from = Math.max(from, turn);
      else until = Math.min(until, turn);
    }
  return { from, until };
}
