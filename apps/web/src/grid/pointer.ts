import { type Field, fieldOf, type GridCore, placeOf } from './field.ts';

/** Click selects a cell, a second click sets the caret, Shift+click and dragging select a range. */
export function listenToPointer(core: GridCore): void {
  let dragging = false;
  // On mousedown, not click: selecting on click fails in Chrome when the text is selected already.
  core.table.addEventListener('mousedown', (event) => {
    const field = fieldUnder(event.target);
    if (!field || event.button !== 0) return;
    const { row, column } = placeOf(field);
    if (document.activeElement === field && !event.shiftKey && event.target === field) {
      core.editing = true;
      return;
    }
    event.preventDefault();
    dragging = true;
    core.go(row, column, event.shiftKey);
  });
  core.table.addEventListener('mouseover', (event) => {
    if (!dragging || (event.buttons & 1) === 0) {
      dragging = false;
      return;
    }
    const field = fieldUnder(event.target);
    if (!field) return;
    const { row, column } = placeOf(field);
    core.go(row, column, true);
  });
}

/** The field of the cell: a tall row has room around a level's input, and that is the cell too. */
function fieldUnder(target: EventTarget | null): Field | null {
  if (!(target instanceof Element)) return null;
  return fieldOf(target) ?? fieldOf(target.closest('td')?.querySelector('input, textarea') ?? null);
}
