import { beforeEach, describe, expect, test } from 'vitest';
import { formatLockRecord, parseLockRecord } from '../log/lock-record.ts';
import { createLog, type Log, openLog } from '../log/log.ts';
import { formatCheckpointText, parseCheckpointText } from '../note/checkpoint.ts';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { cosign, formatNote, parseNote, signNote } from '../note/note.ts';
import { parsePolicy } from '../note/policy.ts';
import { ORIGIN, pendingRange, type TestPorts, testPorts, wordSigner } from '../testing/ports.node.ts';
import { CLOSED_PATH, judgeByClosing, openClosing, signClosing } from './closing.ts';

let ports: TestPorts;
let log: Log;

beforeEach(async () => {
  ports = testPorts();
  await createLog(ports);
  log = await openLog(ports);
  await log.append(0, pendingRange(0, 300));
});

const witness = wordSigner('w.example', 'w', 0x04);
const policyOf = (quorum: string) =>
  parsePolicy(sha256, `log ${ports.signer.vkey}\nwitness w ${witness.vkey}\nquorum ${quorum}\n`);
const closedNote = () => ports.storage.files.get(CLOSED_PATH) as Uint8Array;
const opened = () => openClosing(sha256, ed25519, ports.signer.vkey, closedNote());

async function cosigned(): Promise<Uint8Array> {
  const note = parseNote(log.checkpoint);
  const line = await cosign(sha256, ed25519, witness, note.text, 1_790_000_000);
  return formatNote({ ...note, signatures: [...note.signatures, line] });
}

describe('closing a log', () => {
  test('no further leaf, in this process or a later one; what is there is answered as before', async () => {
    await log.close();
    expect(log.life).toBe('closed');
    for (const one of [log, await openLog(ports)]) {
      expect(one.life).toBe('closed');
      await expect(one.append(300, pendingRange(300, 301))).rejects.toMatchObject({ code: 'log-closed' });
      await expect(one.append(299, pendingRange(299, 301))).rejects.toMatchObject({ code: 'log-closed' });
      expect(await one.append(290, pendingRange(290, 300))).toMatchObject({ added: 0, size: 300 });
      expect((await one.proofFor(5)).length).toBeGreaterThan(0);
    }
    expect(await opened()).toMatchObject({ origin: ORIGIN, size: 300, root: log.root });
  });

  test('again changes nothing', async () => {
    await log.close();
    const [note, lock] = [closedNote(), await ports.lock.load()];
    await log.close();
    await (await openLog(ports)).close();
    expect(closedNote()).toEqual(note);
    expect(await ports.lock.load()).toEqual(lock);
  });

  test('an empty log', async () => {
    ports = testPorts();
    await createLog(ports);
    log = await openLog(ports);
    await log.close();
    expect(await opened()).toMatchObject({ size: 0 });
    expect((await openLog(ports)).life).toBe('closed');
  });

  test('its name cannot be used again', async () => {
    await log.close();
    await expect(createLog(ports)).rejects.toMatchObject({ code: 'log-exists' });
    const emptied = testPorts({ storage: ports.storage });
    for (const path of [...ports.storage.files.keys()])
      if (path !== CLOSED_PATH) ports.storage.files.delete(path);
    await expect(createLog(emptied)).rejects.toMatchObject({ code: 'log-exists' });
  });

  test('an older backup of the lock does not open it again', async () => {
    const old = (await ports.lock.load()) as Uint8Array;
    await log.close();
    await ports.lock.swap(await ports.lock.load(), old);
    await expect(openLog(ports)).rejects.toMatchObject({ code: 'lock-behind-storage', detail: 'closed' });
    await expect(log.append(300, pendingRange(300, 301))).rejects.toMatchObject({ code: 'log-closed' });
  });

  test('an older backup of the files gets its closing back', async () => {
    await log.close();
    const note = closedNote();
    ports.storage.files.delete(CLOSED_PATH);
    await openLog(ports);
    expect(closedNote()).toEqual(note);
  });

  test.each([
    ['nonsense', async () => new TextEncoder().encode('x')],
    [
      'another key’s',
      async () =>
        signClosing(sha256, ed25519, wordSigner(ORIGIN, 'other'), {
          origin: ORIGIN,
          size: 300,
          root: log.root,
          closedAt: 1,
        }),
    ],
    [
      'another size',
      async () =>
        signClosing(sha256, ed25519, ports.signer, {
          origin: ORIGIN,
          size: 299,
          root: log.root,
          closedAt: 1,
        }),
    ],
  ])('a closing that is %s: the log does not open', async (_, make) => {
    await log.close();
    ports.storage.files.set(CLOSED_PATH, await make());
    await expect(openLog(ports)).rejects.toThrow();
  });

  test.each(['swap', 'swap after its work', 'write', 'write after its work'])(
    'a fault at %s',
    async (fault) => {
      let armed = true;
      const strike = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
        if (!armed || !fault.startsWith(name)) return work();
        armed = false;
        if (fault.endsWith('its work')) await work();
        throw new Error('injected');
      };
      const failing = await openLog({
        ...ports,
        lock: { ...ports.lock, swap: (old, next) => strike('swap', () => ports.lock.swap(old, next)) },
        storage: {
          ...ports.storage,
          write: (path, bytes) => strike('write', () => ports.storage.write(path, bytes)),
        },
      });
      await expect(failing.close()).rejects.toThrow('injected');
      const restarted = await openLog(ports);
      expect(restarted.life === 'closed').toBe(ports.storage.files.has(CLOSED_PATH));
      await failing.close();
      expect(failing.life).toBe('closed');
      expect((await openLog(ports)).life).toBe('closed');
      expect(await opened()).toMatchObject({ size: 300 });
    },
  );

  test('of two processes the one that appends beside a closing loses', async () => {
    const other = await openLog(ports);
    await log.close();
    await expect(other.append(300, pendingRange(300, 301))).rejects.toMatchObject({ code: 'lost-race' });
    await expect(other.append(300, pendingRange(300, 301))).rejects.toMatchObject({ code: 'log-closed' });
  });

  test('a clock that went back closes nothing', async () => {
    let time = 2_000_000_000_000;
    const late = await openLog({ ...ports, now: () => time });
    await late.append(300, pendingRange(300, 301));
    time -= 1;
    await expect(late.close()).rejects.toMatchObject({ code: 'time-went-back' });
  });
});

test.each(['closed', 'frozen'] as const)(
  'a lock into which somebody wrote that the log is %s: its key signs no closing that nobody ordered',
  async (life) => {
    let ordered = false;
    const asked = { ...ports, closingOrdered: async () => ordered };
    const bytes = (await ports.lock.load()) as Uint8Array;
    const written = formatLockRecord({ ...parseLockRecord(bytes), life });
    expect(await ports.lock.swap(bytes, written)).toBe(true);
    await expect(openLog(asked)).rejects.toMatchObject({ code: 'lock-invalid' });
    expect(ports.storage.files.has(CLOSED_PATH)).toBe(false);
    // Ordered after all: it is closed as it would have been.
    ordered = true;
    expect((await openLog(asked)).life).toBe(life);
    expect(await opened()).toMatchObject({ size: 300 });
    ordered = false;
    expect((await openLog(asked)).life).toBe(life);
  },
);

describe('a closing', () => {
  test('says of a checkpoint whether it may exist', async () => {
    const early = parseCheckpointText(parseNote(log.checkpoint).text);
    await log.append(300, pendingRange(300, 400));
    await log.close();
    const closing = await opened();
    const last = parseCheckpointText(parseNote(log.checkpoint).text);
    expect(judgeByClosing(closing, early)).toBe('earlier');
    expect(judgeByClosing(closing, last)).toBe('last');
    expect(judgeByClosing(closing, { ...last, size: 401 })).toBe('signed-after-close');
    expect(judgeByClosing(closing, { ...last, root: new Uint8Array(32) })).toBe('signed-after-close');
    expect(() => judgeByClosing(closing, { ...last, origin: 'khac.example' })).toThrow();
  });

  const head = 'hocba.vn/log-closed/v1\nclosed 2026-08-31T00:00:00Z\n';
  const body = () => formatCheckpointText({ origin: ORIGIN, size: 1, root: new Uint8Array(32) });
  test.each<[string, () => string]>([
    ['another header', () => head.replace('v1', 'v2') + body()],
    ['no time', () => `hocba.vn/log-closed/v1\n${body()}`],
    ['a local time', () => head.replace('Z', '+07:00') + body()],
    ['a day that is none', () => head.replace('08-31', '09-31') + body()],
    ['the beginning of time', () => head.replace('2026-08-31', '1970-01-01') + body()],
    ['a line more', () => `${head}${body()}more\n`],
    ['no checkpoint', () => head],
    ['a checkpoint alone', () => body()],
    ['another origin', () => head + body().replace(ORIGIN, 'khac.example')],
  ])('with %s is none', async (_, text) => {
    const signature = await signNote(sha256, ed25519, ports.signer, text());
    const note = formatNote({ text: text(), signatures: [signature] });
    await expect(openClosing(sha256, ed25519, ports.signer.vkey, note)).rejects.toThrow();
  });

  test('can never be shown as a checkpoint', async () => {
    await log.close();
    expect(() => parseCheckpointText(parseNote(closedNote()).text)).toThrow();
  });
});

describe('freezing', () => {
  test('needs the closing, the quorum, and every file', async () => {
    await expect(log.freeze(policyOf('w'))).rejects.toMatchObject({ code: 'log-not-closed' });
    await log.close();
    await expect(log.freeze(policyOf('w'))).rejects.toMatchObject({ code: 'quorum-missing' });
    const last = await cosigned();
    await log.publishCosigned(last);
    const tile = ports.storage.files.get('tile/entries/000') as Uint8Array;
    tile[100] = (tile[100] ?? 0) ^ 1;
    await expect(log.freeze(policyOf('w'))).rejects.toMatchObject({
      code: 'audit-failed',
      detail: 'tile/entries/000',
    });
    tile[100] = (tile[100] ?? 0) ^ 1;
    await log.freeze(policyOf('w'));
    await log.freeze(policyOf('w'));
    for (const one of [log, await openLog(ports)]) {
      expect(one.life).toBe('frozen');
      expect(one.checkpoint).toEqual(last);
      await expect(one.append(300, pendingRange(300, 301))).rejects.toMatchObject({ code: 'log-closed' });
      await expect(one.publishCosigned(last)).rejects.toMatchObject({ code: 'log-frozen' });
      await one.close();
      expect(one.life).toBe('frozen');
    }
  });

  test('a fault on the way is told, and it is frozen when asked again', async () => {
    await log.close();
    let armed = true;
    const swap: typeof ports.lock.swap = async (...args) => {
      if (armed) throw new Error('injected');
      return ports.lock.swap(...args);
    };
    const failing = await openLog({ ...ports, lock: { ...ports.lock, swap } });
    await expect(failing.freeze(policyOf('none'))).rejects.toThrow('injected');
    expect((await openLog(ports)).life).toBe('closed');
    armed = false;
    await failing.freeze(policyOf('none'));
    expect(failing.life).toBe('frozen');
  });

  test('without witnesses where none are asked for; afterwards nothing is signed any more', async () => {
    await log.close();
    await log.freeze(policyOf('none'));
    const signer = { vkey: ports.signer.vkey, sign: () => Promise.reject(new Error('the key is gone')) };
    const reader = await openLog({ ...ports, signer });
    expect(reader.life).toBe('frozen');
    expect((await reader.proofFor(299)).length).toBeGreaterThan(0);
  });
});

describe('the lock’s record', () => {
  const record = (life: string) =>
    new TextEncoder().encode(`hocba.vn/ledger-lock/v1\ntime 5\nstaged none\n${life}\ncheckpoint`);
  test('of an open log is as it always was; a life that is none is refused', () => {
    expect(parseLockRecord(record(''))).not.toHaveProperty('life');
    expect(parseLockRecord(record('life closed\n'))).toMatchObject({ life: 'closed', time: 5 });
    for (const life of ['life open\n', 'life\n', 'life closed\nlife closed\n', 'Life closed\n', 'closed\n']) {
      expect(() => parseLockRecord(record(life))).toThrow(expect.objectContaining({ code: 'lock-invalid' }));
    }
  });
});
