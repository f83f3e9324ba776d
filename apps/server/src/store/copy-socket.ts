import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Takes what one CopyData message holds: `bytes` from `start` to `end`, written over after the call. */
export type TakeCopied = (bytes: Buffer, start: number, end: number) => void;

/** `stream` is for pg's client; rows go by it, where the connection is a plain one, to whoever `takes` names. */
export interface CopySocket {
  readonly stream: (config?: { readonly ssl?: unknown }) => Duplex;
  takes: TakeCopied | null;
}

const COPY_DATA = 0x64;
/** Kind, and the length of what follows with its own four octets. */
const HEADER = 5;
const AT_FIRST = 1 << 18;
/** PostgreSQL sends none that is longer than a gigabyte: whoever says so is none, and no memory is taken for it. */
const LONGEST = 2 ** 30 + HEADER;
/** Room for a read below which the rest of a message goes to the front. */
const LEAST_ROOM = 1 << 15;

/**
 * A socket that reads into one buffer over and over and cuts it into PostgreSQL's messages itself: of a row of 70 kB pg's own parser
 * holds two further copies, and what they cost is the collecting of them. All that is not a row goes to pg as whole messages.
 * A connection under TLS is left to pg: what is read here would be ciphertext.
 */
export function copySocket(): CopySocket {
  let hold = Buffer.allocUnsafeSlow(AT_FIRST);
  /** What is read and not taken yet is between these. */
  let start = 0;
  let filled = 0;

  const made: CopySocket = {
    takes: null,
    stream(config) {
      if (config?.ssl) return new Socket();
      const socket: Socket = new Socket({
        onread: {
          buffer: () => hold.subarray(filled),
          callback(octets) {
            filled += octets;
            cut(socket);
            return true;
          },
        },
      });
      return socket;
    },
  };

  function cut(socket: Socket): void {
    let at = start;
    /** Messages from here on are pg's. */
    let others = start;
    let next = 0;
    while (at + HEADER <= filled) {
      next = 1 + hold.readUInt32BE(at + 1);
      if (next < HEADER || next > LONGEST) {
        socket.destroy(new Error('message has no length'));
        return;
      }
      if (at + next > filled) break;
      if (hold[at] === COPY_DATA && made.takes !== null) {
        if (others < at) socket.emit('data', hold.subarray(others, at));
        made.takes(hold, at + HEADER, at + next);
        others = at + next;
      }
      at += next;
    }
    if (others < at) socket.emit('data', hold.subarray(others, at));
    start = at;
    if (start === filled) start = filled = 0;
    else makeRoom(next);
  }

  /** For the rest of a message that is so long, as far as that is known. */
  function makeRoom(length: number): void {
    if (start + length <= hold.length && hold.length - filled >= LEAST_ROOM) return;
    const least = length + LEAST_ROOM;
    const into = least <= hold.length ? hold : Buffer.allocUnsafeSlow(Math.max(least, 2 * hold.length));
    hold.copy(into, 0, start, filled);
    hold = into;
    filled -= start;
    start = 0;
  }

  return made;
}
