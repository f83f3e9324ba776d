import { type ExtensionServices, TimestampError } from '@hocba/signature';
import { Refusal } from '../../refusal.ts';
import { AuthorityUnavailable } from '../../signing/items/unavailable.ts';
import type { Authorities } from '../../signing/levels/authorities.ts';
import type { SigningLevels } from '../../signing/levels/raise.ts';
import { RecordUntrusted } from '../../signing/slots/verify-slots.ts';

/** What one run came to, of records or of prints. */
export interface Renewed {
  readonly renewed: number;
  /** What could not be dated anew, with a code each; the next run tries it again. */
  readonly failed: readonly { readonly recordId: string; readonly code: string }[];
  /** Not tried, since nobody gave time any more. */
  readonly left: number;
}

/** Documents of one school that are due, the most urgent first. */
export interface DueOfSchool<D> {
  readonly schoolId: string;
  readonly training: boolean;
  due(): Promise<readonly D[]>;
}

/**
 * Dates every due document anew, each by itself: one that cannot be dated now is named and the others go on. Only where nobody
 * gives time is the rest of that kind of school, training or real, left for the next run; the other kind has other authorities.
 *
 * @param renew one document; `levels` are this run's, which ask an authority that is away once
 */
export async function renewEach<D extends { readonly recordId: string }>(
  levels: SigningLevels,
  schools: readonly DueOfSchool<D>[],
  renew: (levels: SigningLevels, school: DueOfSchool<D>, due: D) => Promise<void>,
  stopped: AbortSignal,
): Promise<Renewed> {
  const runs = new Map([true, false].map((training) => [training, new AuthoritiesOfRun()]));
  const patient: SigningLevels = {
    ...levels,
    authoritiesOf: (training) =>
      runs.get(training)?.of(levels.authoritiesOf(training)) ?? levels.authoritiesOf(training),
  };
  const outcome = { renewed: 0, failed: [] as { recordId: string; code: string }[], left: 0 };
  for (const school of schools) {
    const run = runs.get(school.training);
    for (const due of await school.due()) {
      if (stopped.aborted) return outcome;
      if (run?.nobodyGivesTime) {
        outcome.left++;
        continue;
      }
      try {
        await renew(patient, school, due);
        outcome.renewed++;
      } catch (error) {
        const code = codeOf(error);
        outcome.failed.push({ recordId: due.recordId, code });
        // The next one would pay for the same answer.
        if (run !== undefined && (code === 'authority-ends-too-soon' || isBadToken(error)))
          run.nobodyGivesTime = true;
      }
    }
  }
  return outcome;
}

const isBadToken = (error: unknown): boolean =>
  error instanceof AuthorityUnavailable && error.cause instanceof TimestampError;

/** Why this one failed; what is no failing of a document or an authority is thrown on. */
function codeOf(error: unknown): string {
  if (error instanceof AuthorityUnavailable) return `authority-${error.code}`;
  if (error instanceof RecordUntrusted || error instanceof Refusal) return error.code;
  throw error;
}

/** The authorities of one kind of school during one run: who was away is not asked again for each document. */
class AuthoritiesOfRun {
  nobodyGivesTime = false;
  readonly #away = new Map<string, AuthorityUnavailable>();

  of(authorities: Authorities): Authorities {
    return {
      ...authorities,
      services: async (lasting) => this.#patient(await authorities.services(lasting)),
    };
  }

  #patient(services: ExtensionServices): ExtensionServices {
    return {
      ...services,
      timestamp: async (request) => {
        try {
          return await services.timestamp(request);
        } catch (error) {
          if (error instanceof AuthorityUnavailable) this.nobodyGivesTime = true;
          throw error;
        }
      },
      revocation: async (certificate, issuer) => {
        const known = this.#away.get(certificate.serial + issuer.subject.text);
        if (known !== undefined) throw known;
        try {
          return await services.revocation(certificate, issuer);
        } catch (error) {
          if (error instanceof AuthorityUnavailable)
            this.#away.set(certificate.serial + issuer.subject.text, error);
          throw error;
        }
      },
    };
  }
}
