/**
 * The database knows times that nobody else does: `infinity`, the year 300000, a day before Christ. The application writes none; where one stands
 * all the same, put there by SQL, it must end no list of rows that are right. It is read as a day that pages show as unreadable
 * (`apps/web/src/words/clock.ts`); an audit names its row.
 */
export const NO_DAY = '9999-12-31';

/** A moment that is none: as a number not a number, as text a moment of `NO_DAY`. */
export class NoTime extends Date {
  constructor() {
    super(Number.NaN);
  }
  override toISOString(): string {
    return `${NO_DAY}T00:00:00.000Z`;
  }
  override toJSON(): string {
    return this.toISOString();
  }
}

/** A timestamptz as the database spells it in a session whose zone is UTC. */
export function readTime(text: string): Date {
  const [, day, time] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)\+00$/.exec(text) ?? [];
  const at = day === undefined || day >= NO_DAY ? Number.NaN : Date.parse(`${day}T${time}Z`);
  return Number.isNaN(at) ? new NoTime() : new Date(at);
}

/** A date as the database spells it: `YYYY-MM-DD`. */
export function readDay(text: string): string {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? text : NO_DAY;
}
