import { RateLimiterMemory } from 'rate-limiter-flexible';
import { Refusal } from '../refusal.ts';

const WINDOW_S = 15 * 60;

/**
 * Counts failed sign-ins only: five for one account from one network, thirty for one account from anywhere,
 * a hundred from one network, since a whole school shares one address. Nobody is locked for longer than the window,
 * and a stranger who guesses from elsewhere does not lock a teacher out at school.
 */
export class SignInThrottle {
  readonly #accountHere = new RateLimiterMemory({ points: 5, duration: WINDOW_S });
  readonly #account = new RateLimiterMemory({ points: 30, duration: WINDOW_S });
  readonly #network = new RateLimiterMemory({ points: 100, duration: WINDOW_S });

  /**
   * Counts a try before its password is looked at, as if it had failed: of a thousand guesses sent at once no more
   * pass than one after the other. `succeeded` takes the count back.
   * @throws Refusal `too-many-tries`, whether such an account exists or not
   */
  async begin(username: string, address: string): Promise<void> {
    const counts = this.#limiters(username, address);
    const states = await Promise.all(counts.map(([limiter, key]) => limiter.penalty(key)));
    const waits = states.map(({ consumedPoints, msBeforeNext }, i) =>
      consumedPoints > (counts[i]?.[0].points ?? 0) ? Math.max(1, msBeforeNext) : 0,
    );
    const wait = Math.max(...waits);
    if (wait === 0) return;
    await Promise.all(counts.map(([limiter, key]) => limiter.reward(key)));
    throw new Refusal('too-many-tries', [`Có thể thử lại sau ${Math.ceil(wait / 60_000)} phút.`]);
  }

  async succeeded(username: string, address: string): Promise<void> {
    const [[here, key], ...others] = this.#limiters(username, address);
    await here.delete(key);
    await Promise.all(others.map(([limiter, other]) => limiter.reward(other)));
  }

  #limiters(username: string, address: string): [Limit, Limit, Limit] {
    return [
      [this.#accountHere, `${username}\n${address}`],
      [this.#account, username],
      [this.#network, address],
    ];
  }
}

type Limit = readonly [limiter: RateLimiterMemory, key: string];
