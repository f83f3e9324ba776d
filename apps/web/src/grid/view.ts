import { listenToClipboard } from './clipboard.ts';
import { type Command, commandOf } from './commands.ts';
import { type Field, fieldOf, type GridCore, placeOf } from './field.ts';
import { drawHead, settleHead } from './head.ts';
import { listenToPointer } from './pointer.ts';
import type { Change, Sheet, Source } from './sheet.ts';

/** How a cell stands towards the server; shown by a mark and said in its description, never by colour alone. */
export type CellState = 'saved' | 'pending' | 'conflict' | 'refused';

/** What a cell is for its pupil where that is not the usual: not there, lifted by a plan, a test taken again, a pupil who pauses. */
export type Standing = 'none' | 'exempt' | 'again' | 'paused';

export interface GridWords {
  ordinal: string;
  name: string;
  /** Spoken name of a cell's input, e.g. "Vũ Khánh An, Toán, Mức". */
  cell: (pupil: string, column: number) => string;
  states: Record<Exclude<CellState, 'saved'>, string>;
  standings: Record<Standing, string>;
}
export interface GridOptions {
  caption: string;
  words: GridWords;
  /** Who has left, with since when and why: greyed below the others, without fields. */
  gone: readonly { readonly name: string; readonly note: string }[];
  /** The group above each column; drawn when there is more than one. */
  groups: readonly string[];
  wanted: (row: number, column: number) => boolean;
  standingOf: (row: number, column: number) => Standing | undefined;
  stateOf: (row: number, column: number) => { state: CellState; note?: string | undefined };
  /** True while a complete level writes itself and the cursor goes down. */
  quick: () => boolean;
  /** Is this text already a whole value of the column (so that quick entry may go on)? */
  complete: (column: number, text: string) => boolean;
  onChange: (changes: readonly Change[], source: Source) => void;
  /** After a cell's text was taken or refused. */
  onSettled: () => void;
  onFocus: (row: number, column: number) => void;
  /** Ctrl+Space: turns on or off that digits insert sentences. */
  onSuggest: () => void;
  /** The sentence that a digit stands for in this cell, while digits insert sentences. */
  sentence: (digit: number, row: number, column: number) => string | undefined;
  /** A text field's text while it is typed, before it is entered. */
  onTyped: (row: number, column: number, text: string) => void;
}
export interface Grid {
  /** Draws a cell again after its value or state changed from outside. */
  refresh(row: number, column: number): void;
  focus(row: number, column: number): void;
  insert(text: string): void;
  apply(changes: readonly Change[], source: Source): void;
  destroy(): void;
}

/**
 * The class sheet as a native table with one input a cell: Vietnamese input methods, screen readers and paste
 * work as they do in any text field. The sheet holds the values; this draws them and turns keys into its commands.
 */
export function mountGrid(container: HTMLElement, sheet: Sheet, options: GridOptions): Grid {
  const fields: (Field | undefined)[][] = [];
  let selected: Field[] = [];
  let tabStop: Field | undefined;

  const table = document.createElement('table');
  table.className = 'sheet';
  const caption = table.createCaption();
  caption.className = 'visually-hidden';
  caption.textContent = options.caption;
  const shown = sheet.columns.flatMap((column, at) =>
    sheet.shown(at) ? [{ ...column, group: options.groups[at] ?? '' }] : [],
  );
  drawHead(table, options.words.ordinal, options.words.name, shown, new Set(options.groups).size > 1);
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
    fields.push(
      sheet.columns.map((_, column) =>
        sheet.shown(column) ? drawCell(tr.insertCell(), row, column) : undefined,
      ),
    );
  });

  for (const pupil of options.gone) drawGone(body, pupil, shown.length);

  const core: GridCore = {
    table,
    sheet,
    editing: false,
    apply,
    go,
    redraw() {
      everyField((_, row, column) => show(row, column));
      markRange();
      options.onSettled();
    },
  };
  everyField((_, row, column) => show(row, column));
  markRange();
  container.append(table);
  const unsettle = settleHead(container, table);

  function drawCell(td: HTMLTableCellElement, row: number, column: number): Field {
    const spec = sheet.columns[column];
    const field = document.createElement(spec?.kind === 'text' ? 'textarea' : 'input');
    if (field instanceof HTMLTextAreaElement) field.rows = 1;
    else field.type = 'text';
    if (spec?.kind === 'mark' || spec?.kind === 'number') field.inputMode = 'decimal';
    field.autocomplete = 'off';
    field.spellcheck = false;
    field.setAttribute('autocapitalize', 'off');
    field.setAttribute('aria-label', options.words.cell(sheet.rows[row]?.name ?? '', column));
    field.dataset.row = String(row);
    field.dataset.column = String(column);
    field.tabIndex = -1;
    field.readOnly = !sheet.editable(row, column);
    td.className = spec?.kind ?? '';
    if (field instanceof HTMLTextAreaElement) {
      // A comment shows whole: a hidden copy of its text gives the row its height (style: .grow).
      const grow = document.createElement('div');
      grow.className = 'grow';
      grow.append(field);
      td.append(grow);
    } else {
      td.append(field);
    }
    return field;
  }

  function everyField(act: (field: Field, row: number, column: number) => void): void {
    fields.forEach((line, row) => line.forEach((field, column) => field && act(field, row, column)));
  }

  function show(row: number, column: number): void {
    const field = fields[row]?.[column];
    const td = field?.closest('td');
    if (!field || !td) return;
    const fault = sheet.fault(row, column);
    const { state, note } = options.stateOf(row, column);
    field.value = fault?.raw ?? sheet.value(row, column);
    grow(field);
    td.classList.toggle('missing', field.value === '' && options.wanted(row, column));
    td.classList.toggle('fault', fault !== undefined);
    td.dataset.state = state;
    const standing = options.standingOf(row, column);
    if (standing === undefined) delete td.dataset.standing;
    else td.dataset.standing = standing;
    if (fault === undefined) field.removeAttribute('aria-invalid');
    else field.setAttribute('aria-invalid', 'true');
    const usual = standing === undefined ? '' : options.words.standings[standing];
    const said = fault?.message ?? (state === 'saved' ? usual : (note ?? options.words.states[state]));
    field.title = said;
    if (said === '') field.removeAttribute('aria-description');
    else field.setAttribute('aria-description', said);
  }

  function grow(field: Field): void {
    if (field instanceof HTMLTextAreaElement && field.parentElement)
      field.parentElement.dataset.text = field.value;
  }

  function markRange(): void {
    const { top, bottom, left, right } = sheet.range();
    for (const field of selected) field.closest('td')?.classList.remove('selected');
    selected = [];
    if (top !== bottom || left !== right) {
      for (const line of fields.slice(top, bottom + 1))
        selected.push(...line.slice(left, right + 1).filter((field) => field !== undefined));
      for (const field of selected) field.closest('td')?.classList.add('selected');
    }
    // One stop for Tab: the cell in focus, or the one that had it last.
    if (tabStop) tabStop.tabIndex = -1;
    tabStop = fields[sheet.focus.row]?.[sheet.focus.column];
    if (tabStop) tabStop.tabIndex = 0;
  }

  function dirty(field: Field): boolean {
    const { row, column } = placeOf(field);
    return field.value !== (sheet.fault(row, column)?.raw ?? sheet.value(row, column));
  }

  function commit(field: Field): void {
    const { row, column } = placeOf(field);
    core.editing = false;
    if (!dirty(field)) return;
    apply(sheet.set([{ row, column, raw: field.value }]), 'key');
    show(row, column);
    options.onSettled();
  }

  function apply(changes: readonly Change[], source: Source): void {
    if (changes.length > 0) options.onChange(changes, source);
    for (const { row, column } of changes) show(row, column);
    if (changes.length > 0) options.onSettled();
  }

  function go(row: number, column: number, extend = false): void {
    sheet.moveTo(row, column, extend);
    const field = fields[sheet.focus.row]?.[sheet.focus.column];
    markRange();
    field?.focus({ preventScroll: true });
  }

  function run(command: Command, field: Field): void {
    const { row, column } = placeOf(field);
    switch (command.do) {
      case 'move':
        commit(field);
        return go(row + command.rows, sheet.step(column, command.columns), command.extend);
      case 'edge':
        commit(field);
        return goToEdge(command.side, row, column, command.extend);
      case 'edit':
        core.editing = true;
        return field.setSelectionRange(field.value.length, field.value.length);
      case 'restore':
        sheet.accept(row, column, sheet.value(row, column));
        core.editing = false;
        show(row, column);
        options.onSettled();
        return field.select();
      case 'selectAll':
        sheet.moveTo(0, sheet.step(-1, 1), false);
        sheet.moveTo(sheet.rows.length - 1, sheet.step(sheet.columns.length, -1), true);
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
    core.redraw();
    core.editing = false;
    field.select();
  }

  function goToEdge(
    side: 'rowStart' | 'rowEnd' | 'first' | 'last' | 'top' | 'bottom',
    row: number,
    column: number,
    extend: boolean,
  ): void {
    const first = sheet.step(-1, 1);
    const last = sheet.step(sheet.columns.length, -1);
    const bottom = sheet.rows.length - 1;
    if (side === 'rowStart') go(row, first, extend);
    else if (side === 'rowEnd') go(row, last, extend);
    else if (side === 'first') go(0, first, extend);
    else if (side === 'last') go(bottom, last, extend);
    else go(side === 'top' ? 0 : bottom, column, extend);
  }

  function insert(text: string): void {
    const { row, column } = sheet.focus;
    core.editing = false;
    apply(sheet.set([{ row, column, raw: text }]), 'bank');
    show(row, column);
    go(row + 1, column);
  }

  function typed(field: Field): void {
    const { row, column } = placeOf(field);
    grow(field);
    if (field instanceof HTMLTextAreaElement) {
      core.editing = true;
      options.onTyped(row, column, field.value);
    }
    if (!options.quick() || !options.complete(column, field.value)) return;
    commit(field);
    go(row + 1, column);
  }

  table.addEventListener('keydown', (event) => {
    const field = fieldOf(event.target);
    if (!field) return;
    const { row, column } = placeOf(field);
    if (/^[1-9]$/.test(event.key) && !event.ctrlKey && !core.editing) {
      const sentence = options.sentence(Number(event.key), row, column);
      if (sentence !== undefined) {
        event.preventDefault();
        return insert(sentence);
      }
    }
    const command = commandOf(event, { editing: core.editing, dirty: dirty(field) });
    if (!command) return;
    event.preventDefault();
    run(command, field);
  });
  table.addEventListener('focusin', (event) => {
    const field = fieldOf(event.target);
    if (!field) return;
    const { row, column } = placeOf(field);
    core.editing = false;
    if (sheet.focus.row !== row || sheet.focus.column !== column) sheet.moveTo(row, column, false);
    markRange();
    // However the cell was reached, typing replaces what stands in it; a second click or F2 edits it.
    field.select();
    // The whole cell comes into sight, not only its field: the ring stands around the cell.
    field.closest('td')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    options.onFocus(row, column);
  });
  table.addEventListener('focusout', (event) => {
    const field = fieldOf(event.target);
    if (field) commit(field);
  });
  table.addEventListener('input', (event) => {
    const field = fieldOf(event.target);
    if (field && !(event instanceof InputEvent && event.isComposing)) typed(field);
  });
  table.addEventListener('compositionend', (event) => {
    const field = fieldOf(event.target);
    if (field) typed(field);
  });
  listenToPointer(core);
  listenToClipboard(core);

  return {
    refresh(row, column) {
      // What somebody is just typing is not taken away: it meets the other value when it is committed.
      const field = fields[row]?.[column];
      if (field && !(document.activeElement === field && core.editing && dirty(field))) show(row, column);
    },
    focus: (row, column) => go(row, column),
    insert,
    apply(changes, source) {
      apply(changes, source);
      core.redraw();
    },
    destroy() {
      unsettle();
      table.remove();
    },
  };
}

/** A row without fields: a name, and over all columns since when and why there is nothing to enter. */
function drawGone(
  body: HTMLTableSectionElement,
  pupil: { readonly name: string; readonly note: string },
  columns: number,
): void {
  const tr = body.insertRow();
  tr.className = 'gone';
  tr.insertCell().className = 'ordinal';
  const name = document.createElement('th');
  name.scope = 'row';
  name.textContent = pupil.name;
  tr.append(name);
  const note = tr.insertCell();
  note.colSpan = Math.max(columns, 1);
  note.textContent = pupil.note;
}
