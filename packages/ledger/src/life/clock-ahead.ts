import { formatTime, parseTime } from '../encoding/rfc3339.ts';
import { fromUtf8, utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import { isKeyName } from '../note/note.ts';

/**
 * What an operator states of a log whose clock ran ahead: it signed at a time that had not come, and goes on at an earlier one. It is a
 * leaf, so that whoever reads the log sees from where on, and until when, its times were not true.
 */
export interface ClockAhead {
  /** The log that signed ahead of time; the statement may stand in the one that follows it. */
  readonly origin: string;
  /** When it signed last, by its own clock: unix seconds. */
  readonly ahead: number;
  /** When it was found, by the clock that was put right: unix seconds. */
  readonly found: number;
}

const HEADER = 'hocba.vn/clock-ahead/v1';
/** First bytes of the document. */
export const CLOCK_AHEAD_HEADER = utf8(`${HEADER}\n`);

/** @throws LedgerError 'clock-invalid' */
export function formatClockAhead({ origin, ahead, found }: ClockAhead): Uint8Array {
  const bytes = utf8(`${HEADER}\n${origin}\nahead ${formatTime(ahead)}\nfound ${formatTime(found)}\n`);
  parseClockAhead(bytes);
  return bytes;
}

/** Reads exactly what `formatClockAhead` writes. @throws LedgerError 'clock-invalid' */
export function parseClockAhead(bytes: Uint8Array): ClockAhead {
  const [header, origin = '', ahead = '', found = '', end, ...more] = (fromUtf8(bytes) ?? '').split('\n');
  if (header !== HEADER || end !== '' || more.length > 0 || !isKeyName(origin)) refuse('form');
  const given = { origin, ahead: time('ahead ', ahead), found: time('found ', found) };
  if (given.found >= given.ahead) refuse('order');
  return given;
}

function time(word: string, line: string): number {
  return (line.startsWith(word) ? parseTime(line.slice(word.length)) : null) ?? refuse(word.trim());
}

function refuse(detail: string): never {
  throw new LedgerError('clock-invalid', detail);
}
