import { joinBytes } from '../bytes.ts';

/**
 * What may stand around the root of a document (XML 1.0 §2.8): comments, and instructions such as a stylesheet's. Other software writes
 * them, no parser here is shown them, and none of them is part of an element that was signed; of a whole document (`URI=""`) the
 * instructions are (C14N 1.0 §2.3). A DOCTYPE stays where it is, to be refused: with what it names it can be another document.
 */
export interface AroundRoot {
  /** Declaration and root alone; the very octets that were given where nothing else stands there. */
  readonly bytes: Uint8Array;
  /** The instructions in canonical form, to be put before and behind the root's. */
  readonly before: Uint8Array;
  readonly after: Uint8Array;
  readonly isBare: boolean;
}

/** Octets on either side, and pieces: more is no record's, and is left to be refused. */
const MOST = 65_536;
const MOST_PIECES = 32;

const START = /^(?:\xef\xbb\xbf)?(?:<\?xml[ \t\r\n][^<>]*\?>)?/;
const SPACE = /[ \t\r\n]+/y;
const COMMENT = /<!--(?:(?!--).)*-->/sy;
const INSTRUCTION = /<\?(?!xml[ \t\r\n?])([A-Za-z_][\w.-]*)(?:[ \t\r\n]+((?:(?!\?>).)*))?\?>/isy;

export function aroundRoot(bytes: Uint8Array): AroundRoot {
  const head = latin1(bytes.subarray(0, MOST));
  const start = START.exec(head)?.[0].length ?? 0;
  const before: string[] = [];
  let from = start;
  let pieces = 0;
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = from;
    const found = pattern.exec(head);
    if (found !== null) from = pattern.lastIndex;
    return found;
  };
  while (pieces < MOST_PIECES) {
    next(SPACE);
    const instruction = next(INSTRUCTION);
    if (instruction) before.push(`${canonical(instruction)}\n`);
    else if (!next(COMMENT)) break;
    pieces++;
  }
  const after: string[] = [];
  const tailStart = Math.max(from, bytes.length - MOST);
  const tail = latin1(bytes.subarray(tailStart));
  let to = endOf(tail, tail.length);
  while (pieces < MOST_PIECES) {
    const text = tail.slice(0, to);
    const at = Math.max(text.lastIndexOf('<!--'), text.lastIndexOf('<?'));
    const last = at < 0 ? null : (whole(INSTRUCTION, text, at) ?? whole(COMMENT, text, at));
    if (last === null) break;
    if (last[0].startsWith('<?')) after.unshift(`\n${canonical(last)}`);
    to = endOf(tail, at);
    pieces++;
  }
  if (pieces === 0) return { bytes, before: octets([]), after: octets([]), isBare: true };
  const bare = joinBytes(bytes.subarray(0, start), bytes.subarray(from, tailStart + to));
  return { bytes: bare, before: octets(before), after: octets(after), isBare: false };
}

/** Where the text ends without the white space before `to`. */
function endOf(text: string, to: number): number {
  let end = to;
  while (end > 0 && ' \t\r\n'.includes(text.charAt(end - 1))) end--;
  return end;
}

/** What begins at `at` and is all that follows there. */
function whole(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found !== null && pattern.lastIndex === text.length ? found : null;
}

const canonical = ([, target = '', data = '']: RegExpExecArray): string =>
  `<?${target}${data === '' ? '' : ` ${data.replaceAll(/\r\n?/g, '\n')}`}?>`;

/** Octet by octet, so that places in it are places in the file. */
const latin1 = (bytes: Uint8Array): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return text;
};
const octets = (texts: readonly string[]): Uint8Array =>
  Uint8Array.from(texts.join(''), (letter) => letter.charCodeAt(0));
