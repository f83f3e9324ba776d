import { useState } from 'preact/hooks';
import { type Answer, get, urlOf } from '../../api/client.ts';
import type { Me } from '../../parts/frame.tsx';
import { Show, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';
import { fileStem } from './open.tsx';
import { RecallDialog } from './recall-dialog.tsx';

type Issued = Answer<'GET', '/api/issued'>['records'][number];
/** What may be asked for in its line: a recall, or other contents of what is to replace a recalled record. */
function askedIn({ status, pupilId }: Issued): string | null {
  if (status === 'issued') return words.issued.recall;
  return status === 'recalled' && pupilId !== null ? words.issued.askReplacement : null;
}
const fileName = (kind: 'pdf' | 'xml' | 'proof'): string =>
  kind === 'proof' ? words.records.proof : kind.toUpperCase();

/** Issued records of a class; a recall is asked for here, and another person agrees to it on the work page. */
export function IssuedPage({ me }: { me: Me }) {
  const classes = useLoaded('classes', () => get('/api/issued/classes', {}));
  const [classId, setClassId] = useState('');
  return (
    <>
      <PageTitle text={words.issued.title} />
      <Show of={classes.loaded} again={classes.again}>
        {(all) => {
          const first = all.classes.find((one) => one.issued > 0) ?? all.classes[0];
          const chosen = classId || first?.classId || '';
          return (
            <>
              <div class="field-row">
                <label for="class">{words.issued.choose}</label>
                <select id="class" value={chosen} onChange={(e) => setClassId(e.currentTarget.value)}>
                  {all.classes.map((one) => (
                    <option key={one.classId} value={one.classId}>
                      {words.issued.classOf(one.name, words.schoolYear(one.schoolYear), one.issued)}
                    </option>
                  ))}
                </select>
              </div>
              {chosen && (
                <p>
                  <a href={`/lop/${chosen}/khep-nam`}>{words.closing.link}</a>
                  {' · '}
                  <a href="/khep-nam">{words.closing.all.title}</a>
                  {me.roles.includes('principal') && (
                    <>
                      {' · '}
                      <a href={`/lop/${chosen}/doi-chieu`}>{words.comparison.link}</a>
                    </>
                  )}
                </p>
              )}
              {chosen && <IssuedOfClass key={chosen} classId={chosen} />}
            </>
          );
        }}
      </Show>
    </>
  );
}

function IssuedOfClass({ classId }: { classId: string }) {
  const { loaded, again } = useLoaded(classId, () => get('/api/issued', { query: { classId } }));
  const [recalling, setRecalling] = useState<Issued | null>(null);
  const [asked, setAsked] = useState<string | null>(null);
  const approvals = useLoaded('approvals', () => get('/api/approvals', {}));
  const known = approvals.loaded.at === 'there' ? approvals.loaded.value : null;
  const mayAsk = known?.askable.includes('recall') ?? false;
  const waits = new Set(known?.requests.filter(({ state }) => state === 'open').map(({ object }) => object));
  return (
    <Show of={loaded} again={again}>
      {({ records, tables }) =>
        records.length + tables.length === 0 ? (
          <p>{words.issued.empty}</p>
        ) : (
          <>
            {recalling && (
              <RecallDialog
                key={recalling.recordId}
                record={recalling}
                close={() => setRecalling(null)}
                done={(sent) => {
                  setAsked(sent);
                  approvals.again();
                }}
              />
            )}
            {asked !== null && (
              <div class="notice" role="status">
                {asked}
              </div>
            )}
            {known !== null && !mayAsk && <p class="soft">{words.issued.askOthers}</p>}
            <table class="plain stacked">
              <thead>
                <tr>
                  <th>{words.sheet.name}</th>
                  <th>{words.issued.day}</th>
                  <th>{words.issued.status}</th>
                  <th>{words.issued.files}</th>
                  {mayAsk && <th>{words.issued.recallColumn}</th>}
                </tr>
              </thead>
              <tbody>
                {[...tables, ...records].map((record) => (
                  <tr key={record.recordId}>
                    <th scope="row">{record.fullName}</th>
                    <td data-label={words.issued.day}>{record.issuedAt ? clock(record.issuedAt) : ''}</td>
                    <td data-label={words.issued.status}>
                      <span class={record.status === 'issued' ? '' : 'tag wait'}>{record.statusText}</span>
                    </td>
                    <td>
                      {(['pdf', 'xml', 'proof'] as const).map((kind) => (
                        <a
                          key={kind}
                          class="file"
                          href={urlOf(`/api/records/:recordId/${kind}`, {
                            params: { recordId: record.recordId },
                          })}
                          {...(kind === 'pdf'
                            ? { target: '_blank', rel: 'noreferrer' }
                            : { download: `${fileStem(record)}.${kind === 'xml' ? 'xml' : 'tlog-proof'}` })}
                          aria-label={`${fileName(kind)}: ${record.fullName}`}
                        >
                          {fileName(kind)}
                        </a>
                      ))}
                    </td>
                    {mayAsk && (
                      <td>
                        {waits.has(`record:${record.recordId}`) ? (
                          <span class="tag wait">
                            {record.status === 'issued'
                              ? words.issued.recallWaits
                              : words.issued.replacementWaits}
                          </span>
                        ) : (
                          askedIn(record) !== null && (
                            <button
                              type="button"
                              class="plain"
                              aria-label={`${askedIn(record)}: ${record.fullName}`}
                              onClick={() => setRecalling(record)}
                            >
                              {askedIn(record)}
                            </button>
                          )
                        )}
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )
      }
    </Show>
  );
}
