import { beforeEach, describe, expect, test } from 'vitest';
import { verifyProofFile } from '../leaf/proof-file.ts';
import { createLog, type Log, openLog } from '../log/log.ts';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { cosign, formatSignatureLine, parseNote, parseVkey } from '../note/note.ts';
import { parsePolicy } from '../note/policy.ts';
import {
  numberedBytes,
  ORIGIN,
  pendingRange,
  type TestPorts,
  testPorts,
  wordSigner,
} from '../testing/ports.node.ts';
import { testWitness, witnessNetwork } from '../testing/witness.node.ts';
import { gatherCosignatures, requestCosignature, type WitnessedLog, witnessLog } from './cosignatures.ts';
import { addCheckpoint, formatAddCheckpoint, type WitnessPorts } from './witness.ts';

let ports: TestPorts;
let log: Log;
let first: WitnessPorts;
let second: WitnessPorts;
const logVkey = wordSigner(ORIGIN, 'log key').vkey;
const logKey = parseVkey(sha256, logVkey);
const keyOf = (witness: WitnessPorts) => parseVkey(sha256, witness.signer.vkey);
const client = (ask: typeof fetch) => ({ fetch: ask, sha256, ed25519 });
const now = (): WitnessedLog => ({ key: logKey, storage: ports.storage, checkpoint: log.checkpoint });

beforeEach(async () => {
  ports = testPorts();
  await createLog(ports);
  log = await openLog(ports);
  await log.append(0, pendingRange(0, 300));
  first = testWitness('w1.example');
  second = testWitness('w2.example');
});

const ask = (network: { fetch: typeof fetch }, witness = first, oldSize = 0) =>
  requestCosignature(client(network.fetch), { url: 'https://w1.example/', key: keyOf(witness) }, now(), {
    oldSize,
  });

/** A `fetch` that answers one fixed thing. */
const fixed = (status: number, body: BodyInit | null, type = 'text/plain; charset=utf-8') => ({
  fetch: (async () => new Response(body, { status, headers: { 'content-type': type } })) as typeof fetch,
});

describe('asking one witness', () => {
  test('from nothing; then with the size it names', async () => {
    const network = witnessNetwork(first);
    expect(await ask(network)).toMatchObject({ ok: true, time: expect.any(Number) });
    await log.append(300, pendingRange(300, 700));
    expect(await ask(network)).toMatchObject({ ok: true });
    expect(await ask(network, first, 300)).toMatchObject({ ok: true });
    expect(await ask(network, first, 700)).toMatchObject({ ok: true });
    expect(network.asked.map((line) => line.split(' ').at(-1))).toEqual([
      '0',
      '0',
      '300',
      '300',
      '700',
      '700',
    ]);
  });

  test('one that has seen a larger tree: we are a restored backup, or somebody signs beside us', async () => {
    const older = log.checkpoint;
    await log.append(300, pendingRange(300, 301));
    const network = witnessNetwork(first);
    await ask(network);
    const backup = { ...now(), checkpoint: older };
    const address = { url: 'https://w1.example', key: keyOf(first) };
    const answer = await requestCosignature(client(network.fetch), address, backup);
    expect(answer).toMatchObject({ ok: false, code: 'witness-ahead', size: 301 });
    // Shown, with the log's own signature alone.
    expect(answer).toMatchObject({ evidence: log.checkpoint });
    expect(network.asked.at(-1)).toBe('w1.example shown');
  });

  test('one that only says a larger number, or shows what the log has not signed, has no evidence', async () => {
    const twin = testPorts({ signer: wordSigner(ORIGIN, 'thief') });
    await createLog(twin);
    const thief = await openLog(twin);
    await thief.append(0, pendingRange(0, 900));
    const conflict = new Response('900\n', { status: 409, headers: { 'content-type': 'text/x.tlog.size' } });
    const shown: (BodyInit | null)[] = [
      null,
      'x',
      'x'.repeat(200_000),
      thief.checkpoint as Uint8Array<ArrayBuffer>,
      // Ours, and the very tree that it was asked for: no larger one.
      log.checkpoint as Uint8Array<ArrayBuffer>,
    ];
    for (const [n, body] of shown.entries()) {
      const lying = (async (_: string, init: RequestInit) =>
        init.method === 'POST'
          ? conflict.clone()
          : new Response(body, { status: body === null ? 404 : 200 })) as typeof fetch;
      const answer = await ask({ fetch: lying });
      expect([n, answer]).toEqual([n, { ok: false, code: 'witness-ahead', size: 900 }]);
    }
  });

  test('one whose clock is not ours is not taken: a record’s time is judged by it', async () => {
    const at = 1_790_000_000_000;
    for (const [off, taken] of [
      [0, true],
      [3_500_000, true],
      [-3_500_000, true],
      [3_700_000, false],
      [-3_700_000, false],
      [1 - at, false],
    ] as const) {
      const witness = testWitness('w1.example', { now: () => Math.max(at + off, 1000) });
      const found = await requestCosignature(
        { ...client(witnessNetwork(witness).fetch), now: () => at },
        { url: 'https://w1.example', key: keyOf(witness) },
        now(),
      );
      expect(found).toMatchObject(taken ? { ok: true } : { ok: false, code: 'clock-differs' });
    }
  });

  test('a size that changes with every request is not followed for ever', async () => {
    let size = 1;
    const restless = (async () =>
      new Response(`${size++}\n`, {
        status: 409,
        headers: { 'content-type': 'text/x.tlog.size' },
      })) as typeof fetch;
    expect(await ask({ fetch: restless })).toEqual({ ok: false, code: 'answer-invalid', status: 409 });
    expect(size).toBe(5);
  });

  const another = testWitness('w1.example', { signer: wordSigner('w1.example', 'another', 0x04) });
  test.each<[string, { fetch: typeof fetch }, string]>([
    ['no answer', { fetch: (() => Promise.reject(new TypeError('x'))) as typeof fetch }, 'unreachable'],
    ['404', fixed(404, ''), 'unknown-log'],
    ['403', fixed(403, ''), 'signature-refused'],
    ['422', fixed(422, ''), 'inconsistent'],
    ['400', fixed(400, ''), 'answer-invalid'],
    ['500', fixed(500, ''), 'unreachable'],
    ['204', fixed(204, null), 'answer-invalid'],
    ['409 of another type', fixed(409, '5\n'), 'answer-invalid'],
    ['409 without newline', fixed(409, '5', 'text/x.tlog.size'), 'answer-invalid'],
    ['409 with words', fixed(409, 'five\n', 'text/x.tlog.size'), 'answer-invalid'],
    ['409 with the size we sent', fixed(409, '0\n', 'text/x.tlog.size'), 'answer-invalid'],
    ['409 with a size above ours', fixed(409, '301\n', 'text/x.tlog.size'), 'witness-ahead'],
    ['200 and nothing', fixed(200, ''), 'answer-invalid'],
    ['200 and nonsense', fixed(200, 'x\n'), 'answer-invalid'],
    ['200 and more than is read', fixed(200, 'x'.repeat(20_000)), 'answer-invalid'],
    ['another key under the same name', witnessNetwork(another), 'answer-invalid'],
  ])('%s', async (_, network, code) => {
    expect(await ask(network)).toMatchObject({ ok: false, code });
  });

  test('a cosignature of another checkpoint is not taken', async () => {
    const other = testPorts();
    await createLog(other);
    const body = formatAddCheckpoint({
      oldSize: 0,
      proof: [],
      checkpoint: (await openLog(other)).checkpoint,
    });
    const { body: line } = await addCheckpoint(first, body);
    expect(await ask(fixed(200, line))).toEqual({ ok: false, code: 'answer-invalid', status: 200 });
  });

  test('a cosignature that says nothing of when is not taken', async () => {
    const note = parseNote(log.checkpoint);
    const timeless = formatSignatureLine(await cosign(sha256, ed25519, first.signer, note.text, 0));
    expect(await ask(fixed(200, timeless))).toEqual({ ok: false, code: 'answer-invalid', status: 200 });
  });

  test('of several lines the one is taken that was verified', async () => {
    const note = parseNote(log.checkpoint);
    const line = (key: typeof first.signer) => cosign(sha256, ed25519, key, note.text, 1_790_000_000);
    const own = await line(first.signer);
    const namesake = await line(another.signer);
    const renamed = { ...namesake, name: 'khac.example', keyId: own.keyId };
    const lines = [namesake, renamed, own].map(formatSignatureLine).join('');
    expect(await ask(fixed(200, lines))).toEqual({ ok: true, signature: own, time: 1_790_000_000 });
  });

  test('our own damage is no other history that a witness had seen', async () => {
    await ask(witnessNetwork(first));
    const fork = testPorts();
    await createLog(fork);
    const forked = await openLog(fork);
    await forked.append(0, pendingRange(500, 700));
    const lying = (async (_: string, init: RequestInit) =>
      init.method === 'POST'
        ? new Response('', { status: 422 })
        : new Response(forked.checkpoint as Uint8Array<ArrayBuffer>)) as typeof fetch;
    expect(await ask({ fetch: lying })).toMatchObject({ code: 'inconsistent', size: 200 });
    const tile = ports.storage.files.get('tile/0/000') as Uint8Array;
    tile[40 * 32] = (tile[40 * 32] ?? 0) ^ 1;
    await expect(ask({ fetch: lying })).rejects.toMatchObject({ code: 'root-mismatch' });
  });

  test('damaged tiles are told to the caller, not to the witness', async () => {
    const network = witnessNetwork(first);
    await ask(network);
    await log.append(300, pendingRange(300, 700));
    const tile = ports.storage.files.get('tile/0/001') as Uint8Array;
    tile[40 * 32] = (tile[40 * 32] ?? 0) ^ 1;
    await expect(ask(network, first, 300)).rejects.toMatchObject({ code: 'root-mismatch' });
  });
});

describe('a fork', () => {
  test('shown to two witnesses: each holds to its own history, the second proof is refused', async () => {
    const twin = testPorts();
    await createLog(twin);
    const forked = await openLog(twin);
    await forked.append(0, [...pendingRange(0, 200), ...pendingRange(900, 1000)]);
    const fork: WitnessedLog = { key: logKey, storage: twin.storage, checkpoint: forked.checkpoint };
    const network = witnessNetwork(first, second);
    const one = { url: 'https://w1.example', key: keyOf(first) };
    const two = { url: 'https://w2.example', key: keyOf(second) };
    expect(await requestCosignature(client(network.fetch), one, now())).toMatchObject({ ok: true });
    expect(await requestCosignature(client(network.fetch), two, fork)).toMatchObject({ ok: true });
    // The same size with another root, then grown trees: none comes through at the other witness.
    const refused = { ok: false, code: 'inconsistent', status: 422 };
    // And each shows what it has, signed by the log's key.
    expect(await requestCosignature(client(network.fetch), two, now())).toEqual({
      ...refused,
      size: 300,
      evidence: forked.checkpoint,
    });
    expect(await requestCosignature(client(network.fetch), one, fork)).toMatchObject({
      ...refused,
      evidence: log.checkpoint,
    });
    await log.append(300, pendingRange(300, 400));
    await forked.append(300, pendingRange(300, 400));
    expect(await requestCosignature(client(network.fetch), two, now())).toMatchObject(refused);
    const grown = { ...fork, checkpoint: forked.checkpoint };
    expect(await requestCosignature(client(network.fetch), one, grown)).toMatchObject(refused);
    expect(await requestCosignature(client(network.fetch), one, now())).toMatchObject({ ok: true });
    expect(await requestCosignature(client(network.fetch), two, grown)).toMatchObject({ ok: true });
  });
});

describe('gathering by a policy', () => {
  const policyOf = (quorum: string) =>
    parsePolicy(
      sha256,
      [
        `log ${logVkey}`,
        `witness mot ${first.signer.vkey} https://w1.example/`,
        `witness hai ${second.signer.vkey} https://w2.example/`,
        `witness ba ${wordSigner('w3.example', 'w3', 0x04).vkey} https://w3.example/`,
        `witness bon ${wordSigner('w4.example', 'w4', 0x04).vkey}`,
        'group hai-trong-bon 2 mot hai ba bon',
        `quorum ${quorum}`,
        '',
      ].join('\n'),
    );

  test('the quorum is met without the silent one; the published checkpoint and proofs carry it', async () => {
    const network = witnessNetwork(first, second);
    const policy = policyOf('hai-trong-bon');
    const done = await witnessLog(client(network.fetch), policy, log, {
      key: logKey,
      storage: ports.storage,
    });
    expect(done).toMatchObject({ published: true, quorum: 'met' });
    expect([...done.answers].map(([name, { ok }]) => [name, ok])).toEqual([
      ['mot', true],
      ['hai', true],
      ['ba', false],
    ]);
    expect(ports.storage.files.get('checkpoint')).toEqual(done.checkpoint);
    const proof = await log.proofFor(7);
    expect(await verifyProofFile(sha256, ed25519, policy, numberedBytes(7), proof)).toMatchObject({
      valid: true,
      witness: 'met',
      witnesses: [{ name: 'mot' }, { name: 'hai' }],
    });
  });

  test('below the quorum what there is stays, and is added to later', async () => {
    const source = { key: logKey, storage: ports.storage };
    const policy = policyOf('hai-trong-bon');
    const alone = await witnessLog(client(witnessNetwork(first).fetch), policy, log, source);
    expect(alone).toMatchObject({ published: true, quorum: 'missing' });
    const later = await witnessLog(client(witnessNetwork(second).fetch), policy, log, source);
    expect(later).toMatchObject({ published: true, quorum: 'met' });
    const again = await gatherCosignatures(client(witnessNetwork(first, second).fetch), policy, {
      ...source,
      checkpoint: log.checkpoint,
    });
    expect(new TextDecoder().decode(again.checkpoint).match(/^— /gm)).toHaveLength(3);
  });

  test('a log that grew meanwhile publishes nothing older', async () => {
    const network = witnessNetwork(first, second);
    const slow = (async (...args: Parameters<typeof fetch>) => {
      if (log.size === 300) await log.append(300, pendingRange(300, 310));
      return network.fetch(...args);
    }) as typeof fetch;
    const done = await witnessLog(client(slow), policyOf('mot'), log, {
      key: logKey,
      storage: ports.storage,
    });
    expect(done).toMatchObject({ published: false, quorum: 'met' });
    expect(log.checkpoint).toEqual(ports.storage.files.get('checkpoint'));
    expect(log.size).toBe(310);
  });

  test('what else goes wrong at publishing is told', async () => {
    await log.close();
    await log.freeze(parsePolicy(sha256, `log ${logVkey}\nquorum none\n`));
    const asked = witnessLog(client(witnessNetwork(first).fetch), policyOf('mot'), log, {
      key: logKey,
      storage: ports.storage,
    });
    await expect(asked).rejects.toMatchObject({ code: 'log-frozen' });
  });

  test('a witness that never answers takes nothing from the others', async () => {
    const network = witnessNetwork(first, second);
    const stuck = ((input: string, init: RequestInit) =>
      String(input).includes('w2')
        ? new Promise((_, reject) =>
            init.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
          )
        : network.fetch(input, init)) as typeof fetch;
    const source = { key: logKey, storage: ports.storage, checkpoint: log.checkpoint };
    const done = await gatherCosignatures(client(stuck), policyOf('mot'), source, { timeoutMs: 50 });
    expect(done.quorum).toBe('met');
    expect(done.answers.get('hai')).toEqual({ ok: false, code: 'unreachable' });
  });
});
