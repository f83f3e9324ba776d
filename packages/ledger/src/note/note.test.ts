import { describe, expect, test } from 'vitest';
import { fromBase64, parseDecimal, toBase64, utf8 } from '../encoding/text.ts';
import { LedgerError } from '../error.ts';
import { wordSigner } from '../testing/ports.node.ts';
import { openCheckpoint, parseCheckpointText } from './checkpoint.ts';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from './crypto.node.ts';
import {
  cosign,
  cosignedMessage,
  formatNote,
  formatSignatureLine,
  formatVkey,
  isKeyName,
  type KeyType,
  MAX_NOTE_BYTES,
  parseNote,
  parseVkey,
  signNote,
  verifierKey,
  verifyNote,
} from './note.ts';

/** The vector of c2sp.org/signed-note. */
const VKEY = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
const SIGNATURE =
  'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=';
const TEXT = 'This is an example message.\n';
const LINE = `\u2014 example.com/foo ${SIGNATURE}\n`;
const NOTE = `${TEXT}\n${LINE}`;
const key = parseVkey(sha256, VKEY);

const verify = async (note: string | Uint8Array, keys = [key]) =>
  verifyNote(ed25519, parseNote(typeof note === 'string' ? utf8(note) : note), keys);

describe('signed note', () => {
  test('the published vector verifies and is written back byte for byte', async () => {
    expect(formatVkey(key)).toBe(VKEY);
    expect(await verify(NOTE)).toEqual([{ key, time: null }]);
    expect(formatNote(parseNote(utf8(NOTE)))).toEqual(utf8(NOTE));
  });

  test('the text may hold empty lines: the last one separates', () => {
    expect(parseNote(utf8(`a\n\nb\n\n${LINE}`)).text).toBe('a\n\nb\n');
  });

  test('lines of unknown keys are ignored, whether name or id differs', async () => {
    const other = LINE.replace('example.com/foo', 'example.com/bar');
    const otherId = LINE.replace('Uw2QOkn8', 'AAAAAEn8');
    expect(await verify(NOTE + other + otherId)).toHaveLength(1);
    await expect(verify(`${TEXT}\n${other}${otherId}`)).rejects.toMatchObject({ code: 'note-unsigned' });
  });

  test.each<[string, string]>([
    ['another text', NOTE.replace('example', 'exemple')],
    ['a flipped bit in the signature', NOTE.replace('Uw2QOkn8srV1', 'Uw2QOkn8srV0')],
    ['the same key twice', NOTE + LINE],
    ['a good and then a bad line of the key', NOTE + LINE.replace('srV1', 'srV0')],
    ['a bad and then a good line of the key', `${TEXT}\n${LINE.replace('srV1', 'srV0')}${LINE}`],
  ])('a known key condemns: %s', async (_, note) => {
    await expect(verify(note)).rejects.toMatchObject({ code: 'note-signature-wrong' });
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['no newline at the end', NOTE.slice(0, -1)],
    ['no empty line', `${TEXT}${LINE}`],
    ['no signature', `${TEXT}\n`],
    ['carriage returns', NOTE.replaceAll('\n', '\r\n')],
    ['a tab', NOTE.replace('an example', 'an\texample')],
    ['a null', NOTE.replace('an example', 'an\0example')],
    ['an escape', NOTE.replace('an example', 'an\u001bexample')],
    ['a hyphen for the dash', NOTE.replace('\u2014', '-')],
    ['an en dash', NOTE.replace('\u2014', '\u2013')],
    ['two spaces', NOTE.replace('\u2014 ', '\u2014  ')],
    ['a trailing space', NOTE.replace('=\n', '= \n')],
    ['a plus in the name', NOTE.replace('example.com/foo', 'example.com+foo')],
    ['a no-break space in the name', NOTE.replace('example.com/foo', 'example.com\u00a0foo')],
    ['no name', NOTE.replace('example.com/foo ', '')],
    ['no base64', NOTE.replace(SIGNATURE, '')],
    ['base64url', NOTE.replace(SIGNATURE, SIGNATURE.replace('Uw2Q', 'Uw_Q'))],
    ['no padding', NOTE.replace('aQM=', 'aQM')],
    ['padding bits set', NOTE.replace('aQM=', 'aQN=')],
    ['four bytes only', NOTE.replace(SIGNATURE, 'Uw2QOg==')],
    ['an empty line after the signatures', `${NOTE}\n`],
    ['an empty line between signatures', `${NOTE}\n\n${LINE}x`],
    ['text after the signatures', `${NOTE}more\n`],
    ['101 signatures', NOTE + LINE.replace('foo', 'bar').repeat(100)],
    ['one byte more than a note may have', 'x'.repeat(MAX_NOTE_BYTES + 1 - NOTE.length) + NOTE],
  ])('%s is no note', (_, note) => {
    expect(() => parseNote(utf8(note))).toThrow(LedgerError);
  });

  test.each<[string, number[]]>([
    ['overlong', [0xc0, 0xaf]],
    ['lone continuation', [0x80]],
    ['surrogate', [0xed, 0xa0, 0x80]],
    ['cut', [0xe2, 0x80]],
  ])('bytes that are no UTF-8 (%s) are no note', (_, bad) => {
    expect(() => parseNote(Uint8Array.of(...bad, ...utf8(NOTE)))).toThrow(LedgerError);
  });

  test('a byte order mark is part of the text, not dropped', async () => {
    const note = parseNote(utf8(`\ufeff${NOTE}`));
    expect(note.text.startsWith('\ufeff')).toBe(true);
    await expect(verifyNote(ed25519, note, [key])).rejects.toMatchObject({ code: 'note-signature-wrong' });
  });

  test('sixteen signatures and more are accepted', () => {
    expect(parseNote(utf8(`${TEXT}\n${LINE.repeat(17)}`)).signatures).toHaveLength(17);
  });
});

describe('verifier keys', () => {
  test.each([
    ['another name', VKEY.replace('foo', 'fop')],
    ['another id', VKEY.replace('530d903a', '530d903b')],
    ['an id in capitals', VKEY.replace('530d903a', '530D903A')],
    ['another key', VKEY.replace('U2k', 'U2g')],
    ['a type that its id does not name', VKEY.replace('AekyeRrm', 'AukyeRrm')],
    // Under the id that is right for it: nobody's other algorithm is taken for ours.
    ['an unknown type', formatVkey(verifierKey(sha256, key.name, 2 as KeyType, key.publicKey))],
    ['no key', 'example.com/foo+530d903a+'],
    ['a short key', 'example.com/foo+530d903a+AQ=='],
    ['no name', VKEY.replace('example.com/foo', '')],
    ['a newline', `${VKEY}\n`],
    ['a space', VKEY.replace('foo', 'f o')],
    ['nothing', ''],
  ])('%s is refused', (_, text) => {
    expect(() => parseVkey(sha256, text)).toThrow(LedgerError);
  });

  test.each(['', 'a b', 'a+b', 'a\u2003b', 'a\nb', 'a\u0085b', '\ud800'])('%o is no key name', (name) => {
    expect(isKeyName(name)).toBe(false);
    expect(() => verifierKey(sha256, name, 1, key.publicKey)).toThrow(LedgerError);
  });

  test('the same key has another id as a cosigner', () => {
    expect(verifierKey(sha256, key.name, 4, key.publicKey).keyId).not.toBe(key.keyId);
  });
});

describe('signing', () => {
  const signer = wordSigner('log.example/1', 'a');

  test('what is signed verifies', async () => {
    const text = 'một dòng\n';
    const note = formatNote({ text, signatures: [await signNote(sha256, ed25519, signer, text)] });
    expect(await verify(note, [parseVkey(sha256, signer.vkey)])).toHaveLength(1);
  });

  test('a signer that answers with another key, or nonsense, signs nothing', async () => {
    const other = wordSigner('log.example/1', 'b');
    const crossed = { vkey: signer.vkey, sign: other.sign };
    const broken = { vkey: signer.vkey, sign: async () => new Uint8Array(64) };
    const short = { vkey: signer.vkey, sign: async () => new Uint8Array(63) };
    for (const bad of [crossed, broken, short, wordSigner('w', 'a', 0x04)]) {
      await expect(signNote(sha256, ed25519, bad, 'x\n')).rejects.toMatchObject({ code: 'signer-wrong' });
    }
  });

  test.each(['', 'no newline', 'a\tb\n', '\ud800\n'])('%o is not signed', async (text) => {
    await expect(signNote(sha256, ed25519, signer, text)).rejects.toMatchObject({ code: 'note-invalid' });
    const witness = wordSigner('w.example', 'w', 0x04);
    await expect(cosign(sha256, ed25519, witness, text, 1)).rejects.toMatchObject({ code: 'note-invalid' });
  });

  test('nor does a witness’s, and none at a time that is none', async () => {
    const witness = wordSigner('w.example', 'w', 0x04);
    const answering = (sign: typeof witness.sign) => ({ vkey: witness.vkey, sign });
    const crossed = answering(wordSigner('w.example', 'other', 0x04).sign);
    const broken = answering(async () => new Uint8Array(64));
    const long = answering(async (message) => Uint8Array.of(...(await witness.sign(message)), 0));
    for (const bad of [crossed, broken, long, signer]) {
      await expect(cosign(sha256, ed25519, bad, 'x\n', 1)).rejects.toMatchObject({ code: 'signer-wrong' });
    }
    for (const time of [-1, 1.5, 2 ** 53, Number.NaN]) {
      await expect(cosign(sha256, ed25519, witness, 'x\n', time)).rejects.toMatchObject({
        code: 'cosignature-invalid',
      });
    }
  });
});

describe('checkpoint', () => {
  const log = wordSigner('log.example/1', 'a');
  const witness = wordSigner('witness.example', 'w', 0x04);
  const logKey = parseVkey(sha256, log.vkey);
  const witnessKey = parseVkey(sha256, witness.vkey);
  const root = toBase64(new Uint8Array(32).fill(5));
  const text = `log.example/1\n42\n${root}\n`;

  async function signed(body = text, by = log): Promise<string> {
    return new TextDecoder().decode(
      formatNote({ text: body, signatures: [await signNote(sha256, ed25519, by, body)] }),
    );
  }

  test('opens with log and witness, and tells when the witness saw it', async () => {
    const line = formatSignatureLine(await cosign(sha256, ed25519, witness, text, 1_780_000_000));
    const opened = await openCheckpoint(ed25519, utf8((await signed()) + line), [logKey], [witnessKey]);
    expect(opened).toMatchObject({ origin: 'log.example/1', size: 42, log: logKey });
    expect(opened.cosigned).toEqual([{ key: witnessKey, time: 1_780_000_000 }]);
  });

  test('a cosignature of time 0 says nothing of when, and is not counted', async () => {
    const line = formatSignatureLine(await cosign(sha256, ed25519, witness, text, 0));
    const opened = await openCheckpoint(ed25519, utf8((await signed()) + line), [logKey], [witnessKey]);
    expect(opened.cosigned).toEqual([]);
  });

  test("a forged line of a known witness condemns the note; an unknown one's is ignored", async () => {
    const cosignature = await cosign(sha256, ed25519, witness, text, 1_780_000_000);
    const later = cosignature.signature.slice();
    later[7] = (later[7] ?? 0) ^ 1;
    const line = formatSignatureLine({ ...cosignature, signature: later });
    const note = utf8((await signed()) + line);
    await expect(openCheckpoint(ed25519, note, [logKey], [witnessKey])).rejects.toMatchObject({
      code: 'note-signature-wrong',
    });
    expect((await openCheckpoint(ed25519, note, [logKey])).cosigned).toEqual([]);
    const short = formatSignatureLine({ ...cosignature, signature: later.slice(1) });
    await expect(
      openCheckpoint(ed25519, utf8((await signed()) + short), [logKey], [witnessKey]),
    ).rejects.toMatchObject({ code: 'cosignature-invalid' });
  });

  test('a time that no number holds exactly is none, though the witness signed it', async () => {
    const time = 2 ** 53;
    const signature = new Uint8Array(72);
    new DataView(signature.buffer).setBigUint64(0, BigInt(time));
    signature.set(await witness.sign(cosignedMessage(time, text)), 8);
    const line = formatSignatureLine({ name: witnessKey.name, keyId: witnessKey.keyId, signature });
    await expect(
      openCheckpoint(ed25519, utf8((await signed()) + line), [logKey], [witnessKey]),
    ).rejects.toMatchObject({ code: 'cosignature-invalid' });
  });

  test('a witness alone does not make a checkpoint', async () => {
    const line = formatSignatureLine(await cosign(sha256, ed25519, witness, text, 1));
    await expect(
      openCheckpoint(ed25519, utf8(`${text}\n${line}`), [logKey], [witnessKey]),
    ).rejects.toMatchObject({
      code: 'note-unsigned',
    });
  });

  test("a log's key does not speak for another origin", async () => {
    const note = await signed(text.replace('log.example/1', 'log.example/2'));
    await expect(openCheckpoint(ed25519, utf8(note), [logKey])).rejects.toMatchObject({
      code: 'origin-wrong',
    });
  });

  test.each([
    ['leading zero', `o\n042\n${root}\n`],
    ['sign', `o\n+42\n${root}\n`],
    ['hexadecimal', `o\n0x2a\n${root}\n`],
    ['fraction', `o\n4.2\n${root}\n`],
    ['space', `o\n42 \n${root}\n`],
    ['beyond 2^53', `o\n9007199254740992\n${root}\n`],
    ['beyond 2^64', `o\n18446744073709551616\n${root}\n`],
    ['Arabic digits', `o\n\u0664\u0662\n${root}\n`],
    ['no size', `o\n\n${root}\n`],
    ['no origin', `\n42\n${root}\n`],
    ['short root', `o\n42\n${toBase64(new Uint8Array(31))}\n`],
    ['long root', `o\n42\n${toBase64(new Uint8Array(33))}\n`],
    ['root of another alphabet', `o\n42\n${root.replace('B', '_')}\n`],
    ['an extension line', `o\n42\n${root}\nmore\n`],
    ['an empty extension line', `o\n42\n${root}\n\n`],
    ['two lines', 'o\n42\n'],
    ['no newline', `o\n42\n${root}`],
  ])('%s is no checkpoint', (_, body) => {
    expect(() => parseCheckpointText(body)).toThrow(LedgerError);
  });
});

describe('encodings', () => {
  test('base64 of every short length reads back in one spelling only', () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 37 + length) % 256);
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }
    for (const bad of [
      'A',
      'AA',
      'AAA',
      'A===',
      'AB==',
      'AAB=',
      '====',
      'AA=A',
      'AAA\n',
      '\u00c1AAA',
      'AA AA===',
    ]) {
      expect(() => fromBase64(bad)).toThrow(LedgerError);
    }
  });

  test.each(['', '00', '01', '-0', '1e3', ' 1', '1\n', '9007199254740992', '99999999999999999999'])(
    '%o is no decimal',
    (text) => {
      expect(() => parseDecimal(text)).toThrow(LedgerError);
    },
  );

  test('the largest decimal', () => {
    expect(parseDecimal('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    expect(parseDecimal('0')).toBe(0);
  });
});
