import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Refusal } from '../refusal.ts';

const WINDOW_S = 15 * 60;
const KNOWN_S = 14 * 86_400;

/**
 * Counts failed sign-ins only: five for one account from one network, thirty for one account from anywhere,
 * a hundred from one network, since a whole school shares one address. Nobody is locked for longer than the window,
 * and a stranger who guesses from elsewhere does not lock a teacher out at school: where the account has signed in
 * lately, the guesses from elsewhere do not count.
 */
export class SignInThrottle {
  readonly #accountHere = new RateLimiterMemory({ points: 5, duration: WINDOW_S });
  readonly #account = new RateLimiterMemory({ points: 30, duration: WINDOW_S });
  readonly #network = new RateLimiterMemory({ points: 100, duration: WINDOW_S });
  /** Account and network that have signed in together; no limit, only a memory that forgets. */
  readonly #known = new RateLimiterMemory({ points: 1, duration: KNOWN_S });

  /**
   * Counts a try before its password is looked at, as if it had failed: of a thousand guesses sent at once no more
   * pass than one after the other. `succeeded` takes the count back.
   * @throws Refusal `too-many-tries`, whether such an account exists or not
   */
  async begin(username: string, address: string): Promise<void> {
    const counts = this.#limiters(username, address);
    const known = (await this.#known.get(keyOf(username, address))) !== null;
    const states = await Promise.all(counts.map(([limiter, key]) => limiter.penalty(key)));
    const waits = states.map(({ consumedPoints, msBeforeNext }, i) => {
      const limiter = counts[i]?.[0];
      const open = limiter === undefined || (known && limiter === this.#account);
      return open || consumedPoints <= limiter.points ? 0 : Math.max(1, msBeforeNext);
    });
    const wait = Math.max(...waits);
    if (wait === 0) return;
    await Promise.all(counts.map(([limiter, key]) => limiter.reward(key)));
    throw new Refusal('too-many-tries', [`Có thể thử lại sau ${Math.ceil(wait / 60_000)} phút.`]);
  }

  async succeeded(username: string, address: string): Promise<void> {
    const [[here, key], ...others] = this.#limiters(username, address);
    await here.delete(key);
    await Promise.all(others.map(([limiter, other]) => limiter.reward(other)));
    await this.#known.delete(key);
    await this.#known.penalty(key);
  }

  #limiters(username: string, address: string): [Limit, Limit, Limit] {
    return [
      [this.#accountHere, keyOf(username, address)],
      [this.#account, username],
      [this.#network, address],
    ];
  }
}

function keyOf(username: string, address: string): string {
  return `${username}\n${address}`;
}

type Limit = readonly [limiter: RateLimiterMemory, key: string];
