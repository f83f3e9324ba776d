import { words } from '../words/index.ts';
import type { SheetSession } from './sheet-session.ts';

/** On a phone pupils come one by one: the same cells as fields of a form. */
export function PupilForm({
  session,
  row,
  onRow,
}: {
  session: SheetSession;
  row: number;
  onRow: (row: number) => void;
}) {
  const { sheet, data } = session;
  const pupil = data.pupils[row];
  const commit = (column: number, raw: string): void =>
    session.changed(sheet.set([{ row, column, raw }]), 'key');
  return (
    <section class="card padded pupil-form">
      <h2>
        {row + 1}/{data.pupils.length} · {pupil?.fullName}
      </h2>
      {sheet.columns.map((column, n) => {
        const id = `cell-${row}-${n}`;
        const fault = sheet.fault(row, n);
        const spec = data.columns[n];
        const shared = {
          id,
          autocomplete: 'off',
          spellcheck: false,
          readOnly: !sheet.editable(row, n),
          'aria-invalid': fault !== undefined,
          ...(fault === undefined ? {} : { 'aria-describedby': `${id}-fault` }),
        } as const;
        return (
          <div class="field-row" key={id}>
            <label for={id}>
              {spec && spec.group !== column.title ? `${spec.group} · ${column.title}` : column.title}
            </label>
            {column.kind === 'text' ? (
              <textarea
                class="field"
                rows={3}
                {...shared}
                value={sheet.value(row, n)}
                onBlur={(e) => commit(n, e.currentTarget.value)}
              />
            ) : (
              <input
                type="text"
                inputMode={column.kind === 'mark' || column.kind === 'number' ? 'decimal' : 'text'}
                {...shared}
                value={sheet.value(row, n)}
                onBlur={(e) => commit(n, e.currentTarget.value)}
              />
            )}
            {fault !== undefined && (
              <p id={`${id}-fault`} class="tag wrong">
                {fault}
              </p>
            )}
          </div>
        );
      })}
      <div class="actions">
        <button type="button" disabled={row === 0} onClick={() => onRow(row - 1)}>
          {words.sheet.previous}
        </button>
        <button
          type="button"
          class="primary"
          disabled={row + 1 >= data.pupils.length}
          onClick={() => onRow(row + 1)}
        >
          {words.sheet.next}
        </button>
      </div>
    </section>
  );
}
