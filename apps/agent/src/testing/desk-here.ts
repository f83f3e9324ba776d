import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { KeyPort } from '../keys.ts';
import type { Order } from '../server.ts';
import { Desk } from '../sign-order.ts';
import { processTerminal, Stopped } from '../terminal.ts';

const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();

/** The message of the nth signature of a batch. */
export const messageOf = (batchId: string, n: number): Buffer =>
  Buffer.from(`<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#">${batchId}-${n}</SignedInfo>`);

/** An order of the training school for `count` signatures, ids from 0. */
export function orderOf(batchId: string, certificate: Uint8Array, algorithm: string, count: number): Order {
  const messages = Array.from({ length: count }, (_, n) => messageOf(batchId, n));
  return {
    orderId: `order-${batchId}`,
    batchId,
    schoolName: 'Trường Tiểu học Mẫu',
    training: true,
    roleText: 'Giáo viên chủ nhiệm',
    classes: ['4A'],
    leftInBatch: count,
    digest: sha256(Buffer.concat(messages.map(sha256))).toString('hex'),
    certificate: Buffer.from(certificate).toString('base64'),
    algorithm,
    items: messages.map((message, n) => ({ id: String(n), message: message.toString('base64') })),
  };
}

/** What came of the orders: what the server was told of the token, and what was handed in. */
export interface DeskOutcome {
  readonly states: readonly string[];
  readonly sent: readonly { readonly id: string; readonly value: string }[];
  readonly stopped: boolean;
}

/** Signs orders one after the other at this process's own terminal, writes what came of it to the file, and ends. */
export async function signHere(keys: KeyPort, orders: readonly Order[], outcomeFile: string): Promise<never> {
  const states: string[] = [];
  const sent: { id: string; value: string }[] = [];
  const stop = new AbortController();
  process.on('SIGINT', () => stop.abort());
  const terminal = processTerminal(stop.signal);
  const line = {
    origin: 'https://hocba.example',
    report: async (_: string, state: string) => void states.push(state),
    async send(_: string, given: readonly { readonly id: string; readonly value: string }[]) {
      sent.push(...given);
      return { kept: given.length, bad: [], left: 0 };
    },
  };
  const desk = new Desk(keys, terminal, line, stop.signal);
  let stopped = false;
  try {
    for (const order of orders) await desk.sign(order);
  } catch (error) {
    if (!(error instanceof Stopped) && !stop.signal.aborted) throw error;
    stopped = true;
  } finally {
    desk.close();
    terminal.close();
  }
  writeFileSync(outcomeFile, JSON.stringify({ states, sent, stopped } satisfies DeskOutcome));
  process.exit();
}
