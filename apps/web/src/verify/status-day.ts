import { clock } from '../words/clock.ts';
import { words } from './words.ts';

/** How old what is known of a recall is: a status is only as good as it is fresh. */
export const statusDay = (seconds: number): string =>
  words.statusAsOf(clock(new Date(seconds * 1000).toISOString()));
