import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatNote, signNote } from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { vi } from '@hocba/verify';
import { makeRealWorld } from '@hocba/verify/testing';
import { foreignPeople, foreignRecord } from '@hocba/verify/testing/foreign';
import { makeWorld, sampleDocument } from '@hocba/verify/testing/issued';
import { afterAll, describe, expect, test } from 'vitest';
import { hocbaHere } from '../testing/in-this-process.ts';

const bin = fileURLToPath(new URL('../../bin/hocba.mjs', import.meta.url));
const samples = fileURLToPath(new URL('../../../../packages/verify/samples/2026-11/', import.meta.url));
const trust = join(samples, 'trust');
const work = mkdtempSync(join(tmpdir(), 'hocba-verify-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** The real program, as a process of its own. */
function program(...args: string[]): { code: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [bin, 'verify', ...args], { encoding: 'utf8' });
  return { code: run.status, out: run.stdout, err: run.stderr };
}
async function hocba(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const { status, ...said } = await hocbaHere('verify', ...args);
  return { code: status, ...said };
}
interface Answer {
  files: {
    file: string;
    verdict: string;
    sentence: string;
    trustAsOf?: number;
    fragments: { name: string; state: string; code: string }[];
  }[];
}

/** A copy of a sample with its first `from` turned into `to` of the same length. */
function altered(name: string, from: string, to: string): string {
  const path = join(work, name);
  const bytes = readFileSync(join(samples, name));
  const at = bytes.indexOf(from);
  expect(at).toBeGreaterThan(0);
  bytes.write(to, at);
  writeFileSync(path, bytes);
  return path;
}

describe('hocba verify', () => {
  test('training records: exit 4, every check in the answer, the pages printed again and the same', () => {
    const { code, out } = program(
      join(samples, 'current.xml'),
      join(samples, 'current-form-4.pdf'),
      '--trust',
      trust,
      '--json',
    );
    expect(code).toBe(4);
    const { files } = JSON.parse(out) as Answer;
    expect(files.map((f) => f.verdict)).toEqual(['training', 'training']);
    expect(files[0]?.fragments).toContainEqual({ name: 'issuance', state: 'valid', code: 'logged' });
    expect(files[1]?.fragments).toContainEqual({ name: 'print', state: 'valid', code: 'same-pages' });
  });

  test('pages of a form that is no longer printed are said to be unchecked, not altered', async () => {
    const print = { name: 'print', state: 'not-checked', code: 'other-form-version' };
    const earlier = ['current.pdf', 'current-form-2.pdf', 'current-form-3.pdf'].map((name) =>
      join(samples, name),
    );
    const { files } = JSON.parse((await hocba(...earlier, '--trust', trust, '--json')).out) as Answer;
    expect(files).toHaveLength(3);
    for (const { fragments } of files) expect(fragments).toContainEqual(print);
  });

  test('whatever trust is given, training stays training', async () => {
    expect((await hocba(join(samples, 'current.xml'))).code).toBe(4);
  });

  test('in English where that is asked for, in words and in the answer for programs', async () => {
    const file = join(samples, 'current.xml');
    const told = await hocba(file, '--trust', trust, '--lang', 'en');
    expect(told.code).toBe(4);
    expect(told.out).toMatch(/Training/);
    expect(told.out).not.toMatch(/[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]/);
    const { files } = JSON.parse(
      (await hocba(file, '--trust', trust, '--lang', 'en', '--json')).out,
    ) as Answer;
    expect(files[0]?.sentence).toMatch(/^Training/);
    expect((await hocba(file, '--lang', 'fr')).code).toBe(64);
  });

  test('recalled and replaced say so', async () => {
    const { out } = await hocba(
      join(samples, 'recalled.xml'),
      join(samples, 'replaced.xml'),
      '--trust',
      trust,
    );
    expect(out).toMatch(/đã thu hồi[\s\S]*đã được thay thế/);
    expect(out).toMatch(/Lý do thu hồi: [^;]+; ghi ở mục \d+[\s\S]*Bản thay thế ghi ở mục \d+/);
  });

  test('the proof beside the file is used, and named along with it is no file of its own', async () => {
    copyFileSync(join(samples, 'current.xml'), join(work, 'alone.xml'));
    const alone = JSON.parse(
      (await hocba(join(work, 'alone.xml'), '--trust', trust, '--json')).out,
    ) as Answer;
    expect(alone.files[0]?.fragments).toContainEqual({
      name: 'issuance',
      state: 'not-checked',
      code: 'no-proof',
    });
    const both = await hocba(
      join(samples, 'current.xml'),
      join(samples, 'current.tlog-proof'),
      '--trust',
      trust,
      '--json',
    );
    expect((JSON.parse(both.out) as Answer).files).toHaveLength(1);
  });

  test('an unpacked package: lists that closed a year are no files of their own, and tell of a record that is gone', async () => {
    const world = await makeWorld();
    const folder = mkdtempSync(join(work, 'package-'));
    const { pupil, schoolYear } = sampleDocument();
    const list = (year: string): Promise<Uint8Array> => {
      const salt = new Uint8Array(32).fill(7);
      const leaf = { leafIndex: BigInt(world.leafIndex), leafHash: new Uint8Array(32) };
      const entry = { salt, pupil: pupil.pupilCode, state: 'issued', ...leaf } as const;
      return world.listProof({ schoolYear: year, entries: [entry], pupil: entry.pupil });
    };
    const put = (name: string, bytes: Uint8Array): void => writeFileSync(join(folder, name), bytes);
    put('a.xml', world.xml);
    put('a.tlog-proof', world.proof);
    put('a-khep-nam.tlog-proof', await list(schoolYear));
    const told = async (): Promise<string[]> => {
      const { files } = JSON.parse((await hocba(folder, '--json')).out) as Answer;
      return files.map(({ file, fragments }) => `${basename(file)} ${fragments[0]?.code}`);
    };
    expect(await told()).toEqual(['a.xml intact']);
    put('b-khep-nam.tlog-proof', await list('2024-2025'));
    expect(await told()).toEqual(['a.xml intact', 'b-khep-nam.tlog-proof list-without-record']);
  });

  test('the proof is the record’s by the page’s own rule: whatever a Mac or Windows did to its name, and alone with it', async () => {
    const folder = mkdtempSync(join(work, 'names-'));
    const put = (sample: string, name: string): string => {
      copyFileSync(join(samples, sample), join(folder, name));
      return join(folder, name);
    };
    const logged = async (...files: string[]): Promise<(string | undefined)[]> => {
      const answer = JSON.parse((await hocba(...files, '--trust', trust, '--json')).out) as Answer;
      return answer.files.map(({ fragments }) => fragments.find(({ name }) => name === 'issuance')?.code);
    };
    const apart = put('current.xml', 'Ánh.xml'.normalize('NFC'));
    put('current.tlog-proof', 'Ánh.tlog-proof'.normalize('NFD'));
    const loud = put('recalled.xml', 'BE.XML');
    put('recalled.tlog-proof', 'be.TLOG-PROOF');
    const renamed = put('replaced.xml', 'c.xml');
    const proof = put('replaced.tlog-proof', 'c-khac.tlog-proof');
    expect(await logged(apart, loud)).toEqual(['logged', 'logged']);
    expect(await logged(renamed)).toEqual(['no-proof']);
    expect(await logged(renamed, proof)).toEqual(['logged']);
    // Of several nobody knows whose it is.
    expect(await logged(renamed, apart, proof)).toEqual(['no-proof', 'logged', undefined]);
  });

  test.each([
    ['current.xml', 'T</MUC_DAT_DUOC>', 'H</MUC_DAT_DUOC>'],
    ['current-form-4.pdf', '/MediaBox', '/MediaBux'],
    ['current.pdf', '%%EOF', '%%EOX'],
  ])('%s with %s changed: exit 1, and what to do next', async (name, from, to) => {
    const { code, out } = await hocba(altered(name, from, to), '--trust', trust);
    expect(code).toBe(1);
    expect(out).toContain(`\n${vi.next['not-genuine']}\n`);
  });

  test('of several files the worst counts', async () => {
    const bad = altered('replacement.xml', 'T</MUC_DAT_DUOC>', 'H</MUC_DAT_DUOC>');
    expect((await hocba(join(samples, 'current.xml'), bad, '--trust', trust)).code).toBe(1);
    writeFileSync(join(work, 'note.txt'), 'không phải học bạ');
    expect((await hocba(join(samples, 'current.xml'), join(work, 'note.txt'), '--trust', trust)).code).toBe(
      3,
    );
  });

  test.each([
    ['no file', []],
    ['an unknown option', ['--loud', join(samples, 'current.xml')]],
    ['a trust folder that is not there', [join(samples, 'current.xml'), '--trust', join(work, 'nowhere')]],
    ['a trust folder with nothing to trust', [join(samples, 'current.xml'), '--trust', samples]],
  ])('%s: exit 64, nothing verified', async (_, args) => {
    const { code, out } = await hocba(...args);
    expect([code, out]).toEqual([64, '']);
  });

  test('a bundle as file or folder; by a key told apart; never by another one', async () => {
    const world = await makeRealWorld();
    const folder = join(work, 'real');
    mkdirSync(folder);
    for (const [name, bytes] of await world.files()) writeFileSync(join(folder, name), bytes);
    const [record] = world.records;
    const xml = join(work, 'real.xml');
    writeFileSync(xml, record?.xml ?? '');
    writeFileSync(join(work, 'real.tlog-proof'), record?.proof ?? '');
    // Of May: by this machine's clock its status may be old, and that is said; all else is as it must be.
    const file = join(folder, 'hocba.trust');
    const key = readFileSync(join(folder, 'hocba-trust.vkey'), 'utf8').trim();
    for (const args of [[folder], [file], [file, '--trust-key', key], [folder, '--trust-key', key]]) {
      const { out } = await hocba(xml, '--json', '--trust', ...args);
      const [found] = (JSON.parse(out) as Answer).files;
      const left = found?.fragments.filter(({ state }) => state !== 'valid').map(({ name }) => name);
      expect(left?.filter((name) => name !== 'status')).toEqual(['witness']);
      expect(found?.trustAsOf).toBe(Date.parse('2026-05-31T00:00:00Z') / 1000);
    }
    const foreign = join(work, 'foreign.xml');
    writeFileSync(foreign, foreignRecord(foreignPeople(world.pki)));
    expect((await hocba(foreign, '--trust', folder)).out).toContain(
      'Xét theo danh sách tin cậy ngày 31/05/2026\n',
    );
    const other = ed25519Signer('somebody.example/trust', generateLogKey()).vkey;
    expect(await hocba(xml, '--trust', file, '--trust-key', other)).toMatchObject({ code: 64, out: '' });
    expect((await hocba(xml, '--trust-key', key)).code).toBe(64);
  });

  test('a list that is signed and newer than this version: nothing is verified, and what to do is said', async () => {
    const signer = ed25519Signer('so-gddt.example/trust', generateLogKey());
    const text = 'hocba.vn/trust/v2\n{}\n';
    const note = formatNote({ text, signatures: [await signNote(nodeSha256, nodeEd25519, signer, text)] });
    const file = join(work, 'newer.trust');
    writeFileSync(file, note);
    const told = await hocba(join(samples, 'current.xml'), '--trust', file, '--trust-key', signer.vkey);
    expect([told.code, told.out]).toEqual([64, '']);
    expect(told.err).toContain('hãy cập nhật hocba');
    const wrong = text.replace('v2', 'v1');
    const ill = { text: wrong, signatures: [await signNote(nodeSha256, nodeEd25519, signer, wrong)] };
    const illMade = join(work, 'ill-made.trust');
    writeFileSync(illMade, formatNote(ill));
    const refused = await hocba(join(samples, 'current.xml'), '--trust', illMade, '--trust-key', signer.vkey);
    expect([refused.code, refused.out]).toEqual([64, '']);
    expect(refused.err).toContain('sai mẫu; hãy báo nơi phát hành');
    expect(refused.err).not.toContain('cập nhật');
    const other = ed25519Signer('so-gddt.example/trust', generateLogKey());
    expect(
      (await hocba(join(samples, 'current.xml'), '--trust', file, '--trust-key', other.vkey)).err,
    ).not.toContain('cập nhật');
  });

  test('the text of a QR: unchecked without a claim, false with a broken one', async () => {
    const address = 'https://truong.example/x/31TLjiIBw0qo4iWtq2ihWe';
    expect((await hocba(address, '--trust', trust)).code).toBe(3);
    expect((await hocba(`${address}#AAAA`, '--trust', trust)).code).toBe(1);
  });

  test('a folder: what may be a record in it, each with its proof, and how many are what', async () => {
    const folder = mkdtempSync(join(work, 'stack-'));
    const inner = join(folder, 'Lớp 4A'.normalize('NFD'));
    mkdirSync(inner);
    copyFileSync(join(samples, 'current.xml'), join(inner, 'a.xml'));
    copyFileSync(join(samples, 'current.tlog-proof'), join(inner, 'a (1).tlog-proof'));
    copyFileSync(join(samples, 'current.tlog-proof'), join(inner, 'c.tlog-proof'));
    writeFileSync(join(folder, 'b.xml'), '<HOC_BA/>');
    writeFileSync(join(folder, 'ghi chú.txt'), 'nothing that anybody asked of');
    const told = await hocba(folder, '--trust', trust);
    expect(told.code).toBe(1);
    const [head, ...lines] = told.out.split('\n').slice(-5);
    expect([head, ...lines.map((line) => line.replace(/: .*/, ''))]).toEqual([
      'Tất cả',
      '  1 trong 3 tệp · Không thật',
      '  1 trong 3 tệp · Chưa kiểm tra được đủ',
      '  1 trong 3 tệp · Bản tập huấn, không có giá trị pháp lý',
      '',
    ]);
    expect(lines[1]).toContain('c.tlog-proof');
    expect(told.out).toContain('\nKhông xem 1 tệp khác trong thư mục (không phải .xml, .pdf, .zip).\n');
    const empty = await hocba(mkdtempSync(join(work, 'empty-')));
    expect([empty.code, empty.out.includes('trong thư mục không có tệp học bạ nào')]).toEqual([3, true]);
  });

  test('a file that is not there: exit 3', async () => {
    expect((await hocba(join(work, 'nothing.xml'))).code).toBe(3);
  });
});

test('a file’s name writes no line of its own', async () => {
  const path = join(work, 'a.xml\nThật, còn hiệu lực\u001b[2K.xml');
  writeFileSync(path, '<HOC_BA/>');
  expect((await hocba(path)).out.split('\n').slice(0, 2)).toEqual([
    `${work}/a.xml�Thật, còn hiệu lực�[2K.xml`,
    'Không thật',
  ]);
});
