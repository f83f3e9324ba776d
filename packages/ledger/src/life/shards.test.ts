import { describe, expect, test } from 'vitest';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { formatNote, signNote } from '../note/note.ts';
import { parsePolicy } from '../note/policy.ts';
import { wordSigner } from '../testing/ports.node.ts';
import {
  checkShardSuccession,
  formatShardList,
  openShardList,
  type ShardList,
  signShardList,
} from './shards.ts';

const vkey = (origin: string, word = origin) => wordSigner(origin, word).vkey;
const Y25 = 'so.hocba.example/2025-2026';
const Y26 = 'so.hocba.example/2026-2027';
const witness = wordSigner('w.example', 'w', 0x04).vkey;
const province = wordSigner('so.hocba.example/shards', 'province');

const list = (asOf: number, ...vkeys: string[]): ShardList => ({
  asOf,
  policy: parsePolicy(
    sha256,
    `${vkeys.map((key) => `log ${key} https://x.example/\n`).join('')}witness w ${witness}\nquorum w\n`,
  ),
});
const signed = (text: string) =>
  signNote(sha256, ed25519, province, text).then((signature) =>
    formatNote({ text, signatures: [signature] }),
  );
const open = (bytes: Uint8Array) => openShardList(sha256, ed25519, province.vkey, bytes);

describe('a list of shards', () => {
  test('reads back, and any reader of policies can use it', async () => {
    const shards = list(1_790_000_000, vkey(Y25), vkey(Y26));
    expect(await open(await signShardList(sha256, ed25519, province, shards))).toEqual(shards);
    expect(parsePolicy(sha256, formatShardList(sha256, shards))).toEqual(shards.policy);
  });

  test('one origin has one key, and the province’s key is no log’s', async () => {
    const twice = list(1, vkey(Y25), vkey(Y25, 'second'));
    expect(() => formatShardList(sha256, twice)).toThrow(expect.objectContaining({ code: 'shards-invalid' }));
    expect(() => formatShardList(sha256, list(1))).toThrow(
      expect.objectContaining({ code: 'shards-invalid' }),
    );
    const own = wordSigner(Y25, Y25);
    await expect(signShardList(sha256, ed25519, own, list(1, own.vkey, vkey(Y26)))).rejects.toMatchObject({
      code: 'signer-wrong',
    });
  });

  const good = () => formatShardList(sha256, list(1_790_000_000, vkey(Y25)));
  test.each<[string, (text: string) => string]>([
    ['another header', (text) => text.replace('shards/v1', 'shards/v2')],
    ['no date', (text) => text.replace(/# as-of .*\n/, '')],
    ['another date format', (text) => text.replace('Z', '.0Z')],
    ['a comment', (text) => text.replace('log ', '# x\nlog ')],
    ['two spaces', (text) => text.replace('log ', 'log  ')],
    ['no quorum', (text) => text.replace(/quorum .*\n/, '')],
    ['an unknown keyword', (text) => `${text}mirror x\n`],
    ['no log', (text) => text.replace(/log .*\n/, '')],
  ])('with %s is refused', async (_, change) => {
    expect(change(good())).not.toBe(good());
    await expect(open(await signed(change(good())))).rejects.toThrow();
    await expect(open(await signed(good()))).resolves.toBeDefined();
  });

  test('of another signer, or changed after signing', async () => {
    const note = await signShardList(
      sha256,
      ed25519,
      wordSigner('so.hocba.example/shards', 'thief'),
      list(1, vkey(Y25)),
    );
    await expect(open(note)).rejects.toMatchObject({ code: 'note-unsigned' });
    const text = new TextDecoder().decode(await signed(good()));
    await expect(open(new TextEncoder().encode(text.replace(/https/, 'httpz')))).rejects.toMatchObject({
      code: 'note-signature-wrong',
    });
  });
});

describe('a list that follows another', () => {
  const first = list(100, vkey(Y25));
  test.each<[string, ShardList, boolean]>([
    ['the same', first, true],
    ['with a new year', list(200, vkey(Y25), vkey(Y26)), true],
    ['an older one', list(99, vkey(Y25), vkey(Y26)), false],
    ['without an old shard', list(200, vkey(Y26)), false],
    ['with another key under an old origin', list(200, vkey(Y25, 'second'), vkey(Y26)), false],
  ])('%s', (_, newer, allowed) => {
    const check = () => checkShardSuccession(first, newer);
    if (allowed) expect(check).not.toThrow();
    else expect(check).toThrow(expect.objectContaining({ code: 'shards-invalid' }));
  });
});
