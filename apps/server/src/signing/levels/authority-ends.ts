import { parseCertificate, parseTimestampToken } from '@hocba/signature';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/tables.ts';

/** So long an authority's last token speaks for its next one; then it is asked again, for its certificate may be a new one. */
const KNOWN_MS = 7 * 86_400_000;

/** What is known of until when an authority's tokens can be relied on; only a token tells, and a token costs. */
export interface AuthorityEnds {
  /** Whether the authority's last token was of the last days, and of a certificate that ends before a time. */
  endsBefore(place: string, time: Date): Promise<boolean>;
  /** Notes the token that an authority gave. @returns until when its certificates last; null where it carries none */
  note(place: string, token: Uint8Array): Promise<Date | null>;
}

/** Kept in the store, so that a restart pays for no second look. */
export function storedEnds(db: Kysely<Database>, now: () => Date): AuthorityEnds {
  return {
    async endsBefore(place, time) {
      const row = await db
        .selectFrom('timestamp_authority')
        .select(['ends_at', 'seen_at'])
        .where('place', '=', place)
        .executeTakeFirst();
      if (row === undefined || now().getTime() - row.seen_at.getTime() > KNOWN_MS) return false;
      return row.ends_at <= time;
    },
    async note(place, token) {
      const ends = endOfToken(token);
      if (ends === null) return null;
      const values = { ends_at: ends, seen_at: now() };
      await db
        .insertInto('timestamp_authority')
        .values({ place, ...values })
        .onConflict((oc) => oc.column('place').doUpdateSet(values))
        .execute();
      return ends;
    },
  };
}

/** Every authority that has given a token, by its host alone: a path may hold an account's secret. */
export async function seenAuthorities(
  db: Kysely<Database>,
): Promise<{ readonly host: string; readonly endsAt: Date }[]> {
  const rows = await db
    .selectFrom('timestamp_authority')
    .select(['place', 'ends_at'])
    .orderBy('place')
    .execute();
  return rows.map(({ place, ends_at }) => ({ host: new URL(place).host, endsAt: ends_at }));
}

/** The earliest end among the certificates that a token carries. @throws DerError */
function endOfToken(token: Uint8Array): Date | null {
  const ends = parseTimestampToken(token).cms.certificates.map((der) =>
    parseCertificate(der).notAfter.getTime(),
  );
  return ends.length === 0 ? null : new Date(Math.min(...ends));
}
