export interface Group {
  readonly title: string;
  readonly span: number;
}
interface Titled {
  readonly title: string;
  readonly kind: string;
  readonly group: string;
}

/** One row of column titles, and above it, when there are several groups, one of their titles. */
export function drawHead(
  table: HTMLTableElement,
  ordinal: string,
  name: string,
  columns: readonly Titled[],
  grouped: boolean,
): void {
  const head = table.createTHead();
  const first = head.insertRow();
  const depth = grouped ? 2 : 1;
  first.append(heading(ordinal, 1, depth, 'ordinal'), heading(name, 1, depth, 'name'));
  if (grouped)
    for (const { title, span } of groupsOf(columns)) first.append(heading(title, span, 1, 'group'));
  const row = grouped ? head.insertRow() : first;
  for (const column of columns) row.append(heading(column.title, 1, 1, column.kind));
}

/** Neighbours of one group make one title. */
export function groupsOf(columns: readonly { readonly group: string }[]): Group[] {
  const groups: { title: string; span: number }[] = [];
  for (const { group } of columns) {
    const last = groups.at(-1);
    if (last?.title === group) last.span++;
    else groups.push({ title: group, span: 1 });
  }
  return groups;
}

function heading(title: string, span: number, depth: number, kind: string): HTMLTableCellElement {
  const th = document.createElement('th');
  th.scope = kind === 'group' ? 'colgroup' : 'col';
  th.colSpan = span;
  th.rowSpan = depth;
  th.className = kind;
  const text = document.createElement('span');
  text.textContent = title;
  th.append(text);
  return th;
}

/**
 * Tells the style how tall the header and how wide the names are, so that the second header row stands right under
 * the first and the cell in focus is never scrolled under either. @returns what ends the watching
 */
export function settleHead(container: HTMLElement, table: HTMLTableElement): () => void {
  const measure = (): void => {
    const [first, second] = [...(table.tHead?.rows ?? [])];
    const ordinal = first?.cells[0]?.offsetWidth ?? 0;
    const name = first?.cells[1]?.offsetWidth ?? 0;
    // The first row's own height, not that of its cells that reach over both rows.
    const top = second ? (first?.cells[2]?.offsetHeight ?? 0) : 0;
    // Told to those alone who stand by it: a property of the table would be inherited, and thousands of cells styled and laid out again.
    for (const row of table.rows) row.cells[1]?.style.setProperty('--ordinal', `${ordinal}px`);
    table.tHead?.style.setProperty('--names', `${ordinal + name}px`);
    table.tHead?.style.setProperty('--second-row', `${top}px`);
    container.style.scrollPadding = `${(table.tHead?.offsetHeight ?? 0) + 4}px 8px 8px ${ordinal + name + 4}px`;
  };
  measure();
  const watcher = new ResizeObserver(measure);
  if (table.tHead) watcher.observe(table.tHead);
  return () => watcher.disconnect();
}
