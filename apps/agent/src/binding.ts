import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Pkcs11Port } from './pkcs11-port.ts';

/** The binding is compiled on the signer's machine, once, when the agent needs it; nothing else of the project is. */
export class BindingMissing extends Error {}

const NOT_BUILT =
  'Chưa có phần nối với USB token (pkcs11js). Hãy chạy một lần: npm run agent -- build\n' +
  'Máy cần có trình biên dịch C++ (Windows: “Desktop development with C++” của Visual Studio Build Tools; ' +
  'Debian/Ubuntu: apt install g++ make python3) và Python 3. Không có trình biên dịch thì vẫn ký được qua ' +
  'VGCA Sign Service (--vgca) hoặc dịch vụ ký từ xa.';

/** Where USB token programs put their PKCS#11 modules; the first that is there is taken unless `--module` says. */
export const USUAL_MODULES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  win32: [
    'bit4xpki.dll',
    'eTPKCS11.dll',
    'eps2003csp11v2.dll',
    'viettel-ca_v6.dll',
    'vnptca_p11_v8.dll',
    'gca01.dll',
  ].map((name) => join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', name)),
  linux: [
    '/usr/lib/libeTPkcs11.so',
    '/usr/lib/libbit4xpki.so',
    '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so',
    '/usr/lib/softhsm/libsofthsm2.so',
  ],
  darwin: ['/usr/local/lib/libeTPkcs11.dylib', '/Library/OpenSC/lib/opensc-pkcs11.so'],
};

export function usualModule(): string | null {
  return USUAL_MODULES[process.platform]?.find((place) => existsSync(place)) ?? null;
}

/** Loads a PKCS#11 module. @throws BindingMissing with what to do; Error if the module does not load */
export function loadModule(place: string): { readonly module: Pkcs11Port; close(): void } {
  const require = createRequire(import.meta.url);
  let made: {
    PKCS11: new () => Pkcs11Port & { load(p: string): void; C_Initialize(): void; C_Finalize(): void };
  };
  try {
    made = require('pkcs11js');
  } catch {
    throw new BindingMissing(NOT_BUILT);
  }
  const module = new made.PKCS11();
  module.load(place);
  module.C_Initialize();
  return {
    module,
    close() {
      try {
        module.C_Finalize();
      } catch {
        // A module whose token has gone may refuse to end in order.
      }
    },
  };
}

/** Compiles the binding. @returns a sentence on what came of it, and whether it worked */
export function buildBinding(root: string): { readonly ok: boolean; readonly text: string } {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const run = spawnSync(npm, ['rebuild', 'pkcs11js', '--ignore-scripts=false'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  const built = existsSync(join(root, 'node_modules', 'pkcs11js', 'build', 'Release', 'pkcs11.node'));
  return run.status === 0 && built
    ? { ok: true, text: 'Đã biên dịch xong phần nối với USB token.' }
    : { ok: false, text: `Không biên dịch được.\n${NOT_BUILT}` };
}
