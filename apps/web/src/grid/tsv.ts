/**
 * Tab-separated text as spreadsheets put it on the clipboard: fields with a tab, a line break or a quote are
 * quoted, a quote inside is doubled, lines end with CRLF or LF, one trailing line break is not a row.
 * @returns rows of fields, NFC.
 */
export function parseTsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  const source = text.normalize('NFC');
  while (at <= source.length) {
    let field = '';
    if (source[at] === '"') {
      at++;
      while (at < source.length) {
        if (source[at] === '"' && source[at + 1] === '"') {
          field += '"';
          at += 2;
        } else if (source[at] === '"') {
          at++;
          break;
        } else {
          field += source[at++];
        }
      }
    }
    while (at < source.length && source[at] !== '\t' && source[at] !== '\n' && source[at] !== '\r')
      field += source[at++];
    row.push(field);
    if (source[at] === '\t') {
      at++;
      continue;
    }
    rows.push(row);
    row = [];
    if (source[at] === '\r' && source[at + 1] === '\n') at += 2;
    else at++;
    if (at >= source.length) break;
  }
  return rows;
}

/** Rows of fields as clipboard text that a spreadsheet reads back cell by cell. */
export function formatTsv(rows: readonly (readonly string[])[]): string {
  return rows
    .map((row) =>
      row.map((field) => (/["\t\n\r]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)).join('\t'),
    )
    .join('\r\n');
}
