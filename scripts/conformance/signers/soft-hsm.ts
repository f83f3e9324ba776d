import { execFileSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { HeldKey } from '../../fakes/training-keys.ts';

const PLACES = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so'];
export const PIN = '246810';

export function softHsmModule(): string | null {
  return PLACES.find((place) => existsSync(place)) ?? null;
}

export interface SoftToken {
  readonly holder: HeldKey;
  readonly serial: string;
}

/**
 * One SoftHSM token a person in a folder of their own, each with key and certificates, as a card from an authority has
 * them. The key is imported, never read back.
 */
export function makeTokens(
  folder: string,
  module: string,
  holders: readonly HeldKey[],
): readonly SoftToken[] {
  mkdirSync(join(folder, 'tokens'), { recursive: true });
  const conf = join(folder, 'softhsm2.conf');
  writeFileSync(
    conf,
    `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  process.env.SOFTHSM2_CONF = conf;
  for (const { user, privateKey } of holders) {
    softhsm('--init-token', '--free', '--label', user, '--pin', PIN, '--so-pin', '13579135');
    const pem = join(folder, `${user}.pem`);
    writeFileSync(
      pem,
      createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })).export({
        type: 'pkcs8',
        format: 'pem',
      }),
      { mode: 0o600 },
    );
    softhsm('--import', pem, '--token', user, '--label', user, '--id', 'a1', '--pin', PIN);
  }
  return writeCertificates(module, holders);
}

function softhsm(...args: readonly string[]): void {
  execFileSync('softhsm2-util', args, { stdio: 'pipe' });
}

/** Numbers of PKCS#11: token, class, value, certificate type, id. */
const CKA = { class: 0, token: 1, value: 0x11, certificateType: 0x80, id: 0x102, subject: 0x101 } as const;

interface Writer {
  load(path: string): void;
  C_Initialize(): void;
  C_Finalize(): void;
  C_GetSlotList(present: boolean): Buffer[];
  C_GetTokenInfo(slot: Buffer): { label: string; serialNumber: string };
  C_OpenSession(slot: Buffer, flags: number): Buffer;
  C_CloseSession(session: Buffer): void;
  C_Login(session: Buffer, user: number, pin: string): void;
  C_Logout(session: Buffer): void;
  C_CreateObject(session: Buffer, template: readonly { type: number; value: unknown }[]): Buffer;
}

function writeCertificates(module: string, holders: readonly HeldKey[]): readonly SoftToken[] {
  const { PKCS11 } = createRequire(import.meta.resolve('@hocba/agent'))('pkcs11js') as {
    PKCS11: new () => Writer;
  };
  const pkcs11 = new PKCS11();
  pkcs11.load(module);
  pkcs11.C_Initialize();
  try {
    return pkcs11.C_GetSlotList(true).flatMap((slot) => {
      const { label, serialNumber } = pkcs11.C_GetTokenInfo(slot);
      const holder = holders.find(({ user }) => user === label.trim());
      if (holder === undefined) return [];
      const session = pkcs11.C_OpenSession(slot, 0x6);
      pkcs11.C_Login(session, 1, PIN);
      for (const [n, der] of holder.leaf.chain.entries()) {
        pkcs11.C_CreateObject(session, [
          { type: CKA.class, value: 1 },
          { type: CKA.token, value: true },
          { type: CKA.certificateType, value: 0 },
          { type: CKA.subject, value: Buffer.alloc(1) },
          { type: CKA.id, value: Buffer.from([n === 0 ? 0xa1 : 0xb0 + n]) },
          { type: CKA.value, value: Buffer.from(der) },
        ]);
      }
      pkcs11.C_Logout(session);
      pkcs11.C_CloseSession(session);
      return [{ holder, serial: serialNumber.trim() }];
    });
  } finally {
    pkcs11.C_Finalize();
  }
}
