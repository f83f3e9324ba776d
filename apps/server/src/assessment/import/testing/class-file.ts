import { type Grade, partsOf, requiredItems, ruleSetFor, subjectOf, traitOf } from '@hocba/record';
import { strToU8, zipSync } from 'fflate';

/** Excel files of the national year-end layout, made for tests. */
export interface FilePupil {
  readonly code: string;
  readonly name: string;
  /** Values of single cells by item, `result`, or `birthDate`; the others are a good pupil's. */
  readonly cells?: Readonly<Record<string, string>>;
}

export interface FileOptions {
  readonly grade?: Grade;
  readonly title?: string;
  /** Headers to leave out, such as `Mã học sinh`. */
  readonly without?: readonly string[];
}

/** @returns the bytes of an `.xlsx` with a title row and two header rows */
export function classFile(pupils: readonly FilePupil[], options: FileOptions = {}): Uint8Array {
  const grade = options.grade ?? 4;
  const items = requiredItems(ruleSetFor('2025-2026'), grade, 'CN');
  const columns: { key: string; top: string; sub: string; value: string }[] = [
    { key: 'code', top: 'Mã học sinh', sub: '', value: '' },
    { key: 'name', top: 'Họ tên', sub: '', value: '' },
    { key: 'birthDate', top: 'Ngày sinh', sub: '', value: `05/09/${2020 - grade}` },
    ...items.map((item) => {
      const parts = partsOf(item);
      if (parts.kind === 'subjectLevel')
        return { key: item, top: subjectOf(parts.subject).name, sub: 'Mức', value: 'T' };
      if (parts.kind === 'mark')
        return { key: item, top: subjectOf(parts.subject).name, sub: 'Điểm', value: '10' };
      if (parts.kind !== 'traitLevel') throw new RangeError(item);
      const trait = traitOf(parts.trait);
      return {
        key: item,
        top: trait.group === 'QUALITIES' ? 'Phẩm chất' : 'Năng lực',
        sub: trait.name,
        value: 'T',
      };
    }),
    { key: 'result', top: 'Xếp loại', sub: '', value: 'HTXS' },
  ].filter((column) => !(options.without ?? []).includes(column.top));
  const title = options.title ?? `KẾT QUẢ HỌC TẬP CUỐI NĂM - LỚP ${grade}A - NĂM HỌC 2025-2026`;
  const rows = [
    [title],
    columns.map((c, i) => (columns[i - 1]?.top === c.top ? '' : c.top)),
    columns.map((c) => c.sub),
    ...pupils.map((p) =>
      columns.map((c) =>
        c.key === 'code' ? p.code : c.key === 'name' ? p.name : (p.cells?.[c.key] ?? c.value),
      ),
    ),
  ];
  return workbook(rows);
}

/** An `.xlsx` whose one sheet holds these texts. */
export function workbook(rows: readonly (readonly string[])[]): Uint8Array {
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const sheet = rows
    .map((row, r) => {
      const cells = row.map((text, c) =>
        text === '' ? '' : `<c r="${letters(c)}${r + 1}" t="inlineStr"><is><t>${escaped(text)}</t></is></c>`,
      );
      return `<row r="${r + 1}">${cells.join('')}</row>`;
    })
    .join('');
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const rels = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  return zipSync({
    '[Content_Types].xml': strToU8(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    ),
    'xl/workbook.xml': strToU8(
      `<workbook xmlns="${main}" xmlns:r="${rels}"><sheets><sheet name="KQHT" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    ),
    'xl/_rels/workbook.xml.rels': strToU8(
      `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${rels}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    ),
    'xl/worksheets/sheet1.xml': strToU8(
      `<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
    ),
  });
}

function letters(column: number): string {
  const head = Math.floor(column / 26);
  return `${head > 0 ? letters(head - 1) : ''}${String.fromCharCode(65 + (column % 26))}`;
}
