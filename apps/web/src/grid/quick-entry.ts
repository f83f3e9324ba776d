import type { SheetColumn } from './sheet.ts';

const LEVELS = /^[thc]$/i;
const TRAITS = /^[tđc]$/i;

/**
 * May quick entry go on after this text? Letters of a scale are whole at once; `d` is not (Telex makes đ of two),
 * and 1 may become 10, so marks wait for Enter unless they can be nothing else.
 */
export function isComplete(kind: SheetColumn['kind'], text: string): boolean {
  const typed = text.normalize('NFC').trim();
  if (kind === 'level') return LEVELS.test(typed);
  if (kind === 'trait') return TRAITS.test(typed);
  if (kind === 'mark') return /^([02-9]|10)$/.test(typed);
  return false;
}
