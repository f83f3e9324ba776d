import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { allSaved, cell, classId, useBrowser, type Visitor, visit } from './visit.ts';

useBrowser();

/** The class table's place of a trait (T, Đ, C) and of a comment that its homeroom teacher writes. */
async function openTable(visitor: Visitor): Promise<{ page: Page; trait: number; comment: number }> {
  const { page, open } = visitor;
  await open(`/lop/${await classId(visitor, '5A')}/bang`);
  const column = async (label: RegExp): Promise<number> =>
    Number(await page.getByLabel(label).first().getAttribute('data-column'));
  return {
    page,
    trait: await column(/Phẩm chất, Yêu nước/),
    comment: await column(/Chủ nhiệm, Nhận xét chung/),
  };
}

describe('Vietnamese input methods', () => {
  test('UniKey’s way (d, Backspace, đ) writes Đ and goes down; so does composition, as phones send it', async () => {
    const { page, trait } = await openTable(await visit('gvcn5a'));
    await cell(page, 3, trait).focus();
    await page.keyboard.press('d');
    await page.keyboard.press('Backspace');
    await page.keyboard.insertText('đ');
    expect(await cell(page, 3, trait).inputValue()).toBe('Đ');
    expect(await cell(page, 4, trait).evaluate((field) => field === document.activeElement)).toBe(true);
    const keys = await page.context().newCDPSession(page);
    await cell(page, 6, trait).focus();
    await keys.send('Input.imeSetComposition', { text: 'd', selectionStart: 1, selectionEnd: 1 });
    await keys.send('Input.imeSetComposition', { text: 'đ', selectionStart: 1, selectionEnd: 1 });
    await keys.send('Input.insertText', { text: 'đ' });
    await page.keyboard.press('Enter');
    expect(await cell(page, 6, trait).inputValue()).toBe('Đ');
    await allSaved(page);
  });
  test('a comment keeps every letter, by UniKey’s way and by composition, in NFC', async () => {
    const { page, comment } = await openTable(await visit('gvcn5a'));
    await cell(page, 3, comment).focus();
    // "Tiến bộ" typed as Telex: each transformation takes letters back and writes them anew.
    for (const [keys, back, text] of [
      ['Tie', 1, 'ê'],
      ['n', 2, 'ến'],
      [' bo', 1, 'ô'],
      ['', 1, 'ộ'],
    ] as const) {
      if (keys) await page.keyboard.type(keys);
      for (let n = 0; n < back; n++) await page.keyboard.press('Backspace');
      await page.keyboard.insertText(text);
    }
    expect(await cell(page, 3, comment).inputValue()).toBe('Tiến bộ');
    await page.keyboard.press('Enter');
    const keys = await page.context().newCDPSession(page);
    for (const text of ['d', 'đ', 'đo', 'đoc', 'đọc'])
      await keys.send('Input.imeSetComposition', {
        text,
        selectionStart: text.length,
        selectionEnd: text.length,
      });
    await keys.send('Input.insertText', { text: 'đọc' });
    // Decomposed letters, as a Mac may send them, are stored composed.
    await page.keyboard.insertText(' tốt'.normalize('NFD'));
    await page.keyboard.press('Enter');
    expect(await cell(page, 4, comment).inputValue()).toBe('đọc tốt');
    await allSaved(page);
    await page.reload();
    await cell(page, 3, comment).waitFor();
    expect(await cell(page, 3, comment).inputValue()).toBe('Tiến bộ');
    expect(await cell(page, 4, comment).inputValue()).toBe('đọc tốt');
  });
});
