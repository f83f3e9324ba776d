import { describe, expect, test } from 'vitest';
import { claimSentence } from '../claim/claim-sentence.ts';
import type { ClaimCode } from '../claim/verify-claim.ts';
import { claimWords } from '../words/claim.ts';
import { en } from '../words/en.ts';
import { vi } from '../words/vi.ts';
import { endedSentence, fragmentSentence, nextStep, sentenceOf, verdictSentence } from './sentences.ts';
import type { Fragment, FragmentName, Verdict } from './verdict.ts';

// That every code has words in both languages is the compiler's to hold; here, that they are words of that language.
const names = Object.keys(vi.codes) as FragmentName[];
const fragments = names.flatMap((name) =>
  Object.keys(vi.codes[name]).map((code) => ({ name, state: 'not-checked', code }) as Fragment),
);
const verdicts = Object.keys(vi.verdicts) as Verdict[];
const VIETNAMESE = /[ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ]/iu;

describe.each([
  ['vi', vi, true],
  ['en', en, false],
] as const)('words of %s', (_, words, vietnamese) => {
  test.each(fragments.map((one) => [`${one.name}:${one.code}`, one] as const))('%s', (_name, fragment) => {
    const said = fragmentSentence(fragment, words);
    expect(said).toMatch(/^[^:]+: [^\s].*[^\s.]$/u);
    expect(VIETNAMESE.test(said)).toBe(vietnamese);
    expect(said).toBe(said.normalize('NFC'));
  });

  test('each verdict has its own sentence, also of several files', () => {
    const said = verdicts.map((verdict) => sentenceOf(verdict, [], words));
    expect(new Set(said).size).toBe(verdicts.length);
    for (const one of said) expect(VIETNAMESE.test(one)).toBe(vietnamese);
  });
});

test('the same fragments say the same beside the verdict in both languages', () => {
  const recalled: Fragment[] = [{ name: 'status', state: 'valid', code: 'recalled' }];
  const stripped: Fragment[] = [{ name: 'issuance', state: 'invalid', code: 'never-issued' }];
  const foreign: Fragment[] = [{ name: 'document', state: 'not-checked', code: 'foreign' }];
  expect(sentenceOf('training', recalled, en)).toBe(
    'Training copy, without legal value; this record has been recalled',
  );
  expect(sentenceOf('not-genuine', stripped, en)).toBe('Not genuine (never issued)');
  expect(sentenceOf('not-fully-checked', foreign, en)).toBe(
    'Could not be checked in full (a record of other software)',
  );
});

test('whatever is not simply in force says what to do next, in one sentence; genuine and training records do not', () => {
  const status = (code: 'current' | 'recalled' | 'replaced'): Fragment[] => [
    { name: 'status', state: 'valid', code },
  ];
  const { next } = vi;
  expect(nextStep({ verdict: 'not-genuine', fragments: status('recalled') })).toBe(next['not-genuine']);
  for (const code of ['recalled', 'replaced'] as const)
    for (const verdict of [code, 'training', 'not-fully-checked'] as const)
      expect(nextStep({ verdict, fragments: status(code) })).toBe(next[code]);
  expect(nextStep({ verdict: 'to-be-confirmed', fragments: status('current') })).toBe(
    next['to-be-confirmed'],
  );
  for (const verdict of ['genuine', 'training'] as const)
    expect(nextStep({ verdict, fragments: status('current') })).toBeNull();
  const open = (fragment: Fragment) => nextStep({ verdict: 'not-fully-checked', fragments: [fragment] });
  const name = 'document';
  expect(open({ name: 'print', state: 'not-checked', code: 'no-printer-here' })).toBe(
    next['not-fully-checked'],
  );
  expect(open({ name, state: 'not-checked', code: 'foreign' })).toBe(next['not-fully-checked']);
  expect(open({ name: 'status', state: 'not-checked', code: 'status-too-old' })).toBe(next['out-of-date']);
  expect(open({ name: 'issuer', state: 'not-checked', code: 'register-too-old' })).toBe(next['out-of-date']);
  expect(open({ name: 'issuance', state: 'not-checked', code: 'no-proof' })).toBe(next['no-proof']);
  // What is wrong with the file itself is said, with the way out, in its one line.
  expect(open({ name, state: 'error', code: 'archive-within' })).toBeNull();
  for (const [words, vietnamese] of [
    [vi.next, true],
    [en.next, false],
  ] as const)
    for (const said of Object.values(words)) {
      expect(said).toMatch(/^[A-Z][^.]+\.$/u);
      expect(VIETNAMESE.test(said)).toBe(vietnamese);
    }
  // Whom to ask, and what to bring.
  for (const said of Object.values(next)) {
    expect(said).toContain('văn thư của trường');
    expect(said).toContain('giấy tờ của học sinh');
  }
});

test('of a PDF that was saved again the sentence says so, and the next step leads to the file itself and to the QR', () => {
  const print: Fragment = { name: 'print', state: 'invalid', code: 'altered' };
  const recalled: Fragment = { name: 'status', state: 'valid', code: 'recalled' };
  const good: Fragment[] = [
    { name: 'document', state: 'valid', code: 'intact' },
    { name: 'signatures', state: 'valid', code: 'all-valid' },
    { name: 'certificates', state: 'valid', code: 'valid-when-signed' },
    { name: 'time', state: 'valid', code: 'proven' },
    { name: 'issuance', state: 'valid', code: 'logged' },
    { name: 'issuer', state: 'valid', code: 'registered' },
  ];
  const signature: Fragment = { name: 'signatures', state: 'invalid', code: 'signature-invalid' };
  const foreign: Fragment = { name: 'document', state: 'not-checked', code: 'foreign-pdf-unread' };
  const said = (...fragments: Fragment[]) => [
    sentenceOf('not-genuine', fragments),
    nextStep({ verdict: 'not-genuine', fragments }),
  ];
  expect(said(...good, print, { name: 'status', state: 'valid', code: 'current' })).toEqual([
    'Không thật (tệp PDF đã đổi từ khi phát hành)',
    vi.next['changed-print'],
  ]);
  expect(said(...good, print, recalled)).toEqual([
    'Không thật (tệp PDF đã đổi từ khi phát hành; bản này đã thu hồi)',
    vi.next.recalled,
  ]);
  expect(said(foreign, signature)).toEqual([
    'Không thật (chữ ký trên tệp PDF không khớp với nội dung tệp)',
    vi.next['broken-pdf'],
  ]);
  const unchecked: Fragment = { name: 'print', state: 'not-checked', code: 'no-printer-here' };
  const current: Fragment = { name: 'status', state: 'valid', code: 'current' };
  expect(nextStep({ verdict: 'not-fully-checked', fragments: [...good, current, unchecked] })).toBe(
    vi.next['unchecked-print'],
  );
  // Of a record that nobody has judged in full nothing good is said.
  expect(said(print)).toEqual(['Không thật (tệp PDF đã đổi từ khi phát hành)', vi.next['not-genuine']]);
  // What is false in the record itself is not told away by its pages.
  expect(said(print, signature)).toEqual(['Không thật', vi.next['not-genuine']]);
  for (const step of ['changed-print', 'broken-pdf'] as const) expect(vi.next[step]).toContain('mã QR');
});

test('another pupil’s proof that was chosen by mistake is said to be that; one that a PDF carries was put there', () => {
  const other: Fragment = { name: 'issuance', state: 'invalid', code: 'other-record' };
  const print: Fragment = { name: 'print', state: 'valid', code: 'same-pages' };
  expect(sentenceOf('not-genuine', [other])).toBe('Không thật (bằng chứng đi kèm là của học bạ khác)');
  const step = (...fragments: Fragment[]) => nextStep({ verdict: 'not-genuine', fragments });
  expect(step(other)).toBe(vi.next['other-proof']);
  expect(step(other, print)).toBe(vi.next['not-genuine']);
  expect(step(other, { name: 'issuer', state: 'invalid', code: 'seal-not-registered' })).toBe(
    vi.next['not-genuine'],
  );
});

test('what is no longer in force says why and where that is recorded', () => {
  const recalled = { index: 3, by: 1_204, state: 'recalled', reason: 'issued-in-error' } as const;
  const log = 'so.example/79000000/2026-2027';
  expect(endedSentence({})).toBeNull();
  expect(endedSentence({ ended: recalled })).toBe(
    'Lý do thu hồi: phát hành nhầm; ghi ở mục 1.204 của nhật ký',
  );
  expect(endedSentence({ ended: { ...recalled, reason: 'a-new-one', log } })).toBe(
    `Lý do thu hồi: lý do khác (a-new-one); ghi ở mục 1.204 của nhật ký ${log}`,
  );
  expect(endedSentence({ ended: { index: 3, by: 4, state: 'replaced' } }, en)).toBe(
    'What replaces it is entry 4 of the log',
  );
  for (const [code, said] of Object.entries(vi.ended.reasons)) {
    expect(VIETNAMESE.test(said)).toBe(true);
    expect(endedSentence({ ended: { ...recalled, reason: code } }, en)).not.toMatch(VIETNAMESE);
  }
});

test('of several files it is said of how many the gravest verdict is true', () => {
  const part = (verdict: Verdict) => ({ name: 'x', found: { verdict, sentence: '', fragments: [] } });
  const of = (code: 'archive' | 'book') => ({
    verdict: 'not-genuine' as const,
    fragments: [{ name: 'document', state: 'not-checked', code }] satisfies Fragment[],
    parts: [part('genuine'), part('not-genuine')],
  });
  expect(verdictSentence(of('archive'), en)).toBe('Not genuine (1 of 2 files)');
  expect(verdictSentence(of('book'), en)).toBe('Not genuine (1 of 2 school years)');
  expect(verdictSentence(of('book'))).toBe('Không thật (1 trong 2 năm học)');
});

test('a claim says what it is worth in both languages', () => {
  for (const code of Object.keys(claimWords.vi.claims) as ClaimCode[]) {
    expect(VIETNAMESE.test(claimSentence({ state: 'invalid', code }))).toBe(true);
    expect(VIETNAMESE.test(claimSentence({ state: 'invalid', code }, en))).toBe(false);
  }
});
