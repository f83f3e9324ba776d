import type { Change, Sheet, Source } from './sheet.ts';

export type Field = HTMLInputElement | HTMLTextAreaElement;
/** What the listeners of keys, pointer and clipboard share. */
export interface GridCore {
  readonly table: HTMLTableElement;
  readonly sheet: Sheet;
  /** True while the caret stands in a text: arrows, Home and Ctrl+A then belong to the text. */
  editing: boolean;
  apply(changes: readonly Change[], source: Source): void;
  go(row: number, column: number, extend?: boolean): void;
  /** Draws all cells and the range again: after a paste more than the changes may look different. */
  redraw(): void;
}

export function fieldOf(target: EventTarget | null): Field | null {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement ? target : null;
}

export function placeOf(field: Field): { row: number; column: number } {
  return { row: Number(field.dataset.row), column: Number(field.dataset.column) };
}
