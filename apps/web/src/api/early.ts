/** What was asked for before the page that wants it was there. */
let early: { readonly url: string; readonly at: number; readonly answer: Promise<Response | null> } | null =
  null;
/** Longer ago, and others may have written since: the page asks itself. */
const GOOD_FOR_MS = 10_000;

/**
 * Asks at once for what the page at this address loads first, while nobody yet knows who is there: on a slow line these are two journeys
 * one behind the other. The server names the same address with the page (http/first-load.ts), so that the answer may be on its way.
 */
export function askEarly(url: string): void {
  early = {
    url,
    at: performance.now(),
    answer: fetch(url, { credentials: 'same-origin' }).catch(() => null),
  };
}

/**
 * The early answer, once, if it is of this address, still new, and a good one: a refusal given before somebody signed in says
 * nothing now. @returns null where the page has to ask itself
 */
export async function takeEarly(url: string): Promise<Response | null> {
  if (early?.url !== url) return null;
  const taken = early;
  early = null;
  if (performance.now() - taken.at > GOOD_FOR_MS) return null;
  const answer = await taken.answer;
  return answer?.ok ? answer : null;
}

/** Something is written: what was read before is not what stands after it. */
export function dropEarly(): void {
  early = null;
}
