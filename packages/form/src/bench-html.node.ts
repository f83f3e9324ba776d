import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FormInput } from './input.ts';
import { type PageData, pageData } from './page-data.ts';
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

type Field = readonly [label: string, value: string | null];
const fields = (of: readonly Field[]): string =>
  of.map(([label, value]) => `<p class="f">${label} <b>${escaped(value ?? '')}</b></p>`).join('');

type Signed = { name: string; time: { date: string; clock: string } } | null | undefined;
const signed = (kind: 'blue' | 'red', words: string, who: Signed): string =>
  who
    ? `<div class="${kind}">${words}<br>${escaped(who.name)}<br>${who.time.date} ${who.time.clock}</div>`
    : '';

function signatures({ issued, principalName }: PageData): string {
  return `<div class="s">${signed('red', 'Đã ký số bằng con dấu của', issued?.seal)}${signed('blue', 'Đã ký số', issued?.principal)}<b>${escaped(principalName)}</b></div>`;
}

const ASKED = '<i>(ký, ghi rõ họ tên và đóng dấu)</i>';

/** The five pages of a year: cover, guide, personal page, subjects, outcome. */
function pagesOf(d: PageData): string[] {
  const { personal: p, issued } = d;
  const name: Field = ['Họ và tên học sinh:', d.pupilName];
  const place = `<i>${escaped(issued?.placeAndDate ?? '')}</i>`;
  const teachers = issued?.subjectTeachers.map((t) => [t.name, t.subjects, `${t.time.date} ${t.time.clock}`]);
  const traits = (title: string, { rows, comment }: PageData['traits']['general']): string =>
    `<h4>${title}</h4>${table(
      ['Phẩm chất, năng lực', ...COLUMNS],
      rows.map((r, i) => [r.name, r.level, i === 0 ? comment : '']),
    )}`;
  return [
    `<h3>BỘ GIÁO DỤC VÀ ĐÀO TẠO</h3><h1>HỌC BẠ</h1><h2>TIỂU HỌC</h2>${fields([
      name,
      ['Trường:', d.schoolName],
      ['Xã (Phường, Thị trấn):', d.communeName],
      ['Tỉnh (Thành phố):', d.provinceName],
      ['Lớp:', d.className],
      ['Năm học:', d.schoolYear],
    ])}`,
    GUIDE,
    `<h3>HỌC BẠ</h3>${fields([
      name,
      ['Giới tính:', p.sex],
      ['Ngày, tháng, năm sinh:', p.birthDate],
      ['Dân tộc:', p.ethnicity],
      ['Quốc tịch:', p.nationality],
      ['Mã số định danh cá nhân:', p.personalId],
      ['Nơi sinh:', p.birthPlace],
      ['Quê quán:', p.homeTown],
      ['Nơi ở hiện nay:', p.address],
      ['Họ và tên cha:', p.fatherName],
      ['Họ và tên mẹ:', p.motherName],
      ['Người giám hộ (nếu có):', p.guardianName],
      ['Mã số tra cứu học bạ (UUID):', d.uuid],
      ['Người ký học bạ:', p.signerName],
      ['Chức vụ của người ký học bạ:', p.signerTitle],
      ['Ngày ký học bạ:', p.signedOn],
    ])}${place}<b>HIỆU TRƯỞNG</b>${ASKED}${signatures(d)}<h3>QUÁ TRÌNH HỌC TẬP</h3>${table(
      ['Năm học', 'Lớp', 'Tên trường', 'Số đăng bộ', 'Ngày nhập học / chuyển đến'],
      d.studyYears,
    )}`,
    `${fields([
      ['Trường:', `${d.schoolName} Năm học: ${d.schoolYear}`],
      name,
      ['Lớp:', d.className],
      ['Chiều cao:', d.body.height],
      ['Cân nặng:', d.body.weight],
      ['Số ngày nghỉ: có phép', `${d.body.absentExcused} không phép ${d.body.absentUnexcused}`],
    ])}<h4>${d.words.subjects}</h4>${table(
      ['Môn học và hoạt động giáo dục', 'Mức đạt được', d.words.mark, 'Nhận xét'],
      d.subjects.map((s) => [s.name, s.level, s.mark, s.rows === 0 ? '' : s.comment]),
    )}<small>Giáo viên dạy môn học đã ký số:${table([], teachers ?? [])}</small>`,
    `${traits(d.words.qualities, d.traits.qualities)}<h4>3. Những năng lực cốt lõi</h4>${traits('3.1. Những năng lực chung', d.traits.general)}${traits('3.2. Những năng lực đặc thù', d.traits.specific)}${fields(
      [
        ['4. Đánh giá kết quả giáo dục:', d.result],
        ['5. Khen thưởng:', d.awards.join('; ')],
        ['6. Hoàn thành chương trình lớp học/chương trình tiểu học:', d.completionText],
      ],
    )}${place}<b>Xác nhận của Hiệu trưởng</b>${ASKED}${signatures(d)}<b>Giáo viên chủ nhiệm</b>${signed('blue', 'Đã ký số', issued?.homeroomTeacher)}`,
  ];
}

function footOf(input: FormInput, d: PageData, page: number, count: number): string {
  const { foot } = d.issued ?? {};
  return `<footer>${qrOf(input)}Học sinh: <b>${escaped(d.pupilName)}</b> Trang ${page}/${count}<br>Lớp: ${escaped(d.className)} Năm học: ${d.schoolYear} ${escaped(d.schoolName)}<br>Bản in từ học bạ số, phát hành ngày ${foot?.date}. Số trong nhật ký công khai: ${foot?.leafIndex}.<br>Kiểm tra: ${escaped(foot?.address ?? '')}<br>Mã số tra cứu học bạ (UUID): ${d.uuid}</footer>`;
}

/** The same pages' words as plain HTML with print styles, for each pupil the front pages once: what a web page would print. */
export function htmlOf(pupils: readonly (readonly FormInput[])[]): string {
  const sections = pupils.flatMap((years) => {
    const count = FRONT_PAGES + 2 * years.length;
    const made = years.map((input) => ({ input, d: pageData(input) }));
    const pages = made.map(({ input, d }) => pagesOf(d).map((body) => ({ input, d, body })));
    const front = pages.at(-1)?.slice(0, FRONT_PAGES) ?? [];
    return [...front, ...pages.flatMap((year) => year.slice(FRONT_PAGES))].map(
      ({ input, d, body }, i) => `<section>${body}${footOf(input, d, i + 1, count)}</section>`,
    );
  });
  return `<!doctype html><html lang="vi"><meta charset="utf-8"><style>${fontFace()}
@page{size:A4;margin:15mm 15mm 13mm 30mm}body{font:10pt Tinos}section{break-after:page}p,h4{margin:2pt 0}
.f{border-bottom:.7pt dotted #6e6e6e}.s>*{display:inline-block}.blue{border:1pt solid #0b3d91;color:#0b3d91}.red{border:1.4pt double #b3141d;color:#b3141d}
table{border-collapse:collapse;width:100%}td,th{border:.6pt solid #000;padding:2pt}footer{border-top:.5pt solid #6e6e6e;font-size:9pt}footer svg{width:36mm;float:right}</style>${sections.join('')}</html>`;
}

/** The guide's text out of its layout, without the marks of the typesetter. */
const GUIDE = readFileSync(new URL('../typst/guide.typ', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => /^\s*[+-] /.test(line))
  .map((line) => `<p>${escaped(line.replace(/[*+]/g, '').trim())}</p>`)
  .join('');
