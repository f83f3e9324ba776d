import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FormInput } from './input.ts';
import { pageData } from './page-data.ts';
import { drawQr } from './qr.ts';

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? '&quot;');

/** The form's font inside the page, as the PDF has it. */
function fontFace(): string {
  const root = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/tinos/package.json'));
  return (['400Regular', '700Bold'] as const)
    .map((style) => {
      const font = readFileSync(join(root, style, `Tinos_${style}.ttf`)).toString('base64');
      return `@font-face{font-family:Tinos;font-weight:${style.slice(0, 3)};src:url(data:font/ttf;base64,${font})}`;
    })
    .join('');
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><thead><tr>${head.map((h) => `<th>${escaped(h)}</th>`).join('')}</tr></thead>${rows
    .map((row) => `<tr>${row.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`)
    .join('')}</table>`;

/** The QR as the browser draws it best: one path. */
function qrOf({ issued }: FormInput): string {
  if (issued === null) return '';
  const { size, pixels } = drawQr(issued.qrUrl);
  const path = [...pixels].map((p, i) => (p === 0 ? `M${i % size} ${Math.floor(i / size)}h1v1h-1z` : ''));
  return `<svg viewBox="0 0 ${size} ${size}"><path d="${path.join('')}"/></svg>`;
}

const FRONT_PAGES = 3;
const COLUMNS = ['Mức đạt được', 'Nhận xét'];

/** The same pages' text as plain HTML with print styles, for each pupil the front pages once: what a web page would print. */
export function htmlOf(pupils: readonly (readonly FormInput[])[]): string {
  const inputs = pupils.flatMap((years) =>
    years.map((input, i) => ({ input, front: i === years.length - 1 })),
  );
  const sections = inputs.flatMap(({ input, front }) => {
    const d = pageData(input);
    const foot = `<footer>Học sinh: ${escaped(d.pupilName)} · Lớp: ${escaped(d.className)} · UUID: ${d.uuid}${qrOf(input)}</footer>`;
    const personal = Object.values(d.personal).map((value) => `<p>${escaped(value ?? '')}</p>`);
    const traits = Object.values(d.traits).map(({ rows, comment }) =>
      table(
        ['Phẩm chất, năng lực', ...COLUMNS],
        rows.map((r, i) => [r.name, r.level, i === 0 ? comment : '']),
      ),
    );
    const bodies = [
      `<h1>HỌC BẠ</h1><h2>TIỂU HỌC</h2><p>${escaped(d.pupilName)}</p><p>${escaped(d.schoolName)}</p>`,
      GUIDE,
      `${personal.join('')}${table(['Năm học', 'Lớp', 'Tên trường', 'Số đăng bộ', 'Ngày nhập học'], d.studyYears)}`,
      table(
        ['Môn học và hoạt động giáo dục', 'Mức đạt được', 'Điểm KTĐK', 'Nhận xét'],
        d.subjects.map((s) => [s.name, s.level, s.mark, s.comment]),
      ),
      `${traits.join('')}<p>${d.result}</p><p>${escaped(d.awards.join('; '))}</p><p>${escaped(d.completionText)}</p>`,
    ];
    return bodies.slice(front ? 0 : FRONT_PAGES).map((body) => `<section>${body}${foot}</section>`);
  });
  return `<!doctype html><html lang="vi"><meta charset="utf-8"><style>${fontFace()}
@page{size:A4;margin:20mm 15mm 20mm 30mm}body{font:12pt Tinos}section{break-after:page}
table{border-collapse:collapse;width:100%}td,th{border:.6pt solid #000;padding:3pt}footer svg{width:26mm}</style>${sections.join('')}</html>`;
}

/** The guide's text out of its layout, without the marks of the typesetter. */
const GUIDE = readFileSync(new URL('../typst/guide.typ', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\s*[+-] /.test(line))
  .map((line) => `<p>${escaped(line.replace(/[*+]/g, '').trim())}</p>`)
  .join('');
