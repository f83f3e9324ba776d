import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pkcs11Port } from '@hocba/agent';

/** What a token does that a software one never does; a file says it, so that another process can change it. */
export type Mishap = 'none' | 'unplugged' | 'locked' | 'asleep' | 'swapped';

const CKR = { deviceRemoved: 0x32, functionFailed: 0x6, pinLocked: 0xa4, sessionInvalid: 0xb3 } as const;

function fail(code: number): never {
  throw Object.assign(new Error('PKCS#11'), { code });
}

/**
 * A token behind the agent's own port: a second for a signature, unplugged in the middle, locked, asleep, or another
 * person's put in. Everything else goes to the real module.
 *
 * @param control file whose content is the mishap of now
 * @param mine serial number of the token that is put in; others are not there unless it is swapped
 */
export function shimmed(module: Pkcs11Port, control: string, delayMs: number, mine: string): Pkcs11Port {
  const mishap = (): Mishap => readFileSync(control, 'utf8').trim() as Mishap;
  let generation = 0;
  let last: Mishap = 'none';
  const sessions = new Map<string, number>();
  const now = (): Mishap => {
    const found = mishap();
    if (found !== last && (found === 'unplugged' || last === 'unplugged' || found === 'swapped'))
      generation++;
    last = found;
    return found;
  };
  const alive = (session: Buffer): void => {
    const state = now();
    if (state === 'unplugged') fail(CKR.deviceRemoved);
    if (sessions.get(session.toString('hex')) !== generation) fail(CKR.sessionInvalid);
    if (state === 'asleep') fail(CKR.functionFailed);
  };
  return {
    C_GetSlotList(present) {
      const state = now();
      if (state === 'unplugged') return [];
      return module.C_GetSlotList(present).filter((slot) => {
        const isMine = module.C_GetTokenInfo(slot).serialNumber.trim() === mine;
        return state === 'swapped' ? !isMine : isMine;
      });
    },
    C_GetTokenInfo: (slot) => module.C_GetTokenInfo(slot),
    C_OpenSession(slot, flags) {
      if (now() === 'unplugged') fail(CKR.deviceRemoved);
      const session = module.C_OpenSession(slot, flags);
      sessions.set(session.toString('hex'), generation);
      return session;
    },
    C_CloseSession(session) {
      sessions.delete(session.toString('hex'));
      module.C_CloseSession(session);
    },
    C_Login(session, user, pin) {
      alive(session);
      if (now() === 'locked') fail(CKR.pinLocked);
      module.C_Login(session, user, pin);
    },
    C_FindObjectsInit(session, template) {
      alive(session);
      module.C_FindObjectsInit(session, template);
    },
    C_FindObjects: (session, most) => module.C_FindObjects(session, most),
    C_FindObjectsFinal: (session) => module.C_FindObjectsFinal(session),
    C_GetAttributeValue: (session, object, template) => module.C_GetAttributeValue(session, object, template),
    C_SignInit(session, mechanism, key) {
      alive(session);
      module.C_SignInit(session, mechanism, key);
    },
    async C_SignAsync(session, data, out) {
      const value = await module.C_SignAsync(session, data, out);
      await pause(delayMs);
      alive(session);
      return value;
    },
  };
}
