import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { LedgerError } from '../error.ts';
import { createLog, openLog } from '../log/log.ts';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { cosign, formatSignatureLine } from '../note/note.ts';
import { parsePolicy } from '../note/policy.ts';
import { numberedBytes, ORIGIN, pendingRange, testPorts, wordSigner } from '../testing/ports.node.ts';
import { formatProofFile, parseProofFile, verifyProofFile } from './proof-file.ts';

const ports = testPorts();
const witness = wordSigner('nhan-chung.example', 'w', 0x04);
const alone = parsePolicy(sha256, `log ${ports.signer.vkey}\nquorum none\n`);
const witnessed = parsePolicy(sha256, `log ${ports.signer.vkey}\nwitness w ${witness.vkey}\nquorum w\n`);
const SALT = new Uint8Array(32).fill(9);
const LEAF = numberedBytes(299);
let file = new Uint8Array();
let text = '';
const verify = (bytes: Uint8Array, leaf = LEAF, policy = alone) =>
  verifyProofFile(sha256, ed25519, policy, leaf, bytes);
const utf8 = (value: string) => new TextEncoder().encode(value);

beforeAll(async () => {
  await createLog(ports);
  const log = await openLog(ports);
  await log.append(0, pendingRange(0, 700));
  file = new Uint8Array(await log.proofFor(299, SALT));
  text = new TextDecoder().decode(file);
});

describe('proof file', () => {
  test('proves its leaf, carries the salt, and says that nobody witnessed it', async () => {
    expect(parseProofFile(file)).toMatchObject({ index: 299, extra: SALT });
    expect(await verify(file)).toMatchObject({
      valid: true,
      code: 'included',
      index: 299,
      witness: 'none-required',
      checkpoint: { origin: ORIGIN, size: 700 },
    });
    expect(await verify(file, LEAF, witnessed)).toMatchObject({
      valid: true,
      witness: 'missing',
      witnesses: [],
    });
  });

  test('a cosignature meets the quorum; a forged one condemns the file', async () => {
    const parsed = parseProofFile(file);
    const checkpoint = new TextDecoder().decode(parsed.checkpoint);
    const body = checkpoint.slice(0, checkpoint.lastIndexOf('\n\n') + 1);
    const cosignature = await cosign(sha256, ed25519, witness, body, 1_780_000_123);
    const cosigned = utf8(checkpoint + formatSignatureLine(cosignature));
    const bytes = formatProofFile({ ...parsed, checkpoint: cosigned });
    expect(await verify(bytes, LEAF, witnessed)).toMatchObject({
      valid: true,
      witness: 'met',
      witnesses: [{ name: 'w', time: 1_780_000_123 }],
    });
    cosignature.signature[20] = (cosignature.signature[20] ?? 0) ^ 1;
    const forged = formatProofFile({
      ...parsed,
      checkpoint: utf8(checkpoint + formatSignatureLine(cosignature)),
    });
    expect(await verify(forged, LEAF, witnessed)).toEqual({ valid: false, code: 'note-signature-wrong' });
  });

  test('round trip', () => {
    expect(formatProofFile(parseProofFile(file))).toEqual(file);
    const { extra: _, ...bare } = parseProofFile(file);
    expect(parseProofFile(formatProofFile(bare))).toEqual(bare);
  });

  test('another leaf, another log, another key', async () => {
    expect(await verify(file, numberedBytes(298))).toEqual({ valid: false, code: 'not-included' });
    const stranger = wordSigner('la.example', 'x').vkey;
    const strangers = parsePolicy(sha256, `log ${stranger}\nquorum none\n`);
    expect(await verify(file, LEAF, strangers)).toEqual({ valid: false, code: 'note-unsigned' });
    const impostor = parsePolicy(sha256, `log ${wordSigner(ORIGIN, 'other key').vkey}\nquorum none\n`);
    expect(await verify(file, LEAF, impostor)).toEqual({ valid: false, code: 'note-unsigned' });
    expect(await verify(file, LEAF, parsePolicy(sha256, 'quorum none\n'))).toMatchObject({ valid: false });
  });

  test('no change of any byte outside the salt keeps it valid', async () => {
    const extra = text.indexOf('extra ');
    const extraEnd = text.indexOf('\n', extra);
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        fc.pre(at < extra || at > extraEnd);
        const bytes = file.slice();
        bytes[at] = (bytes[at] ?? 0) ^ by;
        const finding = await verify(bytes);
        // Only a signature line turned into an unknown key's could be ignored, and there is but one line here.
        expect(finding.valid).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  test('every shorter file is refused', async () => {
    for (let length = 0; length < file.length; length += 7) {
      expect((await verify(file.slice(0, length))).valid).toBe(false);
    }
  });

  test.each<[string, (text: string) => string]>([
    ['version 2', (t) => t.replace('@v1', '@v2')],
    ['no header', (t) => t.slice(t.indexOf('\n') + 1)],
    ['a line before', (t) => `\n${t}`],
    ['no index', (t) => t.replace(/index .*\n/, '')],
    ['index with leading zero', (t) => t.replace('index 299', 'index 0299')],
    ['index with sign', (t) => t.replace('index 299', 'index +299')],
    ['index beyond 2^53', (t) => t.replace('index 299', 'index 9007199254740993')],
    ['two indexes', (t) => t.replace('index 299\n', 'index 299\nindex 299\n')],
    ['index before extra', (t) => t.replace(/(extra .*\n)(index .*\n)/, '$2$1')],
    ['two extras', (t) => t.replace(/(extra .*\n)/, '$1$1')],
    ['empty extra', (t) => t.replace(/extra .*\n/, 'extra \n')],
    ['extra of 4,097 bytes', (t) => t.replace(/extra .*\n/, `extra ${'AAAA'.repeat(1366)}\n`)],
    ['extra that is no base64', (t) => t.replace('extra ', 'extra !')],
    ['unknown line', (t) => t.replace('index', 'note x\nindex')],
    ['carriage returns', (t) => t.replaceAll('\n', '\r\n')],
    ['64 hashes', (t) => t.replace('\n\n', `\n${`${'A'.repeat(43)}=\n`.repeat(64)}\n`)],
    ['short hash', (t) => t.replace('\n\n', '\nAAAA\n\n')],
    ['no checkpoint', (t) => t.slice(0, t.indexOf('\n\n') + 2)],
    ['no empty line', (t) => t.replace('\n\n', '\n')],
    ['two empty lines', (t) => t.replace('\n\n', '\n\n\n')],
    ['text after the signature', (t) => `${t}x\n`],
    ['65,537 bytes', (t) => t.replace('\n\n', `\n${'A'.repeat(65_537)}\n\n`)],
  ])('%s is refused', async (_, change) => {
    const changed = utf8(change(text));
    expect(await verify(changed)).toMatchObject({ valid: false });
  });

  test('a checkpoint that is no note is not written', () => {
    const parsed = parseProofFile(file);
    expect(() => formatProofFile({ ...parsed, checkpoint: utf8('x\n') })).toThrow(LedgerError);
    expect(() => formatProofFile({ ...parsed, index: -1 })).toThrow(LedgerError);
    expect(() => formatProofFile({ ...parsed, proof: [new Uint8Array(31)] })).toThrow(LedgerError);
  });
});
