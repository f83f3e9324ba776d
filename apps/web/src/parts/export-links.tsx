import { useState } from 'preact/hooks';
import { get, keepFile, post } from '../api/client.ts';
import { words } from '../words/index.ts';
import { CountedFile, type CountedFileProps } from './counted-file.tsx';
import { Refused, useAct, useLoaded } from './load.tsx';
import { TextField } from './text-field.tsx';

const PERIODS = ['GHK1', 'CHK1', 'GHK2', 'CN'] as const;

/** Of one class, for each period: the class table to read and print, and Excel files in the national layout. */
export function ClassExports({ classId, className }: { classId: string; className: string }) {
  const { files } = words;
  const line = (name: string, file: CountedFileProps['file'] | 'page') => (
    <li>
      {name}:{' '}
      {PERIODS.map((period, at) => (
        <span key={period}>
          {at > 0 && ' · '}
          {file === 'page' ? (
            <a href={`/lop/${classId}/bang-tong-hop/${period}`}>{files.periods[period]}</a>
          ) : (
            <CountedFile
              classId={classId}
              className={className}
              period={period}
              file={file}
              text={files.periods[period]}
              name={`${name}, ${files.periods[period]}`}
            />
          )}
        </span>
      ))}
    </li>
  );
  return (
    <section>
      <h2>{files.classTitle}</h2>
      <ul>
        {line(words.classTable.open, 'page')}
        {line(files.exportTable, 'class-table')}
        {line(files.exportResults, 'results')}
        {line(files.exportWhole, 'results-comments')}
      </ul>
    </section>
  );
}

/** Beside a class sheet: what may be taken along of its period. A teacher of a subject gets the own columns. */
export function SheetExports({
  classId,
  className,
  period,
  whole,
}: {
  classId: string;
  className: string;
  period: string;
  whole: boolean;
}) {
  const known = PERIODS.find((one) => one === period);
  if (known === undefined) return null;
  return (
    <p class="lines">
      {whole && <a href={`/lop/${classId}/bang-tong-hop/${period}`}>{words.classTable.open}</a>}
      <CountedFile
        classId={classId}
        className={className}
        period={known}
        file="results-comments"
        text={words.files.ofPeriod}
        name={words.files.ofPeriod}
      />
    </p>
  );
}

/** Excel files of the whole school; where they hold many pupils they are asked for, and fetched from the work page. */
export function SchoolExports({ schoolYear, roles }: { schoolYear: string; roles: readonly string[] }) {
  const { files } = words;
  const years = useLoaded('years', () => get('/api/school-years', {}));
  const { error, run } = useAct();
  const results = roles.includes('principal') || roles.includes('clerk');
  const link = (href: string, text: string) => (
    <a
      href={href}
      onClick={(event) => {
        event.preventDefault();
        run(() => keepFile(href));
      }}
    >
      {text}
    </a>
  );
  // The page around says already that it is loading.
  if (years.loaded.at === 'loading') return null;
  if (years.loaded.at === 'failed') return <Refused error={years.loaded.error} again={years.again} />;
  const all = years.loaded.value.years;
  return (
    <section>
      <h2>{files.exportTitle}</h2>
      {error && error.code !== 'approval-needed' && <Refused error={error} />}
      {error?.code === 'approval-needed' ||
      all.some((year) => year.schoolYear === schoolYear && year.bulk) ? (
        <AskExport schoolYear={schoolYear} results={results} />
      ) : (
        <ul>
          {results &&
            PERIODS.map((period) => (
              <li key={period}>
                {link(
                  `/api/export/results?schoolYear=${schoolYear}&period=${period}`,
                  `${files.exportResults}, ${files.periods[period]}`,
                )}
              </li>
            ))}
          <li>{link(`/api/export/pupils?schoolYear=${schoolYear}`, files.exportPupils)}</li>
        </ul>
      )}
      {roles.includes('admin') && (
        <p>
          <a href="/api/export/staff" download>
            {files.exportStaff}
          </a>
        </p>
      )}
    </section>
  );
}

function AskExport({ schoolYear, results }: { schoolYear: string; results: boolean }) {
  const { files } = words;
  const [what, setWhat] = useState<'' | 'pupils' | (typeof PERIODS)[number]>('');
  const [reason, setReason] = useState('');
  const [sent, setSent] = useState('');
  const { busy, error, run } = useAct();
  const nameOf = (of: typeof what): string =>
    of === '' || of === 'pupils' ? files.exportPupils : `${files.exportResults}, ${files.periods[of]}`;
  const ask = (event: Event): void => {
    event.preventDefault();
    run(async () => {
      if (what === '') return;
      const act =
        what === 'pupils'
          ? { kind: 'export-pupils' as const, schoolYear }
          : { kind: 'export-results' as const, schoolYear, period: what, comments: 'no' as const };
      const { approvers } = await post('/api/approvals', { body: { act, reason, evidence: '' } });
      setSent(words.approvals.sentFetch(nameOf(what), approvers.join(words.approvals.or)));
    });
  };
  return (
    <form class="card padded" onSubmit={ask}>
      <p class="soft">{files.bulkNote}</p>
      {error && <Refused error={error} />}
      {sent !== '' && (
        <div class="notice" role="status">
          {sent}
        </div>
      )}
      <div class="field-row">
        <label for="export-what">{files.bulkWhat}</label>
        <select
          id="export-what"
          required
          value={what}
          onChange={(e) => {
            setWhat(e.currentTarget.value as typeof what);
            setSent('');
          }}
        >
          <option value="">{files.bulkChoose}</option>
          {results &&
            PERIODS.map((period) => (
              <option key={period} value={period}>
                {nameOf(period)}
              </option>
            ))}
          <option value="pupils">{files.exportPupils}</option>
        </select>
      </div>
      <TextField id="export-why" label={files.bulkWhy} value={reason} set={setReason} maxLength={500} />
      <div class="actions">
        <button type="submit" disabled={busy || what === '' || sent !== '' || reason.trim().length < 3}>
          {files.bulkAsk}
        </button>
      </div>
    </form>
  );
}
