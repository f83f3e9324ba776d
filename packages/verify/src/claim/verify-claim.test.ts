import type { ClaimContent } from '@hocba/form/claim';
import { encodeLeaf, type Log, leafHash, type Status } from '@hocba/ledger';
import { nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { describe, expect, test } from 'vitest';
import { claimed, day, findingOf, log, OF } from '../testing/claimed.ts';
import type { SchoolLog } from '../trust/bundle.ts';
import { vi } from '../words/vi.ts';
import type { ProvenLeaf } from './claim-leaf.ts';
import { claimNextStep, claimSentence } from './claim-sentence.ts';
import { type ClaimFinding, verifyClaim } from './verify-claim.ts';

const THIS = log('2025-2026', '2025-09-05');
const BEFORE = log('2024-2025', '2024-09-05');
const AGAIN: SchoolLog = { origin: `${OF}/2025-2026.2`, from: day('2026-03-01') };
const UNNAMED: SchoolLog = { origin: `${OF}/hoc-ba`, from: day('2025-09-05') };

test.each<[string, SchoolLog, SchoolLog[], Partial<ClaimContent>]>([
  ['of the log’s year', THIS, [THIS], {}],
  ['of the log’s year, in the log that goes on after a theft', AGAIN, [THIS, AGAIN], {}],
  ['issued on the log’s first day', log('2025-2026', '2026-05-29'), [log('2025-2026', '2026-05-29')], {}],
  [
    'replaced late: the year before has a log of the school too',
    THIS,
    [BEFORE, THIS],
    { schoolYear: '2024-2025' },
  ],
  ['of a log whose name tells no year', UNNAMED, [UNNAMED], {}],
])('a claim %s is believed', async (_, key, logs, change) => {
  expect(await claimed(key, logs, change)).toBe('valid');
});

test.each<[string, SchoolLog, SchoolLog[], Partial<ClaimContent>]>([
  [
    'of a year before the school had any log',
    THIS,
    [THIS],
    { schoolYear: '2021-2022', issueDate: '2022-05-29' },
  ],
  ['of such a year, issued now', THIS, [THIS], { schoolYear: '2021-2022' }],
  ['of the year after the log’s', THIS, [THIS], { schoolYear: '2026-2027' }],
  [
    'of the year after, which has a log of its own',
    BEFORE,
    [BEFORE, THIS],
    { schoolYear: '2025-2026', issueDate: '2025-12-29' },
  ],
  [
    'of the year before, issued before this log was',
    THIS,
    [BEFORE, THIS],
    { schoolYear: '2024-2025', issueDate: '2025-05-29' },
  ],
  ['issued before the log’s first day', AGAIN, [THIS, AGAIN], { issueDate: '2026-02-20' }],
  [
    'of a leaf behind the last tree that is believed of its log',
    THIS,
    [{ ...THIS, last: { size: 7, root: new Uint8Array(32) } }],
    {},
  ],
  ['issued before the school came to a shared log', UNNAMED, [{ ...UNNAMED, from: day('2026-06-03') }], {}],
])('a claim %s is not green', async (_, key, logs, change) => {
  expect(await claimed(key, logs, change)).toBe('not-checked:outside-log');
});

test.each<[string, string, SchoolLog[], Partial<ClaimContent>]>([
  [
    'of a school that the list does not name, issued before it',
    'invalid:key-of-other-school',
    [THIS],
    { schoolCode: '79000001' },
  ],
  [
    'of such a school, issued on the list’s day',
    'not-checked:list-before-claim',
    [THIS],
    { schoolCode: '79000001', issueDate: '2026-06-01' },
  ],
  ['of one that the list names without this log', 'invalid:key-of-other-school', [BEFORE], {}],
  [
    'of such a one, issued after the list',
    'not-checked:list-before-claim',
    [BEFORE],
    { issueDate: '2026-06-20' },
  ],
  [
    'that says training, in a log that is not, however late',
    'invalid:key-of-other-school',
    [],
    { training: true, issueDate: '2026-06-20' },
  ],
])('a claim %s: %s', async (_, expected, logs, change) => {
  expect(await claimed(THIS, logs, change)).toBe(expected);
});

test('a claim of a school that was merged is told by the log of the one that keeps its records', async () => {
  const kept = { code: '79000002', name: 'Trường Kế Tục', logs: [THIS], seals: [], successor: null };
  expect(await claimed(THIS, [BEFORE], {}, undefined, kept)).toBe('valid');
  const empty = await claimed(THIS, [BEFORE], {}, undefined, { ...kept, logs: [] });
  expect(empty).toBe('invalid:key-of-other-school');
});

const ADDRESS = 'https://truong.example/x/31TLjiIBw0qo4iWtq2ihWe';
test.each<[string, string, (text: string) => string]>([
  ['broken into lines by mail', 'valid', (text) => `${ADDRESS}#${text}`.replaceAll(/(.{76})/g, '$1\r\n')],
  ['with spaces and a line end around it', 'valid', (text) => ` #${text} \n`],
  ['in digits of another script', 'invalid:malformed', (text) => text.replace('1', '１')],
  ['with a zero before it', 'invalid:malformed', (text) => `0${text}`],
  [
    'behind an address with a user’s name',
    'valid',
    (text) => `https://a@b.example/x/31TLjiIBw0qo4iWtq2ihWe#${text}`,
  ],
  ['twice in one address', 'invalid:malformed', (text) => `${ADDRESS}#${text}#${text}9`],
  ['handed on by a messenger that adds to it', 'valid', (text) => `${ADDRESS}?fbclid=IwZX_a-1&z=2#${text}`],
  ['with words before its address', 'valid', (text) => `Kết quả quét: ${ADDRESS}#${text}`],
  [
    'of a version to come',
    'not-checked:newer-version',
    (text) =>
      (BigInt(text) + (1n << BigInt(8 * (Math.ceil(BigInt(text).toString(16).length / 2) - 1)))).toString(),
  ],
  ['of a size that no QR has', 'invalid:malformed', (text) => text.repeat(2_000)],
])('a claim %s: %s', async (_, expected, written) => {
  expect(await claimed(THIS, [THIS], {}, written)).toBe(expected);
});

test.each<[string, string]>([
  ['of a bill', '00020101021138540010A00000072701240006970436011012345678905802VN6304ABCD'],
  ['of a page', 'https://example.vn/'],
  ['of a Wi-Fi', 'WIFI:T:WPA;S:Truong;P:mat-khau;;'],
  ['of a person', 'BEGIN:VCARD'],
  ['of a card', '001099012345'],
  ['in letters that begin as the first prints’', 'A4'],
])('a code %s is not called a false record', async (_, text) => {
  expect(await claimed(THIS, [THIS], {}, () => text)).toBe('not-checked:other-code');
});

test('a training print is told to be one by its own word, where nobody has its key', async () => {
  const training = { training: true, schoolCode: '79000000' };
  const keyed = await claimed(THIS, [THIS], training);
  expect(keyed).toBe('invalid:key-of-other-school');
  const text = await new Promise<string>((take) => {
    void claimed(THIS, [THIS], training, (one) => {
      take(one);
      return one;
    });
  });
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519 };
  for (const written of [text, `${ADDRESS}#${text}`]) {
    const found = await verifyClaim(written, null, ports);
    expect(found).toMatchObject({ state: 'not-checked', code: 'training-unknown' });
    expect(claimSentence(found)).toMatch(/^Bản tập huấn, không có giá trị pháp lý/);
    expect(claimNextStep(found)).toContain('đừng dùng bản in này');
  }
});

test('a real print’s claim without a certified key is left open, whatever else is trusted', async () => {
  const text = await new Promise<string>((take) => {
    void claimed(THIS, [THIS], {}, (one) => {
      take(one);
      return one;
    });
  });
  const found = await verifyClaim(text, null, { crypto: nodeCrypto, ed25519: nodeEd25519 });
  expect(found).toMatchObject({ state: 'not-checked', code: 'no-certified-key' });
  // Another key of the same log has signed none of it.
  const other = await claimed(THIS, [THIS], {}, () => text);
  expect(other).toBe('not-checked:no-certified-key');
});

const ASKED = 'Khi có mạng, hãy quét mã QR';
test.each<[string, Omit<Status, 'origin'> | undefined, string, string | null]>([
  ['no status file', undefined, 'chữ in khớp bản phát hành ngày 29/05/2026; chưa kiểm tra thu hồi', ASKED],
  [
    'one that knows nothing against it',
    { asOf: day('2026-06-01'), size: 8, entries: [] },
    'chữ in khớp bản phát hành ngày 29/05/2026; chưa thu hồi, tính đến 00:00 01/06/2026',
    null,
  ],
  [
    'one that is too old',
    { asOf: day('2026-04-01'), size: 8, entries: [] },
    'chữ in khớp bản phát hành ngày 29/05/2026; chưa kiểm tra thu hồi',
    ASKED,
  ],
  [
    'one from before its leaf',
    { asOf: day('2026-06-01'), size: 7, entries: [] },
    'chữ in khớp bản phát hành ngày 29/05/2026; chưa kiểm tra thu hồi',
    ASKED,
  ],
  [
    'one that says that it was recalled, however old',
    {
      asOf: day('2026-04-01'),
      size: 9,
      entries: [{ index: 7, state: 'recalled', by: 8, reason: 'data-entry-error' }],
    },
    'Mã QR là của bản phát hành ngày 29/05/2026; bản này đã thu hồi',
    vi.next.recalled,
  ],
  [
    'one that says that another took its place',
    { asOf: day('2026-06-01'), size: 9, entries: [{ index: 7, state: 'replaced', by: 8 }] },
    'Mã QR là của bản phát hành ngày 29/05/2026; bản này đã được thay thế',
    vi.next.replaced,
  ],
  [
    'one that recalls another leaf',
    { asOf: day('2026-06-01'), size: 9, entries: [{ index: 6, state: 'replaced', by: 8 }] },
    'chữ in khớp bản phát hành ngày 29/05/2026; chưa thu hồi, tính đến 00:00 01/06/2026',
    null,
  ],
])('a print beside %s', async (_, status, sentence, next) => {
  const found = await findingOf(THIS, [THIS], {}, status === undefined ? {} : { status });
  expect(found.state).toBe('valid');
  expect(claimSentence(found)).toMatch(new RegExp(`${sentence}$`));
  const told = claimNextStep(found);
  expect(next === null ? told : told?.startsWith(next)).toBe(next === null ? null : true);
});

describe('beside a copy of the log, the leaf that a claim names', () => {
  const held = async (at: number, log: Log, leaves: readonly Uint8Array[]): Promise<ProvenLeaf | null> => {
    const leaf = leaves[at];
    return leaf === undefined ? null : { leaf, proof: await log.proofFor(at) };
  };
  const seventh = { kind: 'issue', time: day('2025-09-13'), commitment: new Uint8Array(32).fill(7) } as const;
  const nearly = leafHash(nodeSha256, encodeLeaf(seventh)).slice(0, 16);
  nearly[15] = (nearly[15] ?? 0) ^ 1;
  const other = (shift: number) => (at: number, log: Log, leaves: readonly Uint8Array[]) =>
    held(at + shift, log, leaves);
  const said = (found: ClaimFinding): string =>
    'code' in found ? `${found.state}:${found.code}` : found.state;

  test('stands there: when it was issued is the log’s word', async () => {
    const found = await findingOf(THIS, [THIS], {}, { copy: held });
    expect(found).toMatchObject({ state: 'valid', loggedAt: day('2025-09-13') });
  });

  test.each<[string, Parameters<typeof findingOf>[3], string]>([
    ['is another one', { copy: held, leafHash: new Uint8Array(16).fill(4) }, 'invalid:leaf-differs'],
    ['is another one but for an octet', { copy: held, leafHash: nearly }, 'invalid:leaf-differs'],
    ['is no record’s', { copy: held, place: 8 }, 'invalid:leaf-differs'],
    ['is the key’s own', { copy: held, place: 0 }, 'invalid:leaf-differs'],
    ['is not there yet', { copy: held, place: 60 }, 'valid'],
    ['is not told by a copy that gives another place', { copy: other(1) }, 'valid'],
    [
      'is not told by a copy that is damaged',
      {
        copy: async (at, log, leaves) => ({
          leaf: leaves[at] ?? new Uint8Array(),
          proof: (await log.proofFor(at)).slice(9),
        }),
      },
      'valid',
    ],
    ['is not told by a copy of nothing', { copy: async () => null, leafHash: new Uint8Array(16) }, 'valid'],
  ])('%s', async (_, more, expected) => {
    const found = await findingOf(THIS, [THIS], {}, more);
    expect(said(found)).toBe(expected);
    if (expected === 'valid') expect('loggedAt' in found).toBe(false);
  });
});
