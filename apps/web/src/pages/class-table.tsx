import { type Answer, get, urlOf } from '../api/client.ts';
import { CountedFile } from '../parts/counted-file.tsx';
import { Show, useLoaded } from '../parts/load.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { go } from '../parts/router.ts';
import { dayText } from '../words/day.ts';
import { words } from '../words/index.ts';

const PERIODS = ['GHK1', 'CHK1', 'GHK2', 'CN'] as const;
type Period = (typeof PERIODS)[number];
type Tables = Answer<'GET', '/api/classes/:classId/class-table'>;
type Table = Tables['tables'][number];
type Column = Table['columns'][number];

/** Bảng tổng hợp of a class at one of the four periods, to read, to print and to take along as a file. */
export function ClassTablePage({ classId, period }: { classId: string; period: string }) {
  const at: Period = PERIODS.find((one) => one === period) ?? 'CN';
  const { loaded, again } = useLoaded(`${classId}/${at}`, () =>
    get('/api/classes/:classId/class-table', { params: { classId }, query: { period: at } }),
  );
  return (
    <Show of={loaded} again={again}>
      {(found) => <Whole classId={classId} found={found} />}
    </Show>
  );
}

function Whole({ classId, found }: { classId: string; found: Tables }) {
  const { period, tables } = found;
  const several = tables.length > 1;
  return (
    <>
      <PageTitle text={words.classTable.title(found.className)} />
      <div class="actions">
        <label class="choice">
          {words.period.choice}
          <select
            value={period}
            onChange={(event) => go(`/lop/${classId}/bang-tong-hop/${event.currentTarget.value}`)}
          >
            {PERIODS.map((one) => (
              <option key={one} value={one}>
                {words.periods[one]}
              </option>
            ))}
          </select>
        </label>
        {tables
          .filter(({ rows }) => rows.length > 0)
          .map(({ grade }) => (
            <Print key={grade} classId={classId} found={found} {...(several ? { grade } : {})} />
          ))}
        <CountedFile
          classId={classId}
          className={found.className}
          period={period}
          file="class-table"
          text={words.classTable.excel}
          name={words.classTable.excel}
          look="button"
        />
      </div>
      {!found.closed && (
        <p class="soft no-print">
          {words.classTable.draft} <a href={`/lop/${classId}/bang/${period}`}>{words.check.toSheet}</a>
        </p>
      )}
      {tables.map((table) => (
        <OneTable key={table.grade} found={found} table={table} several={several} />
      ))}
    </>
  );
}

/** Opened beside the page; where the day's files are too many for one person, asked for from here. */
function Print({ classId, found, grade }: { classId: string; found: Tables; grade?: Table['grade'] }) {
  const { period, takesSecond } = found;
  const text = grade === undefined ? words.classTable.pdf : words.classTable.pdfOf(grade);
  const of = grade === undefined ? {} : { grade };
  if (takesSecond)
    return (
      <CountedFile
        classId={classId}
        className={found.className}
        period={period}
        file="class-table-print"
        text={text}
        name={text}
        look="button"
        {...of}
      />
    );
  const query = { period, ...of };
  return (
    <a
      class="button"
      target="_blank"
      rel="noopener"
      href={urlOf('/api/classes/:classId/class-table.pdf', { params: { classId }, query })}
    >
      {text}
    </a>
  );
}

function OneTable({ found, table, several }: { found: Tables; table: Table; several: boolean }) {
  const { columns, rows } = table;
  const name = words.classTable.caption(
    table.form,
    several ? `${found.className}, ${words.classTable.grade(table.grade)}` : found.className,
    words.periods[found.period],
    found.schoolYear,
  );
  if (rows.length === 0) return <p class="soft">{words.classTable.empty}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard (WCAG 2.1.1)
    <section class="scroll-x class-table" tabIndex={0} aria-label={name}>
      <table class="plain">
        <caption>
          <span>{name}</span>
        </caption>
        <Head columns={columns} />
        <tbody>
          {rows.map((row, n) => (
            <tr key={row.fullName + String(n)}>
              <td class="number">{n + 1}</td>
              <th scope="row">
                {row.fullName}
                {row.birthDate !== null && <span class="soft"> {dayText(row.birthDate)}</span>}
              </th>
              {row.values.map((value, at) => (
                <td key={keyOf(columns[at], at)}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Three rows as on the form: group, subject or quality, and of a tested subject level and mark. */
function Head({ columns }: { columns: readonly Column[] }) {
  const groups = runs(columns, (column) => column.group);
  const titles = runs(columns, (column) => `${column.group}|${column.title}`);
  return (
    <thead>
      <tr>
        <th class="number" rowSpan={3} scope="col">
          {words.sheet.ordinal}
        </th>
        <th rowSpan={3} scope="col">
          {words.sheet.name}
        </th>
        {groups.map(({ first, length, at }) => (
          <th key={at} colSpan={length} scope="colgroup">
            {first.group}
          </th>
        ))}
      </tr>
      <tr>
        {titles.map(({ first, length, at }) => (
          <th
            key={at}
            colSpan={length}
            rowSpan={first.part === null ? 2 : 1}
            scope={length > 1 ? 'colgroup' : 'col'}
          >
            <span class="upright">{first.title}</span>
          </th>
        ))}
      </tr>
      <tr>
        {columns.map((column, at) =>
          column.part === null ? null : (
            <th key={keyOf(column, at)} scope="col">
              <span class="upright">{column.part}</span>
            </th>
          ),
        )}
      </tr>
    </thead>
  );
}

function keyOf(column: Column | undefined, at: number): string {
  return `${at}|${column?.title ?? ''}`;
}

/** Neighbours of one key taken together, each with where it begins. */
function runs(columns: readonly Column[], key: (column: Column) => string) {
  const found: { first: Column; length: number; at: number }[] = [];
  for (const [at, first] of columns.entries()) {
    const last = found.at(-1);
    if (last && key(last.first) === key(first)) last.length++;
    else found.push({ first, length: 1, at });
  }
  return found;
}
