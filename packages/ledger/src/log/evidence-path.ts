import { parseDecimal } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';

/** Public file with the evidence of time (RFC 4998, DER) of the checkpoint of so many leaves, beside the tiles. */
export function evidencePath(size: number): string {
  return `evidence/${size}`;
}

/** Size of the checkpoint that a path's evidence is of. @throws LedgerError 'path-invalid' for any other path */
export function parseEvidencePath(path: string): number {
  const digits = /^evidence\/([0-9]+)$/.exec(path)?.[1];
  if (digits === undefined) throw new LedgerError('path-invalid');
  try {
    return parseDecimal(digits);
  } catch {
    throw new LedgerError('path-invalid');
  }
}
