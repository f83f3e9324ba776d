import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog, type Log, openLog } from '../log/log.ts';
import { formatCheckpointText, openCheckpoint, parseCheckpointText } from '../note/checkpoint.ts';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { cosign, formatNote, parseNote, parseVkey, signNote, verifyNote } from '../note/note.ts';
import { ORIGIN, pendingRange, type TestPorts, testPorts, wordSigner } from '../testing/ports.node.ts';
import { testWitness } from '../testing/witness.node.ts';
import {
  addCheckpoint,
  cosignedPath,
  formatAddCheckpoint,
  lastCosigned,
  MAX_WITNESS_BODY,
  memoryWitnessState,
  openWitnessRecord,
  type WitnessPorts,
} from './witness.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Checkpoints of the same log at sizes 0, 1, 5, 300, 301, 700, with the log at the last. */
const SIZES = [1, 5, 300, 301, 700];
let log: Log;
let ports: TestPorts;
let at: Map<number, Uint8Array>;
/** Consistency proofs between any two of the sizes. */
const proofs = new Map<string, readonly Uint8Array[]>();
let witness: WitnessPorts;

beforeAll(async () => {
  ports = testPorts();
  await createLog(ports);
  log = await openLog(ports);
  at = new Map([[0, log.checkpoint]]);
  for (const size of SIZES) {
    await log.append(log.size, pendingRange(log.size, size));
    at.set(size, log.checkpoint);
    for (const first of [...at.keys()]) proofs.set(`${first} ${size}`, await log.consistencyFrom(first));
  }
});
beforeEach(() => {
  witness = testWitness('w.example');
});

const checkpointAt = (size: number) => at.get(size) as Uint8Array;
function request(
  oldSize: number,
  size: number,
  over: Partial<Parameters<typeof formatAddCheckpoint>[0]> = {},
) {
  const proof = proofs.get(`${oldSize} ${size}`) ?? [];
  return formatAddCheckpoint({ oldSize, proof, checkpoint: checkpointAt(size), ...over });
}
const ask = (body: Uint8Array) => addCheckpoint(witness, body);
const known = async () => {
  const record = await witness.state.load(ORIGIN);
  return record === null ? null : (await openWitnessRecord(witness, ORIGIN, record)).size;
};

/** A checkpoint of the test origin with any root, signed by a word's key. */
async function forged(
  size: number,
  root: Uint8Array,
  word = 'log key',
  origin = ORIGIN,
): Promise<Uint8Array> {
  const note = formatCheckpointText({ origin, size, root });
  return formatNote({
    text: note,
    signatures: [await signNote(sha256, ed25519, wordSigner(origin, word), note)],
  });
}

describe('a witness cosigns', () => {
  test('from nothing, forward, and again at the same size', async () => {
    for (const [oldSize, size] of [
      [0, 1],
      [1, 300],
      [300, 301],
      [301, 301],
      [301, 700],
    ] as const) {
      const answer = await ask(request(oldSize, size));
      expect(answer).toMatchObject({ status: 200, contentType: 'text/plain; charset=utf-8' });
      const cosigned = utf8(text(checkpointAt(size)) + answer.body);
      const key = parseVkey(sha256, witness.signer.vkey);
      const opened = await openCheckpoint(ed25519, cosigned, [parseVkey(sha256, ports.signer.vkey)], [key]);
      expect(opened.cosigned).toMatchObject([{ key, time: expect.any(Number) }]);
      expect(await known()).toBe(size);
    }
  });

  test('the empty tree', async () => {
    expect(await ask(request(0, 0))).toMatchObject({ status: 200 });
    expect(await ask(request(0, 5))).toMatchObject({ status: 200 });
  });

  test('a checkpoint that carries signatures of others, and keeps only the log’s', async () => {
    const other = await signNote(
      sha256,
      ed25519,
      wordSigner('khac.example', 'x'),
      parseNote(checkpointAt(5)).text,
    );
    const note = parseNote(checkpointAt(5));
    const checkpoint = formatNote({ ...note, signatures: [other, ...note.signatures] });
    expect(await ask(request(0, 5, { checkpoint }))).toMatchObject({ status: 200 });
    expect(text((await witness.state.load(ORIGIN)) as Uint8Array)).not.toContain('khac.example');
  });

  test.each([
    ['one', 'more\n'],
    ['many, of any kind', `0\n${ORIGIN}\n— x\n\u00a0\n`],
  ])('a checkpoint with extension lines (%s), and its cosignature is of them too', async (_, extension) => {
    const { root } = parseCheckpointText(parseNote(checkpointAt(5)).text);
    const note = `${formatCheckpointText({ origin: ORIGIN, size: 5, root })}${extension}`;
    const checkpoint = formatNote({
      text: note,
      signatures: [await signNote(sha256, ed25519, ports.signer, note)],
    });
    const answer = await ask(request(0, 5, { checkpoint }));
    expect(answer).toMatchObject({ status: 200 });
    const cosigned = parseNote(utf8(`${note}\n${answer.body}`));
    expect(await verifyNote(ed25519, cosigned, [parseVkey(sha256, witness.signer.vkey)])).toHaveLength(1);
    expect(await known()).toBe(5);
    expect(await ask(request(5, 300))).toMatchObject({ status: 200 });
  });

  test('a checkpoint among 16 signatures of nearly 5 kB', async () => {
    const note = parseNote(checkpointAt(5));
    const others = Array.from({ length: 15 }, (_, n) => ({
      name: `${'x'.repeat(60)}.example/${n}`,
      keyId: '0000000a',
      signature: new Uint8Array(4_900),
    }));
    const checkpoint = formatNote({ ...note, signatures: [...others, ...note.signatures] });
    expect(checkpoint.length).toBeGreaterThan(65_536);
    expect(await ask(request(0, 5, { checkpoint }))).toMatchObject({ status: 200 });
  });

  test('by any of an origin’s keys', async () => {
    const second = parseVkey(sha256, wordSigner(ORIGIN, 'second key').vkey);
    witness = testWitness('w.example', { logs: [...witness.logs, second] });
    const { root } = parseCheckpointText(parseNote(checkpointAt(5)).text);
    expect(await ask(request(0, 5, { checkpoint: await forged(5, root, 'second key') }))).toMatchObject({
      status: 200,
    });
  });
});

describe('a witness refuses', () => {
  beforeEach(async () => {
    expect(await ask(request(0, 300))).toMatchObject({ status: 200 });
  });

  const root = new Uint8Array(32).fill(7);
  const line = `${btoa('\x01'.repeat(32))}\n`;
  test.each<[string, number, () => Uint8Array | Promise<Uint8Array>]>([
    ['nothing', 400, () => new Uint8Array(0)],
    ['no old size', 400, () => utf8(`\n${text(checkpointAt(700))}`)],
    ['another keyword', 400, () => utf8(text(request(300, 700)).replace('old ', 'Old '))],
    ['a leading zero', 400, () => utf8(text(request(300, 700)).replace('old ', 'old 0'))],
    ['two spaces', 400, () => utf8(text(request(300, 700)).replace('old ', 'old  '))],
    ['a negative size', 400, () => utf8(text(request(300, 700)).replace('old ', 'old -'))],
    ['carriage returns', 400, () => utf8(text(request(300, 700)).replaceAll('\n', '\r\n'))],
    ['a proof that is no base64', 400, () => utf8(`old 300\n!\n\n${text(checkpointAt(700))}`)],
    ['a hash of 31 bytes', 400, () => utf8(`old 300\n${btoa('x'.repeat(31))}\n\n${text(checkpointAt(700))}`)],
    ['64 hashes', 400, () => utf8(`old 300\n${line.repeat(64)}\n${text(checkpointAt(700))}`)],
    ['no checkpoint', 400, () => utf8('old 300\n\n')],
    ['no empty line before the checkpoint', 400, () => utf8(`old 300\n${text(checkpointAt(700))}`)],
    ['no signature line', 400, () => utf8(`old 300\n\n${parseNote(checkpointAt(700)).text}`)],
    [
      'an empty line behind the root',
      400,
      async () => {
        const note = `${ORIGIN}\n700\n${btoa('\x00'.repeat(32))}\n\n`;
        const signature = await signNote(sha256, ed25519, ports.signer, note);
        return formatAddCheckpoint({
          oldSize: 300,
          proof: [],
          checkpoint: formatNote({ text: note, signatures: [signature] }),
        });
      },
    ],
    ['bytes that are no UTF-8', 400, () => Uint8Array.of(...request(300, 700), 0xff)],
    ['a body too long', 400, () => utf8(text(request(300, 700)).padEnd(MAX_WITNESS_BODY + 1, '\n'))],
    ['an old size above the checkpoint’s', 400, () => request(700, 300)],
    [
      'an unknown origin',
      404,
      async () => request(0, 5, { checkpoint: await forged(5, root, 'x', 'khac.example') }),
    ],
    [
      // As of the Go checksum database: no key name can be that.
      'an unknown origin with spaces',
      404,
      async () => {
        const note = parseNote(checkpointAt(5));
        const text = note.text.replace(ORIGIN, 'go.sum database tree');
        return request(0, 5, { checkpoint: formatNote({ ...note, text }) });
      },
    ],
    [
      'another key of the same name',
      403,
      async () => request(300, 700, { checkpoint: await forged(700, root, 'stolen') }),
    ],
    [
      'a flipped signature',
      403,
      () => {
        const bytes = utf8(text(checkpointAt(700)));
        const at = bytes.length - 10;
        bytes[at] = bytes[at] === 65 ? 66 : 65;
        return request(300, 700, { checkpoint: bytes });
      },
    ],
    [
      'a signature over another size',
      403,
      () =>
        request(300, 700, {
          checkpoint: utf8(text(checkpointAt(700)).replace('\n700\n', '\n701\n')),
        }),
    ],
    [
      'a known key’s signature twice',
      403,
      () => {
        const note = parseNote(checkpointAt(700));
        return request(300, 700, {
          checkpoint: formatNote({ ...note, signatures: [...note.signatures, ...note.signatures] }),
        });
      },
    ],
    ['an old size below', 409, () => request(5, 700)],
    ['an old size above, below the checkpoint’s', 409, () => request(301, 700)],
    ['old size 0 once cosigned', 409, () => request(0, 700)],
    ['a tree smaller than the one cosigned', 409, () => request(1, 5)],
    ['an empty proof', 422, () => request(300, 700, { proof: [] })],
    ['a proof too long', 422, () => request(300, 700, { proof: [...(proofs.get('300 700') ?? []), root] })],
    ['a proof too short', 422, () => request(300, 700, { proof: (proofs.get('300 700') ?? []).slice(1) })],
    ['another size’s proof', 422, () => request(300, 700, { proof: proofs.get('301 700') ?? [] })],
    ['another tree', 422, async () => request(300, 700, { checkpoint: await forged(700, root) })],
    [
      'another tree of the same size',
      422,
      async () => request(300, 300, { checkpoint: await forged(300, root) }),
    ],
    ['a proof to the same size', 422, () => request(300, 300, { proof: [root] })],
  ])('%s', async (_, status, body) => {
    const answer = await ask(await body());
    expect(answer.status).toBe(status);
    if (status === 409) expect(answer).toMatchObject({ contentType: 'text/x.tlog.size', body: '300\n' });
    expect(await known()).toBe(300);
  });

  test.each([0, 1, 2, 3])('hash %i of a proof with one flipped bit', async (i) => {
    const proof = (proofs.get('300 700') ?? []).map((hash) => hash.slice());
    const hash = proof[i % proof.length] as Uint8Array;
    hash[i] = (hash[i] ?? 0) ^ 8;
    expect(await ask(request(300, 700, { proof }))).toMatchObject({ status: 422 });
  });

  test('from nothing: a proof, a root of an empty tree that is none, and a size that nobody cosigned', async () => {
    witness = testWitness('neu.example');
    expect(await ask(request(0, 5, { proof: [root] }))).toMatchObject({ status: 422 });
    expect(await ask(request(0, 0, { checkpoint: await forged(0, root) }))).toMatchObject({ status: 422 });
    expect(await ask(request(1, 5))).toMatchObject({ status: 409, body: '0\n' });
    expect(await known()).toBeNull();
  });
});

describe('a witness shows', () => {
  const shown = (origin = ORIGIN) => lastCosigned(witness, cosignedPath(sha256, origin));

  test('what it cosigned last, with the log’s signature and its own; nothing where it never did', async () => {
    expect(await shown()).toMatchObject({ status: 404 });
    await ask(request(0, 5));
    const { body: line } = await ask(request(5, 300));
    const answer = await shown();
    expect(answer).toEqual({
      status: 200,
      contentType: 'text/plain; charset=utf-8',
      body: text(checkpointAt(300)) + line,
    });
    const key = parseVkey(sha256, witness.signer.vkey);
    const opened = await openCheckpoint(ed25519, utf8(answer.body), witness.logs, [key]);
    expect(opened).toMatchObject({ size: 300, cosigned: [{ key }] });
  });

  test('nothing of another log, by another hash, or out of a damaged record', async () => {
    await ask(request(0, 5));
    expect(await shown('khac.example')).toMatchObject({ status: 404 });
    for (const path of ['checkpoint', `${'0'.repeat(64)}/checkpoint`, ORIGIN])
      expect(await lastCosigned(witness, path)).toMatchObject({ status: 404 });
    const record = (await witness.state.load(ORIGIN)) as Uint8Array;
    await witness.state.swap(ORIGIN, record, record.slice(0, -3));
    expect(await shown()).toMatchObject({ status: 500 });
  });

  test('the hash is the one that everybody computes', () => {
    // printf example.com/behind-the-sofa | sha256sum
    expect(cosignedPath(sha256, 'example.com/behind-the-sofa')).toBe(
      '5fd2dc0beb4ce54da5050cf6d5c75248b023abad441c3cecde3976fbe9da4fe4/checkpoint',
    );
  });
});

describe('a witness’s memory', () => {
  test('two at once never roll back: one is stored, the other is judged against it', async () => {
    await ask(request(0, 1));
    for (let round = 0; round < 10; round++) {
      const state = memoryWitnessState();
      witness = testWitness('w.example', { state });
      await ask(request(0, 1));
      const answers = await Promise.all([ask(request(1, 5)), ask(request(1, 700)), ask(request(1, 300))]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
      const winner = [5, 700, 300][answers.findIndex(({ status }) => status === 200)];
      expect(await known()).toBe(winner);
    }
  });

  test('a swap that always loses gives up, with nothing cosigned', async () => {
    const state = { ...memoryWitnessState(), swap: async () => false };
    witness = testWitness('w.example', { state });
    expect(await ask(request(0, 5))).toMatchObject({ status: 503 });
  });

  test('a storage that fails after its work: the caller learns the size by asking again', async () => {
    const inner = memoryWitnessState();
    const state = {
      ...inner,
      swap: async (...args: Parameters<typeof inner.swap>) => {
        await inner.swap(...args);
        throw new Error('injected');
      },
    };
    witness = testWitness('w.example', { state });
    await expect(ask(request(0, 5))).rejects.toThrow('injected');
    witness = testWitness('w.example', { state: inner });
    expect(await ask(request(0, 5))).toMatchObject({ status: 409, body: '5\n' });
    expect(await ask(request(5, 5))).toMatchObject({ status: 200 });
  });

  test.each<[string, (record: Uint8Array) => Uint8Array]>([
    ['a flipped bit', (record) => record.map((byte, i) => (i === 40 ? byte ^ 1 : byte))],
    ['a cut', (record) => record.slice(0, -3)],
    ['the log’s checkpoint without the cosignature', () => checkpointAt(5)],
    ['nonsense', () => utf8('x')],
  ])('%s: nothing is cosigned from it', async (_, damage) => {
    await ask(request(0, 5));
    const record = (await witness.state.load(ORIGIN)) as Uint8Array;
    await witness.state.swap(ORIGIN, record, damage(record));
    expect(await ask(request(5, 300))).toMatchObject({ status: 500 });
    expect(await ask(request(0, 300))).toMatchObject({ status: 500 });
  });

  test('another witness’s record is not taken for its own', async () => {
    await ask(request(0, 5));
    witness = testWitness('khac.example', { state: witness.state });
    expect(await ask(request(5, 300))).toMatchObject({ status: 500 });
  });

  test('nor what it cosigned of another log', async () => {
    await ask(request(0, 5));
    const record = (await witness.state.load(ORIGIN)) as Uint8Array;
    const body = formatCheckpointText({ origin: 'khac.example/1', size: 5, root: new Uint8Array(32) });
    const line = await cosign(sha256, ed25519, witness.signer, body, 1_790_000_000);
    const other = formatNote({ text: body, signatures: [line] });
    expect(await witness.state.swap(ORIGIN, record, other)).toBe(true);
    expect(await ask(request(5, 300))).toMatchObject({ status: 500 });
  });

  test('a clock behind the last cosignature cosigns nothing', async () => {
    let time = 1_790_000_000_000;
    witness = testWitness('w.example', { now: () => time });
    await ask(request(0, 5));
    time -= 1000;
    expect(await ask(request(5, 300))).toMatchObject({ status: 503 });
    time += 1000;
    expect(await ask(request(5, 300))).toMatchObject({ status: 200 });
  });
});
