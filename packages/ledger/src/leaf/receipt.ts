import { LedgerError } from '../error.ts';
import { SALT_LENGTH } from './issued-core.ts';
import { decodeLeaf, MAX_LEAF_LENGTH } from './leaf.ts';

/** What the holder of a record needs besides the proof: the salt of its commitment and the leaf itself. */
export interface Receipt {
  readonly salt: Uint8Array;
  readonly leaf: Uint8Array;
}

/**
 * The `extra` of a proof file: `salt[32] ‖ leaf`. The C2SP format leaves it unauthenticated, and nothing more is asked
 * of it here: a wrong salt or leaf gives another commitment or another leaf hash, and the proof fails.
 * @throws LedgerError 'leaf-invalid' | 'commitment-invalid'
 */
export function formatReceipt(receipt: Receipt): Uint8Array {
  if (receipt.salt.length !== SALT_LENGTH) throw new LedgerError('commitment-invalid', 'salt');
  decodeLeaf(receipt.leaf);
  const extra = new Uint8Array(SALT_LENGTH + receipt.leaf.length);
  extra.set(receipt.salt);
  extra.set(receipt.leaf, SALT_LENGTH);
  return extra;
}

/** Reads the `extra` of a proof file, strictly. @throws LedgerError 'leaf-invalid' */
export function readReceipt(extra: Uint8Array): Receipt {
  if (extra.length <= SALT_LENGTH || extra.length > SALT_LENGTH + MAX_LEAF_LENGTH)
    throw new LedgerError('leaf-invalid');
  const leaf = extra.slice(SALT_LENGTH);
  decodeLeaf(leaf);
  return { salt: extra.slice(0, SALT_LENGTH), leaf };
}
