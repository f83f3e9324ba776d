import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commandOf, type Key } from './commands.ts';
import { Sheet, type SheetColumn } from './sheet.ts';
import { formatTsv, parseTsv } from './tsv.ts';

const columns: SheetColumn[] = [
  { item: 'TOAN.level', title: 'Mức', kind: 'level', editable: true },
  { item: 'TOAN.mark', title: 'Điểm', kind: 'mark', editable: true },
  { item: 'TV.level', title: 'Mức', kind: 'level', editable: false },
];
const rows = ['An', 'Bình', 'Chi'].map((name, n) => ({ pupilId: `p${n}`, name, frozen: n === 2 }));
const read = (item: string, raw: string) =>
  item.endsWith('.level') && !['T', 'H', 'C'].includes(raw.toUpperCase())
    ? ({ ok: false, message: 'ngoài thang' } as const)
    : ({ ok: true, value: raw.toUpperCase() } as const);
const sheet = () =>
  new Sheet(
    columns,
    rows,
    rows.map(() => ['', '', 'H']),
    read,
  );

describe('clipboard text', () => {
  test('what a spreadsheet wrote comes back cell by cell', () => {
    const field = fc.string({ maxLength: 12 }).map((s) => s.normalize('NFC').replaceAll('\r', ''));
    const grid = fc
      .integer({ min: 1, max: 5 })
      .chain((width) =>
        fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      );
    fc.assert(
      fc.property(grid, (cells) => {
        fc.pre(!(cells.at(-1)?.length === 1 && cells.at(-1)?.[0] === ''));
        expect(parseTsv(formatTsv(cells))).toEqual(cells);
      }),
    );
  });
  test.each([
    ['T\r\nH\r\n', [['T'], ['H']]],
    ['T\tđạt', [['T', 'đạt']]],
    ['"hai\ndòng"\t9', [['hai\ndòng', '9']]],
    ['"nói ""vâng"""', [['nói "vâng"']]],
    ['', [['']]],
    ['T\n\nC\n', [['T'], [''], ['C']]],
  ])('%j', (text, cells) => expect(parseTsv(text)).toEqual(cells));
});

describe('the sheet', () => {
  test('typing normalises, refuses what is out of scale and keeps the value that stood', () => {
    const s = sheet();
    expect(s.set([{ row: 0, column: 0, raw: ' t ' }])).toHaveLength(1);
    expect(s.value(0, 0)).toBe('T');
    expect(s.set([{ row: 0, column: 0, raw: 'X' }])).toEqual([]);
    expect(s.fault(0, 0)).toEqual({ raw: 'X', message: 'ngoài thang' });
    expect(s.value(0, 0)).toBe('T');
  });
  test('a read-only column and a frozen pupil are never written', () => {
    const s = sheet();
    expect(
      s.set([
        { row: 0, column: 2, raw: 'T' },
        { row: 2, column: 0, raw: 'T' },
      ]),
    ).toEqual([]);
    expect([s.value(0, 2), s.value(2, 0)]).toEqual(['H', '']);
  });
  test('one value fills the range, and undo takes it back as one act', () => {
    const s = sheet();
    s.moveTo(0, 0, false);
    s.moveTo(1, 1, true);
    expect(s.paste([['T']])).toHaveLength(4);
    expect(s.undo()).toHaveLength(4);
    expect(s.copied()).toEqual([
      ['', ''],
      ['', ''],
    ]);
    expect(s.redo()).toHaveLength(4);
    expect(s.value(1, 0)).toBe('T');
  });
  test('a paste over the edge keeps inside the sheet', () => {
    const s = sheet();
    s.moveTo(1, 1, false);
    expect(
      s.paste([
        ['8', 'T', 'x'],
        ['9', 'T', 'x'],
        ['10', 'T', 'x'],
      ]),
    ).toHaveLength(1);
    expect(s.value(1, 1)).toBe('8');
  });
  test('a hidden column is passed over by moving, copying and pasting, and keeps its value', () => {
    const s = sheet();
    s.set([{ row: 0, column: 1, raw: '7' }]);
    s.hide(new Set([1]));
    expect([s.step(0, 1), s.step(2, -1), s.step(2, 1), s.step(-1, 1)]).toEqual([2, 0, 2, 0]);
    s.moveTo(0, 0, false);
    expect(s.paste([['T', 'C']])).toHaveLength(1);
    s.moveTo(0, 2, true);
    expect(s.copied()).toEqual([['T', 'H']]);
    expect(s.clear()).toHaveLength(1);
    expect(s.value(0, 1)).toBe('7');
  });
  test('hiding the column in focus puts the focus on one that is shown', () => {
    const s = sheet();
    s.hide(new Set([0]));
    expect(s.focus).toEqual({ row: 0, column: 1 });
  });
  test('undo after any sequence of acts gives the first state back', () => {
    const cell = fc.record({
      row: fc.integer({ min: 0, max: 2 }),
      column: fc.integer({ min: 0, max: 2 }),
      raw: fc.constantFrom('T', 'h', 'C', '', 'X'),
    });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 12 }), (acts) => {
        const s = sheet();
        const done = acts.filter((act) => s.set(act).length > 0).length;
        for (let n = 0; n < done; n++) s.undo();
        s.moveTo(0, 0, false);
        s.moveTo(2, 2, true);
        expect(s.copied()).toEqual([
          ['', '', 'H'],
          ['', '', 'H'],
          ['', '', 'H'],
        ]);
      }),
    );
  });
});

describe('keys', () => {
  const key = (over: Partial<Key>): Key => ({
    key: 'a',
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
    altKey: false,
    isComposing: false,
    keyCode: 0,
    ...over,
  });
  const rest = { editing: false, dirty: false };
  test.each([
    ['Backspace is the input method’s', key({ key: 'Backspace' }), rest],
    ['a key during composition', key({ key: 'Enter', isComposing: true }), rest],
    ['a key the input method took', key({ key: 'ArrowDown', keyCode: 229 }), rest],
    ['Delete inside a text', key({ key: 'Delete' }), { editing: true, dirty: true }],
    ['an arrow inside a text', key({ key: 'ArrowLeft' }), { editing: true, dirty: true }],
    [
      'letters taken back by selection',
      key({ key: 'ArrowLeft', shiftKey: true }),
      { editing: false, dirty: true },
    ],
    ['Ctrl+Z in a half-typed text', key({ key: 'z', ctrlKey: true }), { editing: true, dirty: true }],
    ['Ctrl+A inside a text', key({ key: 'a', ctrlKey: true }), { editing: true, dirty: true }],
    ['Tab leaves the sheet', key({ key: 'Tab' }), rest],
    ['Ctrl+V is the paste event’s', key({ key: 'v', ctrlKey: true }), rest],
  ])('%s: no command', (_, event, caret) => expect(commandOf(event, caret)).toBeNull());
  test.each([
    ['Enter goes down', key({ key: 'Enter' }), { do: 'move', rows: 1, columns: 0, extend: false }],
    [
      'Shift+Arrow extends',
      key({ key: 'ArrowDown', shiftKey: true }),
      { do: 'move', rows: 1, columns: 0, extend: true },
    ],
    [
      'Ctrl+Down goes to the last pupil',
      key({ key: 'ArrowDown', ctrlKey: true }),
      { do: 'edge', side: 'bottom', extend: false },
    ],
    ['Ctrl+D fills down', key({ key: 'd', ctrlKey: true }), { do: 'fillDown' }],
    ['Ctrl+Z undoes', key({ key: 'z', ctrlKey: true }), { do: 'undo' }],
    ['Ctrl+Space opens the sentences', key({ key: ' ', ctrlKey: true }), { do: 'suggest' }],
  ])('%s', (_, event, command) => expect(commandOf(event, rest)).toEqual(command));
});
