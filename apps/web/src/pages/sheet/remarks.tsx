import { words } from '../../words/index.ts';
import type { SheetSession } from './session.ts';

const LINES = 10;

/** Comments that a colleague would object to: whose, and why. They are stored all the same. */
export function Remarks({
  session,
  goTo,
}: {
  session: SheetSession;
  goTo: (row: number, column: number) => void;
}) {
  const remarks = session.comments.remarks();
  if (remarks.length === 0) return null;
  const count = remarks.reduce((sum, { rows }) => sum + rows.length, 0);
  const oneColumn = remarks.length === 1;
  return (
    <details class="card padded">
      <summary>{words.sheet.remarks(count)}</summary>
      <p class="soft">{words.sheet.remarksNote}</p>
      {remarks.map(({ column, rows }) => (
        <section key={column}>
          {!oneColumn && <h3>{session.columnName(column)}</h3>}
          <ul>
            {rows.slice(0, LINES).map(({ row, faults }) => (
              <li key={row}>
                <button type="button" class="plain" onClick={() => goTo(row, column)}>
                  {session.sheet.rows[row]?.name}
                </button>
                : {faults.map((f) => (f.found ? `“${f.found.trim()}” ${f.message}` : f.message)).join(' ')}
              </li>
            ))}
            {rows.length > LINES && <li class="soft">{words.sheet.moreCells(rows.length - LINES)}</li>}
          </ul>
        </section>
      ))}
    </details>
  );
}
