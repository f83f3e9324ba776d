import { useEffect, useRef, useState } from 'preact/hooks';
import { type Answer, get, post, urlOf } from '../api/client.ts';
import type { Me } from '../parts/frame.tsx';
import { Refused, Show, useAct, useLoaded } from '../parts/load.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { clock } from '../words/clock.ts';
import { words } from '../words/index.ts';
import { fileStem } from './record-open.tsx';

type Issued = Answer<'GET', '/api/issued'>['records'][number];
const fileName = (kind: 'pdf' | 'xml' | 'proof'): string =>
  kind === 'proof' ? words.records.proof : kind.toUpperCase();
type ReasonCode = keyof typeof words.issued.reasons;

/** Issued records of a class; recall writes a leaf to the log and never touches what was issued. */
export function IssuedPage({ me }: { me: Me }) {
  const classes = useLoaded('classes', () => get('/api/classes', {}));
  const [classId, setClassId] = useState('');
  return (
    <>
      <PageTitle text={words.issued.title} />
      <Show of={classes.loaded} again={classes.again}>
        {(all) => {
          const chosen = classId || all.classes[0]?.classId || '';
          return (
            <>
              <div class="field-row">
                <label for="class">{words.issued.choose}</label>
                <select id="class" value={chosen} onChange={(e) => setClassId(e.currentTarget.value)}>
                  {all.classes.map((one) => (
                    <option key={one.classId} value={one.classId}>
                      {one.name} · {words.schoolYear(one.schoolYear)}
                    </option>
                  ))}
                </select>
              </div>
              {chosen && (
                <p>
                  <a href={`/lop/${chosen}/khep-nam`}>{words.closing.link}</a>
                  {me.roles.includes('principal') && (
                    <>
                      {' · '}
                      <a href={`/lop/${chosen}/doi-chieu`}>{words.comparison.link}</a>
                    </>
                  )}
                </p>
              )}
              {chosen && (
                <IssuedOfClass key={chosen} classId={chosen} mayRecall={me.roles.includes('principal')} />
              )}
            </>
          );
        }}
      </Show>
    </>
  );
}

function IssuedOfClass({ classId, mayRecall }: { classId: string; mayRecall: boolean }) {
  const { loaded, again } = useLoaded(classId, () => get('/api/issued', { query: { classId } }));
  const [recalling, setRecalling] = useState<Issued | null>(null);
  const [recalled, setRecalled] = useState<string | null>(null);
  return (
    <Show of={loaded} again={again}>
      {({ records, tables }) =>
        records.length + tables.length === 0 ? (
          <p>{words.issued.empty}</p>
        ) : (
          <>
            {recalling && (
              <Recall
                key={recalling.recordId}
                record={recalling}
                close={() => setRecalling(null)}
                done={() => {
                  setRecalled(
                    (recalling.pupilId === null ? words.issued.recalledTable : words.issued.recalled)(
                      recalling.fullName,
                    ),
                  );
                  again();
                }}
              />
            )}
            {recalled !== null && (
              <div class="notice" role="status">
                {recalled}
              </div>
            )}
            <table class="plain stacked">
              <thead>
                <tr>
                  <th>{words.sheet.name}</th>
                  <th>{words.issued.day}</th>
                  <th>{words.issued.status}</th>
                  <th>{words.issued.files}</th>
                  {mayRecall && <th>{words.issued.recall}</th>}
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
                    {mayRecall && (
                      <td>
                        {record.status === 'issued' && (
                          <button
                            type="button"
                            class="plain"
                            aria-label={`${words.issued.recall}: ${record.fullName}`}
                            onClick={() => setRecalling(record)}
                          >
                            {words.issued.recall}
                          </button>
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

function Recall({ record, close, done }: { record: Issued; close: () => void; done: () => void }) {
  const [reasonCode, setReasonCode] = useState<ReasonCode>('data-entry-error');
  const [reason, setReason] = useState('');
  // A table is not replaced: records that are frozen again get a table of their own.
  const ofPupil = record.pupilId !== null;
  const [replace, setReplace] = useState(ofPupil);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { busy, error, run } = useAct();
  const recall = (): void =>
    run(async () => {
      await post('/api/records/:recordId/recall', {
        params: { recordId: record.recordId },
        body: { reasonCode, reason, replace },
      });
      close();
      done();
    });
  return (
    <dialog ref={dialog} aria-labelledby="recall-title" onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          recall();
        }}
      >
        <h2 id="recall-title">
          {ofPupil
            ? words.issued.recallTitle(record.fullName)
            : words.issued.recallTableTitle(record.fullName)}
        </h2>
        <p>{words.issued.recallNote}</p>
        {error && <Refused error={error} />}
        <div class="field-row">
          <label for="reason-code">{words.issued.reasonCode}</label>
          <select
            id="reason-code"
            value={reasonCode}
            onChange={(e) => setReasonCode(e.currentTarget.value as ReasonCode)}
          >
            {Object.entries(words.issued.reasons).map(([code, text]) => (
              <option key={code} value={code}>
                {text}
              </option>
            ))}
          </select>
        </div>
        <div class="field-row">
          <label for="reason">{words.issued.reason}</label>
          <input
            id="reason"
            type="text"
            required
            minLength={3}
            maxLength={500}
            value={reason}
            onInput={(e) => setReason(e.currentTarget.value)}
          />
        </div>
        {ofPupil ? (
          <label class="pick">
            <input type="checkbox" checked={replace} onChange={(e) => setReplace(e.currentTarget.checked)} />{' '}
            {words.issued.replace}
          </label>
        ) : (
          <p>{words.issued.tableNote}</p>
        )}
        <div class="actions">
          <button type="submit" class="danger" disabled={busy}>
            {words.issued.confirm}
          </button>
          <button type="button" onClick={close}>
            {words.issued.cancel}
          </button>
        </div>
      </form>
    </dialog>
  );
}
