import { createHash } from 'node:crypto';
import { vi } from '@hocba/verify';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeTail, maskedName } from './masked.ts';
import { type PublicView, recordPage, tooOftenPage, unknownPage } from './page.ts';
import { PAGE_POLICY, PAGE_STYLE } from './page-style.ts';

const view: PublicView = {
  status: 'current',
  training: false,
  schoolName: 'Trường Tiểu học Mẫu',
  schoolYear: '2025-2026',
  grade: 4,
  version: 1,
  issueDate: '2026-05-30',
  subjectTeachers: 6,
  principalName: 'Đỗ Thị Ánh',
  sealName: 'Trường Tiểu học Mẫu',
  maskedName: maskedName('Nguyễn Thị Hương Giang'),
  codeTail: codeTail('0123456789'),
  fileHash: 'ab'.repeat(32),
  asOf: '06:00 23/11/2026',
};

describe('masking', () => {
  test.each([
    ['Nguyễn Thị Hương Giang', 'N••• T••• H••• G•••'],
    ['Đỗ An', 'Đ••• A•••'],
    ['  Lê   Ân ', 'L••• Â•••'],
    ['', ''],
  ])('%s', (name, masked) => expect(maskedName(name)).toBe(masked));

  test.each([
    ['0123456789', '•••789'],
    ['HS-00123', '•••123'],
    ['HS-0012', '•••'],
    ['789', '•••'],
    ['', '•••'],
  ])('of the code “%s”', (code, tail) => expect(codeTail(code)).toBe(tail));

  test('nothing but first letters is left of any name', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[A-ZĐ][a-zàáạăâêộươ]{1,9}$/), { minLength: 1, maxLength: 6 }),
        (words) => {
          expect(maskedName(words.join(' '))).toBe(words.map((w) => `${w[0]}•••`).join(' '));
        },
      ),
    );
  });
});

describe('the page', () => {
  test.each([
    ['current', 'Thật, còn hiệu lực'],
    ['recalled', 'Thật, đã thu hồi'],
    ['replaced', 'Thật, đã được thay thế'],
    ['store-mismatch', 'Cần xác nhận lại'],
    ['unpublished', 'Chưa kiểm tra được đủ'],
  ] as const)('%s', (status, sentence) => {
    expect(recordPage({ ...view, status })).toContain(`<h1>${sentence}</h1>`);
  });

  test('says what to do about what is no longer in force', () => {
    for (const status of ['recalled', 'replaced'] as const)
      expect(recordPage({ ...view, status })).toContain(vi.next[status]);
    expect(recordPage(view)).not.toContain('văn thư');
  });

  test('says that of the paper it has seen nothing, and where the print is compared', () => {
    expect(recordPage(view)).toContain('không biết chữ in trên giấy có đúng');
    expect(recordPage(view)).toContain('quét mã QR của bản in ở đó');
    for (const html of [recordPage(view), unknownPage()]) expect(html).toContain('href="/kiem-tra-hoc-ba"');
    expect(unknownPage()).toContain('văn thư của trường ghi trên học bạ');
  });

  test('is green for nothing but what the published log holds', () => {
    const green = 'class="verdict current"';
    expect(recordPage(view)).toContain(green);
    for (const status of ['unpublished', 'recalled', 'replaced', 'store-mismatch'] as const)
      expect(recordPage({ ...view, status })).not.toContain(green);
    expect(recordPage({ ...view, status: 'unpublished' })).toContain('đang chờ ghi vào nhật ký công khai');
  });

  test.each(['current', 'unpublished', 'recalled', 'replaced', 'store-mismatch'] as const)(
    'training is never genuine: %s',
    (status) => {
      const html = recordPage({ ...view, status, training: true });
      expect(html).toContain('<h1>Bản tập huấn, không có giá trị pháp lý</h1>');
      expect(html).not.toContain('Thật,');
      expect(html).toContain('TẬP HUẤN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ');
    },
  );

  test('has no script, loads nothing and stays under 20 kB', () => {
    for (const html of [recordPage(view), unknownPage(), tooOftenPage()]) {
      expect(html).not.toMatch(/<script|src=|@import|url\(|style="|\son[a-z]+="/);
      expect(new TextEncoder().encode(html).length).toBeLessThan(20_000);
    }
  });

  test('its one style is the one that the policy allows by hash', () => {
    const style = /<style>([\s\S]*)<\/style>/.exec(recordPage(view))?.[1] ?? '';
    expect(style).toBe(PAGE_STYLE);
    expect(PAGE_POLICY).toContain(createHash('sha256').update(style).digest('base64'));
  });

  test('text stays text', () => {
    const html = recordPage({
      ...view,
      schoolName: '<img src=x onerror=alert(1)>',
      principalName: '"><script>',
    });
    expect(html).not.toContain('<img');
    expect(html).not.toContain('<script');
  });
});
