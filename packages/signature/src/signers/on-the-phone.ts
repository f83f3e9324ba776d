import type { SigningAnswer } from './order.ts';

/** The phone's confirmation lives about five minutes. */
const EXPIRES_MS = 5 * 60_000;
const ASK_MS = 3_000;

/** An order that the person confirms on the phone, at a service that is asked after it by its transaction. */
export function waitingOnPhone(transactionId: string, now: Date): SigningAnswer {
  return {
    state: 'pending',
    handle: { transactionId },
    expiresAt: new Date(now.getTime() + EXPIRES_MS),
    askAgainMs: ASK_MS,
    confirm: { at: 'phone' },
  };
}

/** How the phone ended an order, by the number that both observed services give; null for any other number. */
export function endOnPhone(code: number | null): SigningAnswer | null {
  if (code === 4001) return { state: 'ended', end: 'expired' };
  return code === 4002 ? { state: 'ended', end: 'refused-by-signer' } : null;
}
