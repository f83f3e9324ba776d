import { setTimeout as pause } from 'node:timers/promises';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { networkOf } from '../access/network.ts';

const WINDOW_S = 60;
const LOOKUPS = 30;
const WRONG = 5;
const DELAY_MS = 1000;

/**
 * How often a network may ask for tokens: thirty times a minute; after five wrong tokens in a minute each
 * further answer waits, so that guessing 128 bits is not only hopeless but slow and seen.
 */
export class LookupLimits {
  readonly #lookups = new RateLimiterMemory({ points: LOOKUPS, duration: WINDOW_S });
  readonly #wrong = new RateLimiterMemory({ points: WRONG, duration: WINDOW_S });
  readonly #wait: (ms: number) => Promise<unknown>;

  constructor(wait: (ms: number) => Promise<unknown> = pause) {
    this.#wait = wait;
  }

  /** @returns false when the network has asked too often */
  async mayLookUp(address: string): Promise<boolean> {
    const network = networkOf(address);
    try {
      await this.#lookups.consume(network);
    } catch (error) {
      if (error instanceof Error) throw error;
      return false;
    }
    const wrong: RateLimiterRes | null = await this.#wrong.get(network);
    if (wrong !== null && wrong.consumedPoints >= WRONG) await this.#wait(DELAY_MS);
    return true;
  }

  /** @returns true with the wrong token that begins the delays: to be told to the operator */
  async wasWrong(address: string): Promise<boolean> {
    const { consumedPoints } = await this.#wrong.penalty(networkOf(address));
    return consumedPoints === WRONG;
  }
}
