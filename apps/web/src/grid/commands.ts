/** What a key asks of the class sheet. Typing itself is no command: the cell under the cursor is an input. */
export type Command =
  | { do: 'move'; rows: number; columns: number; extend: boolean }
  | { do: 'edge'; side: 'rowStart' | 'rowEnd' | 'first' | 'last' | 'top' | 'bottom'; extend: boolean }
  | {
      do:
        | 'edit'
        | 'restore'
        | 'fillDown'
        | 'fillRight'
        | 'fillSelection'
        | 'undo'
        | 'redo'
        | 'selectAll'
        | 'clear'
        | 'suggest';
    };

export interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
  isComposing: boolean;
  keyCode: number;
}

/** Where the caret stands: in the middle of a text being edited, arrows and Home belong to the text. */
export interface Caret {
  editing: boolean;
  /** The field holds something that is not committed yet. */
  dirty: boolean;
}

const PAGE = 10;

/**
 * Excel's habits first (ux: keyboard contract). Null: the key belongs to the input. Keys during composition and
 * Backspace are always the input's: Vietnamese input methods send Backspace and new letters, and a sheet that
 * takes Backspace for itself loses a letter.
 */
export function commandOf(event: Key, caret: Caret): Command | null {
  if (event.isComposing || event.keyCode === 229 || event.key === 'Backspace' || event.altKey) return null;
  const control = event.ctrlKey || event.metaKey;
  const move = (rows: number, columns: number): Command => ({
    do: 'move',
    rows,
    columns,
    extend: event.shiftKey,
  });
  if (control) return controlCommand(event, caret);
  // Some input methods take letters back by selecting them: Shift+Left in a half-typed cell is theirs.
  if (caret.dirty && event.shiftKey && event.key.startsWith('Arrow')) return null;
  switch (event.key) {
    case 'ArrowUp':
      return caret.editing ? null : move(-1, 0);
    case 'ArrowDown':
      return caret.editing ? null : move(1, 0);
    case 'ArrowLeft':
      return caret.editing ? null : move(0, -1);
    case 'ArrowRight':
      return caret.editing ? null : move(0, 1);
    case 'Enter':
      return { do: 'move', rows: event.shiftKey ? -1 : 1, columns: 0, extend: false };
    case 'PageUp':
      return move(-PAGE, 0);
    case 'PageDown':
      return move(PAGE, 0);
    case 'Home':
      return caret.editing ? null : { do: 'edge', side: 'rowStart', extend: event.shiftKey };
    case 'End':
      return caret.editing ? null : { do: 'edge', side: 'rowEnd', extend: event.shiftKey };
    case 'F2':
      return { do: 'edit' };
    case 'Escape':
      return { do: 'restore' };
    case 'Delete':
      return caret.editing ? null : { do: 'clear' };
    default:
      return null;
  }
}

function controlCommand(event: Key, caret: Caret): Command | null {
  const edge = (side: Extract<Command, { do: 'edge' }>['side']): Command | null =>
    caret.editing ? null : { do: 'edge', side, extend: event.shiftKey };
  switch (event.key.toLowerCase()) {
    case 'home':
      return edge('first');
    case 'end':
      return edge('last');
    case 'arrowup':
      return edge('top');
    case 'arrowdown':
      return edge('bottom');
    case 'arrowleft':
      return edge('rowStart');
    case 'arrowright':
      return edge('rowEnd');
    case 'a':
      return caret.editing ? null : { do: 'selectAll' };
    case 'd':
      return { do: 'fillDown' };
    case 'r':
      return { do: 'fillRight' };
    case 'enter':
      return { do: 'fillSelection' };
    case 'z':
      // Half-typed text is taken back by the field itself, letter by letter.
      if (caret.dirty) return null;
      return event.shiftKey ? { do: 'redo' } : { do: 'undo' };
    case 'y':
      return { do: 'redo' };
    case ' ':
      return { do: 'suggest' };
    default:
      return null;
  }
}
