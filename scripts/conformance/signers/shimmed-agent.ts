/*
 * The agent's own code on a token that can be unplugged, as a process of its own, so that it can be killed:
 * `shimmed-agent.ts SERVER CODE HOLDER MODULE SERIAL PIN CONTROL DELAY_MS`. It answers its questions by itself.
 */
import { join } from 'node:path';
import { loadModule, runAgent, type Terminal, TokenKeys } from '@hocba/agent';
import { shimmed } from './shim.ts';

const [server = '', code = '', holder = '', module = '', serial = '', pin = '', control = '', delay = '0'] =
  process.argv.slice(2);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
const terminal: Terminal = {
  say: (line) => void process.stdout.write(`${line}\n`),
  ask: async (question) => {
    process.stdout.write(`${question}\n`);
    return 'ky';
  },
  askSecret: async (question) => {
    process.stdout.write(`${question}\n`);
    return pin;
  },
};
const loaded = loadModule(module);
const keys = new TokenKeys(shimmed(loaded.module, control, Number(delay), serial));
process.exitCode = await runAgent(
  {
    server,
    pairingFolder: join(control, '..', 'pairing'),
    ...(code === '-' ? {} : { code }),
    ...(holder === 'person' || holder === 'seal' ? { register: holder } : {}),
  },
  keys,
  terminal,
  stop.signal,
);
process.exit();
