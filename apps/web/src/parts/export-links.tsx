import { words } from '../words/index.ts';

const PERIODS = ['GHK1', 'CHK1', 'GHK2', 'CN'] as const;

/** Of one class, for each period: the class table to read and print, and Excel files in the national layout. */
export function ClassExports({ classId }: { classId: string }) {
  const { files } = words;
  const base = `/api/classes/${classId}/export`;
  const line = (name: string, href: (period: string) => string, page = false) => (
    <li>
      {name}:{' '}
      {PERIODS.map((period, at) => (
        <span key={period}>
          {at > 0 && ' · '}
          <a href={href(period)} download={!page}>
            {files.periods[period]}
          </a>
        </span>
      ))}
    </li>
  );
  return (
    <section>
      <h2>{files.classTitle}</h2>
      <ul>
        {line(words.classTable.open, (period) => `/lop/${classId}/bang-tong-hop/${period}`, true)}
        {line(files.exportTable, (period) => `${base}/class-table?period=${period}`)}
        {line(files.exportResults, (period) => `${base}/results?period=${period}`)}
        {line(files.exportWhole, (period) => `${base}/results?period=${period}&comments=yes`)}
      </ul>
    </section>
  );
}

/** Beside a class sheet: what may be taken along of its period. A teacher of a subject gets the own columns. */
export function SheetExports({
  classId,
  period,
  whole,
}: {
  classId: string;
  period: string;
  whole: boolean;
}) {
  if (!PERIODS.some((one) => one === period)) return null;
  return (
    <p class="lines">
      {whole && <a href={`/lop/${classId}/bang-tong-hop/${period}`}>{words.classTable.open}</a>}
      <a href={`/api/classes/${classId}/export/results?period=${period}&comments=yes`} download>
        {words.files.ofPeriod}
      </a>
    </p>
  );
}

/** Excel files of the whole school. */
export function SchoolExports({ schoolYear, roles }: { schoolYear: string; roles: readonly string[] }) {
  const { files } = words;
  const office = roles.some((role) => role !== 'teacher');
  if (!office) return null;
  const results = roles.includes('principal') || roles.includes('clerk');
  return (
    <section>
      <h2>{files.exportTitle}</h2>
      <ul>
        {results &&
          PERIODS.map((period) => (
            <li key={period}>
              <a href={`/api/export/results?schoolYear=${schoolYear}&period=${period}`} download>
                {files.exportResults}, {files.periods[period]}
              </a>
            </li>
          ))}
        <li>
          <a href={`/api/export/pupils?schoolYear=${schoolYear}`} download>
            {files.exportPupils}
          </a>
        </li>
        {roles.includes('admin') && (
          <li>
            <a href="/api/export/staff" download>
              {files.exportStaff}
            </a>
          </li>
        )}
      </ul>
    </section>
  );
}
