import type { Certificate, Signer } from '@hocba/signature';

/** A batch of a school takes minutes; a key that nobody uses is not kept for longer. */
const KEPT_MS = 30 * 60_000;

/**
 * Key files that their owners have opened, each for one batch and only in this process's memory. The password itself is
 * not here: it is gone when the file is open. After a restart the owner types it again.
 */
export class KeyRing {
  readonly #opened = new Map<string, { readonly signer: Signer; readonly until: number }>();
  readonly #now: () => Date;
  constructor(now: () => Date) {
    this.#now = now;
  }

  keep(batchId: string, signer: Signer): void {
    this.#sweep();
    this.#opened.set(batchId, { signer, until: this.#now().getTime() + KEPT_MS });
  }

  /** The batch's key if it is the certificate's, null otherwise. */
  signerFor(batchId: string, certificate: Certificate): Signer | null {
    this.#sweep();
    const signer = this.#opened.get(batchId)?.signer;
    const leaf = signer?.chain[0];
    return signer && leaf && Buffer.from(leaf).equals(Buffer.from(certificate.der)) ? signer : null;
  }

  forget(batchId: string): void {
    this.#opened.delete(batchId);
  }

  #sweep(): void {
    const now = this.#now().getTime();
    for (const [batchId, { until }] of this.#opened) if (until < now) this.#opened.delete(batchId);
  }
}
