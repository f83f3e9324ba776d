import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
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

  /** Refuses `too-many-tries`, whether such an account exists or not. */
  async check(username: string, address: string): Promise<void> {
    const spent = await Promise.all([
      this.#spent(this.#accountHere, `${username}\n${address}`),
      this.#spent(this.#account, username),
      this.#spent(this.#network, address),
    ]);
    const wait = Math.max(...spent);
    if (wait > 0) {
      throw new Refusal('too-many-tries', [`Có thể thử lại sau ${Math.ceil(wait / 60_000)} phút.`]);
    }
  }

  async failed(username: string, address: string): Promise<void> {
    await Promise.all([
      this.#accountHere.penalty(`${username}\n${address}`),
      this.#account.penalty(username),
      this.#network.penalty(address),
    ]);
  }

  async succeeded(username: string, address: string): Promise<void> {
    await this.#accountHere.delete(`${username}\n${address}`);
  }

  /** Milliseconds until the limiter opens again; 0 while it is open. */
  async #spent(limiter: RateLimiterMemory, key: string): Promise<number> {
    const state: RateLimiterRes | null = await limiter.get(key);
    return state !== null && state.consumedPoints >= limiter.points ? Math.max(1, state.msBeforeNext) : 0;
  }
}
