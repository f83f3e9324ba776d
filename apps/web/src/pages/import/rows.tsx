import { words } from '../../words/index.ts';

/** A row of a preview, whatever it imports: green is sure, yellow is to be looked at and never chosen beforehand. */
export interface ShownRow {
  readonly row: number;
  readonly name: string;
  readonly match: 'new' | 'code' | 'name' | 'similarName';
  readonly what: string;
}
export interface ShownRefusal {
  readonly row: number;
  readonly name: string;
  readonly code: string;
  readonly reasons: readonly string[];
}

/** Rows to choose from, with what each would do; refused rows are named above them. */
export function ImportRows({
  rows,
  refused,
  picked,
  toggle,
}: {
  rows: readonly ShownRow[];
  refused: readonly ShownRefusal[];
  picked: ReadonlySet<number>;
  toggle: (row: number) => void;
}) {
  const look = rows.filter((row) => row.match === 'similarName').length;
  return (
    <>
      <p>{words.files.counts(rows.length - look, look, refused.length)}</p>
      {refused.length > 0 && (
        <div class="notice wrong">
          <strong>{words.import.refused(refused.length)}</strong>
          <ul>
            {refused.map((row) => (
              <li key={row.row}>
                {words.import.refusedRow(row.row, row.name || row.code)}: {row.reasons.join(' ')}
              </li>
            ))}
          </ul>
        </div>
      )}
      <table class="plain stacked">
        <thead>
          <tr>
            <th>{words.import.pick}</th>
            <th class="number">{words.import.row}</th>
            <th>{words.sheet.name}</th>
            <th>{words.import.how}</th>
            <th>{words.import.what}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.row}>
              <td class="pick">
                <input
                  type="checkbox"
                  aria-label={`${words.import.pick} ${row.name}`}
                  checked={picked.has(row.row)}
                  onChange={() => toggle(row.row)}
                />
              </td>
              <td class="number ordinal">{row.row}</td>
              <th scope="row">{row.name}</th>
              <td class="brief" data-label={words.import.how}>
                <span class={row.match === 'similarName' ? 'tag wait' : 'tag done'}>
                  {words.import.match[row.match]}
                </span>
              </td>
              <td data-label={words.import.what}>{row.what}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
