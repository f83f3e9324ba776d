/*
 * The agent's desk at this process's own terminal, with a SoftHSM token that can be unplugged:
 * `softhsm-desk.ts MODULE SERIAL CONTROL DELAY_MS CERTIFICATE_FILE ALGORITHM COUNT OUTCOME_FILE`. The PIN comes from the terminal alone.
 */
import { readFileSync } from 'node:fs';
import { loadModule, TokenKeys } from '@hocba/agent';
import { orderOf, signHere } from '../../../apps/agent/src/testing/desk-here.ts';
import { shimmed } from './shim.ts';

const [
  module = '',
  serial = '',
  control = '',
  delay = '0',
  certificate = '',
  algorithm = '',
  count = '0',
  out = '',
] = process.argv.slice(2);
const loaded = loadModule(module);
const keys = new TokenKeys(shimmed(loaded.module, control, Number(delay), serial));
await signHere(keys, [orderOf('lo', readFileSync(certificate), algorithm, Number(count))], out);
