import type { z } from 'zod';
import type { ErrorAnswer } from './api/values.ts';

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** A refusal for who came by a browser's address bar: one sentence, no script, no style sheet. */
export function refusalPage(answer: z.output<typeof ErrorAnswer>, lanUrl: string | undefined): string {
  const link =
    answer.error === 'insecure-connection' && lanUrl !== undefined
      ? `<p>Địa chỉ đúng: <a href="${escapeHtml(lanUrl)}">${escapeHtml(lanUrl)}</a></p>`
      : '<p><a href="/">Về trang đầu</a></p>';
  return (
    '<!doctype html><html lang="vi"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
    `<title>Học bạ số</title></head><body><h1>Học bạ số</h1><p>${escapeHtml(answer.message)}</p>${link}` +
    `<p>Mã: ${escapeHtml(answer.reference ?? '')}</p></body></html>`
  );
}
