import { type Command, commandOf } from './commands.ts';
import type { Change, Sheet, Source } from './sheet.ts';
import { formatTsv, parseTsv } from './tsv.ts';

/** How a cell stands towards the server; shown by a mark and said in its description, never by colour alone. */
export type CellState = 'saved' | 'pending' | 'conflict' | 'refused';

export interface GridWords {
  ordinal: string;
  name: string;
  /** Spoken name of a cell's input, e.g. "Vũ Khánh An, Toán, Mức". */
  cell: (pupil: string, column: string) => string;
  states: Record<Exclude<CellState, 'saved'>, string>;
}
export interface GridOptions {
  caption: string;
  words: GridWords;
  /** Column groups above the columns, in order: title and number of columns. */
  groups: readonly { title: string; span: number }[];
  required: (row: number, column: number) => boolean;
  /** True while a complete level writes itself and the cursor goes down. */
  quick: () => boolean;
  /** Is this text already a whole value of the column (so that quick entry may go on)? */
  complete: (column: number, text: string) => boolean;
  onChange: (changes: readonly Change[], source: Source) => void;
  onFocus: (row: number, column: number) => void;
  onSuggest: () => void;
}
export interface Grid {
  /** Draws cells again after the sheet's values changed from outside. */
  refresh(row: number, column: number): void;
  state(row: number, column: number, state: CellState, note?: string): void;
  focus(row: number, column: number): void;
  insert(text: string): void;
  apply(changes: readonly Change[], source: Source): void;
  destroy(): void;
}

type Field = HTMLInputElement | HTMLTextAreaElement;

/**
 * The class sheet as a native table with one input a cell: Vietnamese input methods, screen readers and paste
 * work as they do in any text field. The sheet holds the values; this draws them and turns keys into its commands.
 */
export function mountGrid(container: HTMLElement, sheet: Sheet, options: GridOptions): Grid {
  const fields: Field[][] = [];
  let editing = false;
  let entered = '';

  const table = document.createElement('table');
  table.className = 'sheet';
  const caption = table.createCaption();
  caption.className = 'visually-hidden';
  caption.textContent = options.caption;
  drawHead(table, sheet, options);
  const body = table.createTBody();
  sheet.rows.forEach((pupil, row) => {
    const tr = body.insertRow();
    if (pupil.frozen) tr.className = 'frozen';
    const ordinal = tr.insertCell();
    ordinal.className = 'ordinal';
    ordinal.textContent = String(row + 1);
    const name = document.createElement('th');
    name.scope = 'row';
    name.textContent = pupil.name;
    tr.append(name);
    fields.push(sheet.columns.map((_, column) => drawCell(tr.insertCell(), row, column)));
  });
  container.append(table);
  fields.forEach((line, row) => line.forEach((_, column) => show(row, column)));
  markRange();

  function drawCell(td: HTMLTableCellElement, row: number, column: number): Field {
    const spec = sheet.columns[column];
    const field = document.createElement(spec?.kind === 'text' ? 'textarea' : 'input');
    if (field instanceof HTMLTextAreaElement) field.rows = 1;
    else field.type = 'text';
    if (spec?.kind === 'mark' || spec?.kind === 'number') field.inputMode = 'decimal';
    field.autocomplete = 'off';
    field.spellcheck = false;
    field.setAttribute('autocapitalize', 'off');
    field.setAttribute('aria-label', options.words.cell(sheet.rows[row]?.name ?? '', spec?.title ?? ''));
    field.dataset.row = String(row);
    field.dataset.column = String(column);
    field.tabIndex = row === 0 && column === 0 ? 0 : -1;
    field.readOnly = !sheet.editable(row, column);
    td.className = spec?.kind ?? '';
    td.append(field);
    return field;
  }

  function show(row: number, column: number): void {
    const field = fields[row]?.[column];
    if (!field) return;
    const fault = sheet.fault(row, column);
    if (fault === undefined) field.value = sheet.value(row, column);
    const td = field.parentElement as HTMLTableCellElement;
    td.classList.toggle('missing', field.value === '' && options.required(row, column));
    td.classList.toggle('fault', fault !== undefined);
    if (fault === undefined) field.removeAttribute('aria-invalid');
    else field.setAttribute('aria-invalid', 'true');
    field.title = fault ?? '';
    if (field instanceof HTMLTextAreaElement) fit(field);
  }

  /** A comment shows whole: the row grows with its text. */
  function fit(area: HTMLTextAreaElement): void {
    area.style.height = 'auto';
    if (area.scrollHeight > 0) area.style.height = `${area.scrollHeight}px`;
  }

  function markRange(): void {
    const { top, bottom, left, right } = sheet.range();
    const many = top !== bottom || left !== right;
    fields.forEach((line, row) =>
      line.forEach((field, column) => {
        const inside = many && row >= top && row <= bottom && column >= left && column <= right;
        field.parentElement?.classList.toggle('selected', inside);
        field.tabIndex = row === sheet.focus.row && column === sheet.focus.column ? 0 : -1;
      }),
    );
  }

  function commit(field: Field): void {
    const { row, column } = placeOf(field);
    editing = false;
    if (field.value === sheet.value(row, column) && sheet.fault(row, column) === undefined) return;
    apply(sheet.set([{ row, column, raw: field.value }]), 'key');
    show(row, column);
  }

  function apply(changes: readonly Change[], source: Source): void {
    for (const { row, column } of changes) show(row, column);
    if (changes.length > 0) options.onChange(changes, source);
  }

  function go(row: number, column: number, extend = false): void {
    sheet.moveTo(row, column, extend);
    const field = fields[sheet.focus.row]?.[sheet.focus.column];
    markRange();
    field?.focus();
    if (!extend) field?.select();
  }

  function run(command: Command, field: Field): void {
    const { row, column } = placeOf(field);
    switch (command.do) {
      case 'move':
        commit(field);
        return go(row + command.rows, column + command.columns, command.extend);
      case 'edge':
        commit(field);
        return goToEdge(command.side, row, command.extend);
      case 'edit':
        editing = true;
        return field.setSelectionRange(field.value.length, field.value.length);
      case 'restore':
        sheet.accept(row, column, entered);
        editing = false;
        show(row, column);
        return field.select();
      case 'selectAll':
        sheet.moveTo(0, 0, false);
        sheet.moveTo(sheet.rows.length - 1, sheet.columns.length - 1, true);
        return markRange();
      case 'suggest':
        return options.onSuggest();
      default:
        return runOnRange(command.do, field);
    }
  }

  function runOnRange(
    name: 'fillDown' | 'fillRight' | 'fillSelection' | 'undo' | 'redo' | 'clear',
    field: Field,
  ): void {
    if (name !== 'undo' && name !== 'redo' && name !== 'fillSelection') commit(field);
    if (name === 'fillSelection') apply(sheet.fillSelection(field.value), 'fill');
    else if (name === 'clear') apply(sheet.clear(), 'key');
    else if (name === 'undo' || name === 'redo') apply(sheet[name](), 'key');
    else apply(sheet[name](), 'fill');
    editing = false;
    field.select();
  }

  function goToEdge(side: 'rowStart' | 'rowEnd' | 'first' | 'last', row: number, extend: boolean): void {
    const last = sheet.columns.length - 1;
    if (side === 'rowStart') go(row, 0, extend);
    else if (side === 'rowEnd') go(row, last, extend);
    else if (side === 'first') go(0, 0, extend);
    else go(sheet.rows.length - 1, last, extend);
  }

  const listen = <K extends keyof HTMLElementEventMap>(
    type: K,
    handle: (event: HTMLElementEventMap[K], field: Field) => void,
  ): void =>
    table.addEventListener(type, (event) => {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement)
        handle(event, event.target);
    });

  listen('keydown', (event, field) => {
    const many = sheet.anchor.row !== sheet.focus.row || sheet.anchor.column !== sheet.focus.column;
    const command = commandOf(event, { editing, hasRange: many });
    if (!command) return;
    event.preventDefault();
    run(command, field);
  });
  // On mousedown, not click: selecting on click fails in Chrome when the text is selected already.
  listen('mousedown', (event, field) => {
    const { row, column } = placeOf(field);
    if (document.activeElement === field && !event.shiftKey) {
      editing = true;
      return;
    }
    event.preventDefault();
    go(row, column, event.shiftKey);
  });
  listen('focusin', (_, field) => {
    const { row, column } = placeOf(field);
    entered = sheet.value(row, column);
    editing = false;
    if (sheet.focus.row !== row || sheet.focus.column !== column) sheet.moveTo(row, column, false);
    markRange();
    options.onFocus(row, column);
  });
  listen('focusout', (_, field) => commit(field));
  const typed = (field: Field): void => {
    const { row, column } = placeOf(field);
    if (field instanceof HTMLTextAreaElement) {
      editing = true;
      fit(field);
    }
    if (!options.quick() || !options.complete(column, field.value)) return;
    commit(field);
    go(row + 1, column);
  };
  listen('input', (event, field) => {
    if (!(event instanceof InputEvent && event.isComposing)) typed(field);
  });
  listen('compositionend', (_, field) => typed(field));
  listen('copy', (event, field) => {
    if (editing && field.selectionStart !== field.selectionEnd) return;
    event.preventDefault();
    event.clipboardData?.setData('text/plain', formatTsv(sheet.copied()));
  });
  listen('cut', (event, field) => {
    if (editing && field.selectionStart !== field.selectionEnd) return;
    event.preventDefault();
    event.clipboardData?.setData('text/plain', formatTsv(sheet.copied()));
    apply(sheet.clear(), 'key');
  });
  listen('paste', (event, field) => {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (editing && !text.includes('\t') && !text.includes('\n')) return;
    event.preventDefault();
    apply(sheet.paste(parseTsv(text)), 'paste');
    fields.forEach((line, row) => line.forEach((_, column) => show(row, column)));
    markRange();
    editing = false;
    field.select();
  });

  return {
    refresh: show,
    state(row, column, state, note) {
      const field = fields[row]?.[column];
      const td = field?.parentElement;
      if (!field || !td) return;
      td.dataset.state = state;
      field.setAttribute('aria-description', state === 'saved' ? '' : (note ?? options.words.states[state]));
      if (state === 'refused') field.title = note ?? '';
      show(row, column);
    },
    focus: (row, column) => go(row, column),
    insert(text) {
      const { row, column } = sheet.focus;
      apply(sheet.set([{ row, column, raw: text }]), 'bank');
      go(row + 1, column);
    },
    apply,
    destroy: () => table.remove(),
  };
}

function placeOf(field: Field): { row: number; column: number } {
  return { row: Number(field.dataset.row), column: Number(field.dataset.column) };
}

function drawHead(table: HTMLTableElement, sheet: Sheet, options: GridOptions): void {
  const head = table.createTHead();
  const grouped = options.groups.length > 1;
  if (grouped) {
    const tr = head.insertRow();
    for (const title of [options.words.ordinal, options.words.name]) tr.append(heading(title, 1, 2));
    for (const group of options.groups) tr.append(heading(group.title, group.span, 1));
  }
  const tr = head.insertRow();
  if (!grouped)
    for (const title of [options.words.ordinal, options.words.name]) tr.append(heading(title, 1, 1));
  for (const column of sheet.columns) {
    const th = heading(column.title, 1, 1);
    th.className = column.kind;
    tr.append(th);
  }
}

function heading(title: string, span: number, depth: number): HTMLTableCellElement {
  const th = document.createElement('th');
  th.scope = span > 1 ? 'colgroup' : 'col';
  th.colSpan = span;
  th.rowSpan = depth;
  th.textContent = title;
  return th;
}
