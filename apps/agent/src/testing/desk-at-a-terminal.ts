/*
 * The agent's desk at this process's own terminal: `desk-at-a-terminal.ts PIN_DIGEST OUTCOME_FILE`. Two batches, one after
 * the other, with a key of a training CA that opens by a PIN; only the PIN's SHA-256 is known here. What came of it is
 * written to the file.
 */
import { createHash, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { issueTrainingPerson, makeTrainingPki } from '@hocba/signature/node';
import { type KeyPort, KeyTrouble } from '../keys.ts';
import type { Order } from '../server.ts';
import { Desk } from '../sign-order.ts';
import { processTerminal, Stopped } from '../terminal.ts';

const [pinDigest = '', outcomeFile = ''] = process.argv.slice(2);
const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();

const now = new Date();
const pki = await makeTrainingPki({ organisation: 'Trường Tiểu học Mẫu', now });
const person = { fullName: 'Nguyễn Thị Mẫu', personalId: '079080000001', schoolName: 'Trường Tiểu học Mẫu' };
const { chain, privateKeyPem } = await issueTrainingPerson(pki, { ...person, key: 'p256' }, now);
const certificate = Buffer.from(chain[0] ?? new Uint8Array());

const states: string[] = [];
let signatures = 0;
const keys: KeyPort = {
  asksPin: true,
  certificates: async () => [{ token: 'Token mẫu', chain }],
  async open(_, pin) {
    if (sha256(pin).toString('hex') !== pinDigest) throw new KeyTrouble('pin-wrong');
    return {
      sign: async (_algorithm, message) => new Uint8Array(sign('sha256', message, privateKeyPem)),
      close() {},
    };
  },
};

function orderOf(batchId: string): Order {
  const message = Buffer.from(
    `<SignedInfo xmlns="http://www.w3.org/2000/09/xmldsig#">${batchId}</SignedInfo>`,
  );
  return {
    orderId: `order-${batchId}`,
    batchId,
    schoolName: 'Trường Tiểu học Mẫu',
    training: true,
    roleText: 'Giáo viên chủ nhiệm',
    classes: ['4A'],
    leftInBatch: 1,
    digest: sha256(sha256(message)).toString('hex'),
    certificate: certificate.toString('base64'),
    algorithm: 'ecdsa-p256-sha256',
    items: [{ id: 'a', message: message.toString('base64') }],
  };
}

const stop = new AbortController();
process.on('SIGINT', () => stop.abort());
const terminal = processTerminal(stop.signal);
const line = {
  origin: 'https://hocba.example',
  report: async (_: string, state: string) => void states.push(state),
  async send(_: string, sent: readonly unknown[]) {
    signatures += sent.length;
    return { kept: sent.length, bad: [], left: 0 };
  },
};
const desk = new Desk(keys, terminal, line, stop.signal);
let stopped = false;
try {
  for (const batchId of ['mot', 'hai']) await desk.sign(orderOf(batchId));
} catch (error) {
  if (!(error instanceof Stopped)) throw error;
  stopped = true;
} finally {
  desk.close();
  terminal.close();
}
writeFileSync(outcomeFile, JSON.stringify({ states, signatures, stopped }));
process.exit();
