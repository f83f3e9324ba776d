import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addCheckpoint,
  emptyRoot,
  formatAddCheckpoint,
  formatCheckpointText,
  formatNote,
  parseNote,
  parseVkey,
  signNote,
  type WitnessPorts,
} from '@hocba/ledger';
import {
  nodeEd25519 as ed25519,
  ed25519Signer,
  generateLogKey,
  openWitnessState,
  nodeSha256 as sha256,
  type WitnessFiles,
} from '@hocba/ledger/node';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KNOWN_FOLDER, lookAtMemory, RESTORED_FILE } from './restored.ts';

const [A, B] = ['a.example/1', 'b.example/1'] as const;
const keys = new Map<string, ReturnType<typeof ed25519Signer>>(
  [A, B].map((origin) => [origin, ed25519Signer(origin, generateLogKey())] as const),
);
const signer = ed25519Signer('w.example', generateLogKey(), 0x04);

let dir: string;
let state: WitnessFiles;
let lines: string[];
/** Hours by which the witness's clock is behind the file system's. */
let hoursAgo: number;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hocba-restored-'));
  state = openWitnessState(join(dir, 'state'));
  [lines, hoursAgo] = [[], 0];
});
afterEach(() => {
  state.close();
  rmSync(dir, { recursive: true });
});

function ports(): WitnessPorts & { state: WitnessFiles } {
  const logs = [...keys.values()].map(({ vkey }) => parseVkey(sha256, vkey));
  return { sha256, ed25519, signer, logs, state, now: () => Date.now() - hoursAgo * 3_600_000 };
}

/** Trees of any size without a proof: each witness here begins with it. */
async function checkpoint(origin: string, size: number, fill = size): Promise<Uint8Array> {
  const root = size === 0 ? emptyRoot(sha256) : new Uint8Array(32).fill(fill);
  const text = formatCheckpointText({ origin, size, root });
  const key = keys.get(origin) ?? expect.fail();
  return formatNote({ text, signatures: [await signNote(sha256, ed25519, key, text)] });
}

async function cosigned(origin: string, size: number, by = ports(), fill = size): Promise<Uint8Array> {
  const note = await checkpoint(origin, size, fill);
  const body = formatAddCheckpoint({ oldSize: 0, proof: [], checkpoint: note });
  const answer = await addCheckpoint(by, body);
  expect(answer.status).toBe(200);
  return Buffer.concat([note, Buffer.from(answer.body)]);
}

/** The same key with no memory: what it cosigned elsewhere, before or after. */
function elsewhere(): WitnessPorts & { state: WitnessFiles } {
  const records = new Map<string, Uint8Array>();
  const memory: WitnessFiles = {
    load: async (origin) => records.get(origin) ?? null,
    swap: async (origin, _, next) => records.set(origin, next) !== undefined,
    placedAt: async () => null,
    close: () => undefined,
  };
  return { ...ports(), state: memory };
}

function look(over: { forgotten?: boolean; clockChecked?: boolean } = {}) {
  const place = {
    dir,
    temporary: join(dir, 'state', '.temp'),
    forgotten: false,
    clockChecked: false,
    ...over,
  };
  return lookAtMemory(ports(), place, { err: (line) => void lines.push(line) });
}
async function held(forgotten = false): Promise<string[]> {
  const found = await look({ forgotten });
  return [A, B].filter((origin) => found.held(origin, 0, 0));
}

function known(name: string, bytes: Uint8Array): void {
  mkdirSync(join(dir, KNOWN_FOLDER), { recursive: true });
  writeFileSync(join(dir, KNOWN_FOLDER, name), bytes);
}

describe('which logs are held', () => {
  test('none, of a memory that is as it was written; of a new witness neither', async () => {
    expect(await held()).toEqual([]);
    await cosigned(A, 5);
    expect(await held()).toEqual([]);
    expect(existsSync(join(dir, RESTORED_FILE))).toBe(false);
  });

  test('all, where a record came long after it was cosigned; each until it was shown', async () => {
    hoursAgo = 2;
    await cosigned(A, 5);
    hoursAgo = 0;
    expect(await held()).toEqual([A, B]);
    expect(existsSync(join(dir, RESTORED_FILE))).toBe(true);
    known('a', await cosigned(A, 5, elsewhere()));
    expect(await held()).toEqual([B]);
    // Used up, so that no backup has it; from now on the memory says so itself.
    expect(readdirSync(join(dir, KNOWN_FOLDER))).toEqual([]);
    expect(await held()).toEqual([B]);
    // A log that was never seen: only the operator knows that it is a new one.
    rmSync(join(dir, RESTORED_FILE));
    expect(await held()).toEqual([]);
  });

  test('all, where the memory is gone and the key is there', async () => {
    expect(await held(true)).toEqual([A, B]);
    expect(await held()).toEqual([A, B]);
  });

  test('by a mark that is older than what was brought back, all the same', async () => {
    writeFileSync(join(dir, RESTORED_FILE), '');
    const old = new Date(Date.now() - 100 * 3_600_000);
    utimesSync(join(dir, RESTORED_FILE), old, old);
    hoursAgo = 2;
    await cosigned(A, 5);
    hoursAgo = 0;
    expect(await held()).toEqual([A, B]);
  });

  test('a log whose record is of a time to come', async () => {
    writeFileSync(join(dir, RESTORED_FILE), '');
    hoursAgo = -5;
    await cosigned(A, 5);
    hoursAgo = 0;
    expect(await held()).toEqual([A, B]);
  });
});

describe('what reminds a witness', () => {
  beforeEach(async () => {
    writeFileSync(join(dir, RESTORED_FILE), '');
    const before = new Date(Date.now() - 60_000);
    hoursAgo = 1 / 30;
    await cosigned(A, 5);
    await cosigned(B, 5);
    hoursAgo = 0;
    utimesSync(join(dir, RESTORED_FILE), before, before);
  });
  const rootOf = async (origin: string) =>
    parseNote((await state.load(origin)) ?? new Uint8Array())
      .text.split('\n')
      .slice(1, 3);

  test('a larger tree takes the place of the memory', async () => {
    known('a', await cosigned(A, 9, elsewhere()));
    expect(await held()).toEqual([B]);
    expect(await rootOf(A)).toEqual(['9', Buffer.alloc(32, 9).toString('base64')]);
  });

  test.each<[string, () => Promise<Uint8Array>]>([
    ['a smaller tree', () => cosigned(A, 4, elsewhere())],
    ['a tree that it did not cosign', () => checkpoint(A, 9)],
    [
      'a tree that another witness cosigned',
      () => cosigned(A, 9, { ...elsewhere(), signer: ed25519Signer('w.example', generateLogKey(), 0x04) }),
    ],
    [
      'a tree that the log did not sign',
      async () => {
        const note = parseNote(await cosigned(A, 9, elsewhere()));
        return formatNote({ ...note, signatures: note.signatures.slice(1) });
      },
    ],
    ['a time to come', () => cosigned(A, 9, { ...elsewhere(), now: () => Date.now() + 3_600_000 })],
    ['nonsense', async () => new Uint8Array(9)],
    ['nothing', async () => new Uint8Array()],
  ])('%s does not', async (_, make) => {
    known('x', await make());
    expect(await held()).toEqual([A, B]);
    expect((await rootOf(A))[0]).toBe('5');
  });

  test('another tree of the same size: this key has cosigned two histories, and signs no more of that log', async () => {
    known('x', await cosigned(A, 5, elsewhere(), 77));
    known('b', await cosigned(B, 5, elsewhere()));
    expect(await held()).toEqual([A]);
    rmSync(join(dir, RESTORED_FILE));
    expect(await held()).toEqual([A]);
    expect(lines.join('')).toContain('HAI LỊCH SỬ');
  });
});

test('who is asked says that more was cosigned than is remembered: told once', async () => {
  const found = await look();
  for (let n = 0; n < 3; n++) expect(found.held(A, 100, 5)).toBe(false);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('đã xác nhận 100 lá, ở đây chỉ nhớ 5');
});

test('a memory of a time to come: cosigned again once the operator has looked at the clock, and only over that time', async () => {
  const again = async (over: Partial<WitnessPorts>) => {
    const body = formatAddCheckpoint({ oldSize: 5, proof: [], checkpoint: await checkpoint(A, 5) });
    return (await addCheckpoint({ ...ports(), ...over }, body)).status;
  };
  hoursAgo = -5;
  await cosigned(A, 5);
  hoursAgo = 0;
  expect(await again(await look())).toBe(503);
  const checked = await look({ clockChecked: true });
  expect(await again(checked)).toBe(200);
  // Later the clock leaps: what was said of the one time says nothing of the other.
  hoursAgo = -6;
  expect(await again(checked)).toBe(200);
  hoursAgo = 0;
  expect(await again(checked)).toBe(503);
});
