import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runAgent } from './agent.ts';
import { BindingMissing, buildBinding, loadModule, usualModule } from './binding.ts';
import { pairingFolder } from './pairing.ts';
import { processTerminal } from './terminal.ts';
import { TokenKeys } from './token.ts';
import { VGCA_ADDRESS, VgcaKeys } from './vgca.ts';

const USAGE = `Cách dùng: npm run agent -- --server https://MÁY_CHỦ [--code MÃ_GHÉP] [--register person|seal]
                       [--module TỆP_PKCS11 | --vgca] [--ca TỆP_CHỨNG_THƯ_MÁY_CHỦ.pem]
           npm run agent -- build        biên dịch phần nối với USB token (một lần)
`;
const EX_USAGE = 64;

async function main(): Promise<number> {
  let values: Readonly<
    Partial<Record<'server' | 'code' | 'register' | 'module' | 'ca' | 'vgca-address', string>>
  > & {
    readonly vgca?: boolean;
  };
  let positionals: string[];
  try {
    ({ values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        server: { type: 'string' },
        code: { type: 'string' },
        register: { type: 'string' },
        module: { type: 'string' },
        vgca: { type: 'boolean' },
        'vgca-address': { type: 'string' },
        ca: { type: 'string' },
      },
    }));
  } catch {
    return usage();
  }
  if (positionals[0] === 'build') {
    const { ok, text } = buildBinding(fileURLToPath(new URL('../../..', import.meta.url)));
    process.stdout.write(`${text}\n`);
    return ok ? 0 : 1;
  }
  const { server, register } = values;
  if (server === undefined || positionals.length > 0) return usage();
  if (register !== undefined && register !== 'person' && register !== 'seal') return usage();
  // What the machine trusts (a school's own authority, the VGCA service's) and not Node's list alone.
  const extra = values.ca === undefined ? [] : [readFileSync(values.ca, 'utf8')];
  setDefaultCACertificates([...getCACertificates('default'), ...getCACertificates('system'), ...extra]);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
  const terminal = processTerminal(stop.signal);
  const place = values.module ?? usualModule();
  if (!values.vgca && place === null) {
    process.stderr.write(
      'Không thấy chương trình của USB token trên máy này; hãy nêu tệp của nó bằng --module.\n',
    );
    return EX_USAGE;
  }
  const loaded = values.vgca || place === null ? null : loadModule(place);
  const keys =
    loaded === null ? new VgcaKeys(values['vgca-address'] ?? VGCA_ADDRESS) : new TokenKeys(loaded.module);
  try {
    const options = { server, code: values.code, register, pairingFolder: pairingFolder() } as const;
    return await runAgent(options, keys, terminal, stop.signal);
  } finally {
    terminal.close();
    loaded?.close();
  }
}

function usage(): number {
  process.stderr.write(USAGE);
  return EX_USAGE;
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof BindingMissing || error instanceof RangeError;
  process.stderr.write(
    `${known ? error.message : `Máy ký dừng vì lỗi: ${error instanceof Error ? error.name : 'không rõ'}`}\n`,
  );
  process.exitCode = 1;
}
// A module's own threads must not keep the process.
process.exit();
