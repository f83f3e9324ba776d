import { vi } from 'vitest';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import type { PathQuestion } from '../x509/kept-paths.ts';
import type { PathFinding } from '../x509/path-finding.ts';

/** Loads modules anew and so that nothing which they read is found again: what memory may not change is held against these. */
export async function withoutMemory<T>(load: () => Promise<T>): Promise<T> {
  vi.resetModules();
  vi.doMock('../kept-bytes.ts', () => ({ LONGEST_KEPT: 0, KeptBytes: Forgetful }));
  vi.doMock('../x509/kept-paths.ts', () => ({ KeptPaths: Searching }));
  try {
    return await load();
  } finally {
    vi.doUnmock('../kept-bytes.ts');
    vi.doUnmock('../x509/kept-paths.ts');
    vi.resetModules();
  }
}

class Forgetful {
  find(): undefined {
    return undefined;
  }
  keep(): void {}
}

type Search = (crypto: CryptoPort, question: PathQuestion, at: Date) => PathFinding | Promise<PathFinding>;

class Searching {
  readonly find: Search;
  constructor(search: Search) {
    this.find = search;
  }
}
