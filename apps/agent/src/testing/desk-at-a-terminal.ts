/*
 * The agent's desk at this process's own terminal: `desk-at-a-terminal.ts PIN_DIGEST OUTCOME_FILE`. Two batches, one after
 * the other, with a key of a training CA that opens by a PIN; only the PIN's SHA-256 is known here. What came of it is
 * written to the file.
 */
import { createHash, sign } from 'node:crypto';
import { issueTrainingPerson, makeTrainingPki } from '@hocba/signature/node';
import { type KeyPort, KeyTrouble } from '../keys.ts';
import { orderOf, signHere } from './desk-here.ts';

const [pinDigest = '', outcomeFile = ''] = process.argv.slice(2);
const now = new Date();
const pki = await makeTrainingPki({ organisation: 'Trường Tiểu học Mẫu', now });
const person = { fullName: 'Nguyễn Thị Mẫu', personalId: '079080000001', schoolName: 'Trường Tiểu học Mẫu' };
const { chain, privateKeyPem } = await issueTrainingPerson(pki, { ...person, key: 'p256' }, now);

const keys: KeyPort = {
  asksPin: true,
  certificates: async () => [{ token: 'Token mẫu', chain }],
  async open(_, pin) {
    if (createHash('sha256').update(pin).digest('hex') !== pinDigest) throw new KeyTrouble('pin-wrong');
    return {
      sign: async (_algorithm, message) => new Uint8Array(sign('sha256', message, privateKeyPem)),
      close() {},
    };
  },
};
const orders = ['mot', 'hai'].map((batchId) =>
  orderOf(batchId, chain[0] ?? new Uint8Array(), 'ecdsa-p256-sha256', 1),
);
await signHere(keys, orders, outcomeFile);
