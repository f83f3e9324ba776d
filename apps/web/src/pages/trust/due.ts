import type { Answer } from '../../api/client.ts';

export type Standing = Answer<'GET', '/api/trust/standing'>;

/** What somebody has to do about what is trusted, and what it is about (a name, a day). */
export type Due =
  | {
      readonly code:
        | NonNullable<Standing['problem']>
        | 'not-from-above'
        | 'school-unknown'
        | 'seal-unregistered';
    }
  | { readonly code: 'list-out-of-date' | 'seal-ends' | 'evidence-late'; readonly day: string }
  | { readonly code: 'root-ends' | 'authority-ends'; readonly name: string; readonly day: string }
  | { readonly code: 'log-stopped' | 'lodging-stuck' | 'witness-missing'; readonly name: string }
  | { readonly code: 'witness-silent'; readonly name: string; readonly witnesses: string }
  | { readonly code: 'log-undated'; readonly name: string; readonly day: string }
  /** Said by itself, above all others. */
  | { readonly code: 'log-forked'; readonly name: string }
  | { readonly code: 'suspected'; readonly name: string };

const DAY = 86_400_000;
/** Half a year: what lasts less than that is mended now, and the server renews its own evidence by then. */
const SOON = 183 * DAY;
/** By so much the server may be late with what it does by itself. */
const LATE = 7 * DAY;

/** Of lodging: what the server gets over by itself, as soon as the level above answers again. */
const PASSES: ReadonlySet<string> = new Set(['unreachable', 'too-often', 'other-start', 'no-shared-log']);

/** The school year whose records stand in a log: `host/school/2025-2026`, and `2025-2026.2` of one that goes on with a new key. */
export function yearOf(origin: string): string {
  return origin.split('/').at(-1)?.split('.')[0] ?? origin;
}

/** @param now milliseconds; @returns the grave ones first */
export function whatIsDue(standing: Standing, now: number): Due[] {
  const { list, problem, training } = standing;
  const endsSoon = (iso: string): boolean => Date.parse(iso) <= now + SOON;
  const due: Due[] = problem === null ? [] : [{ code: problem }];
  if (list === null) return due;
  if (!training && !list.fromAbove) due.push({ code: 'not-from-above' });
  // What this server makes itself is made anew each time.
  if (list.fromAbove && Date.parse(list.until) <= now)
    due.push({ code: 'list-out-of-date', day: list.until });
  for (const { ours, decision } of list.suspicions) if (ours) due.push({ code: 'suspected', name: decision });
  for (const { origin, stopped } of list.logs)
    if (stopped) due.push({ code: 'log-stopped', name: yearOf(origin) });
  if (list.fromAbove && list.school === null) due.push({ code: 'school-unknown' });
  const seals = (list.school?.seals ?? []).filter(
    ({ ours, until }) => ours && (until === null || Date.parse(until) > now),
  );
  if (list.school !== null && standing.hasSeal && seals.length === 0) due.push({ code: 'seal-unregistered' });
  const last = seals
    .map(({ notAfter }) => notAfter)
    .filter((end) => end !== null)
    .sort()
    .at(-1);
  if (last !== undefined && endsSoon(last)) due.push({ code: 'seal-ends', day: last });
  for (const { subject, notAfter } of [...list.roots, ...list.authorityRoots])
    if (endsSoon(notAfter) && !due.some((one) => one.code === 'root-ends' && one.name === subject))
      due.push({ code: 'root-ends', name: subject, day: notAfter });
  for (const { host, notAfter, tooSoon } of standing.timestampAuthorities)
    if (tooSoon) due.push({ code: 'authority-ends', name: host, day: notAfter });
  for (const { origin, here } of list.logs) {
    const lodging = here?.lodged?.problem ?? null;
    if (lodging === 'forked' || lodging === 'older') due.push({ code: 'log-forked', name: yearOf(origin) });
    else if (lodging !== null && !PASSES.has(lodging))
      due.push({ code: 'lodging-stuck', name: yearOf(origin) });
    if (here?.witness === 'missing') due.push({ code: 'witness-missing', name: yearOf(origin) });
    // All were asked by the time that there are enough. Of a closed log nobody is asked again.
    const silent = (here?.witnesses ?? []).filter(({ seenAt }) => seenAt === null).map(({ name }) => name);
    if (here?.witness === 'met' && here.life === 'open' && silent.length > 0)
      due.push({ code: 'witness-silent', name: yearOf(origin), witnesses: silent.join(', ') });
    const since = here?.undatedSince ?? null;
    if (here?.life !== 'stolen' && since !== null && Date.parse(since) <= now - LATE)
      due.push({ code: 'log-undated', name: yearOf(origin), day: since });
    const renewBefore = here?.dated?.renewBefore;
    if (renewBefore !== undefined && Date.parse(renewBefore) <= now + SOON - LATE)
      due.push({ code: 'evidence-late', day: renewBefore });
  }
  return due;
}
