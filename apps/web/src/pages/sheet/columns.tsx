import type { SheetData } from '../../api/answers.ts';
import { words } from '../../words/index.ts';

/** Which columns of the class table are shown: all, only levels and marks, or those of one group. */
export type View = { kind: 'all' } | { kind: 'codes' } | { kind: 'group'; group: string };

export function hiddenBy(view: View, data: SheetData): ReadonlySet<number> {
  const hides = (column: SheetData['columns'][number]): boolean => {
    if (view.kind === 'codes') return column.kind === 'text';
    return view.kind === 'group' && column.group !== view.group;
  };
  const hidden = data.columns.flatMap((column, n) => (hides(column) ? [n] : []));
  return new Set(hidden.length < data.columns.length ? hidden : []);
}

export function ColumnChoice({
  data,
  view,
  choose,
}: {
  data: SheetData;
  view: View;
  choose: (view: View) => void;
}) {
  const groups = [...new Set(data.columns.map((column) => column.group))];
  const value = view.kind === 'group' ? `=${view.group}` : view.kind;
  const chosen = (text: string): View =>
    text === 'all' || text === 'codes' ? { kind: text } : { kind: 'group', group: text.slice(1) };
  return (
    <label class="choice">
      {words.table.columns}
      <select value={value} onChange={(event) => choose(chosen(event.currentTarget.value))}>
        <option value="all">{words.table.allColumns}</option>
        <option value="codes">{words.table.codes}</option>
        {groups.map((group) => (
          <option key={group} value={`=${group}`}>
            {group}
          </option>
        ))}
      </select>
    </label>
  );
}
