import { useEffect, useState } from 'preact/hooks';
import { type Answer, get, post, urlOf } from '../api/client.ts';
import { Refused, Show, useAct, useLoaded } from '../parts/load.tsx';
import { clock, words } from '../words/index.ts';

type Summary = Answer<'GET', '/api/classes/:classId/records'>['records'][number];

/** The class's records as they will print, pupil by pupil; ↓ and ↑ go through them. */
export function RecordsPage({ classId }: { classId: string }) {
  const { loaded, again } = useLoaded(classId, () =>
    get('/api/classes/:classId/records', { params: { classId } }),
  );
  const [open, setOpen] = useState<string | null>(null);
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (open) setSeen((before) => new Set(before).add(open));
  }, [open]);
  return (
    <Show of={loaded} again={again}>
      {({ className, records }) => {
        const current = records.filter((r) => r.status !== 'thawed');
        const chosen = current.find((r) => r.recordId === open) ?? null;
        const step = (event: KeyboardEvent): void => {
          const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
          const next = current[current.findIndex((r) => r.recordId === open) + by];
          if (by === 0 || !next) return;
          event.preventDefault();
          setOpen(next.recordId);
          document.getElementById(`record-${next.recordId}`)?.focus();
        };
        return (
          <>
            <h1>{words.records.title(className)}</h1>
            {current.length === 0 ? (
              <p>
                {words.records.empty} <a href={`/lop/${classId}/kiem-tra`}>{words.records.toCheck}</a>
              </p>
            ) : (
              <div class="record-layout">
                <nav onKeyDown={step} aria-label={words.records.title(className)}>
                  <p class="soft">{words.records.viewed(seen.size, current.length)}</p>
                  <ul class="card task-list">
                    {current.map((record) => (
                      <li key={record.recordId} class={record.recordId === open ? 'current' : ''}>
                        <button
                          id={`record-${record.recordId}`}
                          type="button"
                          class="plain"
                          aria-current={record.recordId === open}
                          onClick={() => setOpen(record.recordId)}
                        >
                          {record.fullName}
                        </button>
                        <span class="tag">
                          {record.statusText} · {words.records.signed(record.signed, record.slots)}
                        </span>
                      </li>
                    ))}
                  </ul>
                </nav>
                <div>
                  {chosen && (
                    <OpenRecord key={chosen.recordId} classId={classId} record={chosen} changed={again} />
                  )}
                </div>
              </div>
            )}
          </>
        );
      }}
    </Show>
  );
}

function OpenRecord({ classId, record, changed }: { classId: string; record: Summary; changed: () => void }) {
  const { recordId } = record;
  const { loaded, again } = useLoaded(recordId, () =>
    get('/api/records/:recordId', { params: { recordId } }),
  );
  const at = (kind: string): string => urlOf(`/api/records/:recordId/${kind}`, { params: { recordId } });
  return (
    <>
      <div class="actions">
        <a class="button" href={at('pdf')} target="_blank" rel="noreferrer">
          {words.records.openPdf}
        </a>
        <a class="button" href={at('xml')} download={`${record.pupilCode}.xml`}>
          {words.records.xml}
        </a>
        {record.issuedAt && (
          <a class="button" href={at('proof')} download={`${record.pupilCode}.tlog-proof`}>
            {words.records.proof}
          </a>
        )}
      </div>
      <iframe class="print" title={`${words.records.viewer}: ${record.fullName}`} src={at('pdf')} />
      <Show of={loaded} again={again}>
        {(detail) => (
          <>
            {detail.verifyUrl && (
              <p>
                <a href={detail.verifyUrl} target="_blank" rel="noreferrer">
                  {words.records.verifyUrl}
                </a>
              </p>
            )}
            <h2>{words.records.signers}</h2>
            <table class="plain">
              <tbody>
                {detail.signers.map((signer) => (
                  <tr key={signer.slotId}>
                    <td>{signer.roleText}</td>
                    <td>{signer.name}</td>
                    <td>
                      {signer.signedAt ? (
                        clock(signer.signedAt)
                      ) : (
                        <span class="soft">{words.records.notSigned}</span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
            <h2>{words.records.history}</h2>
            <div class="scroll-x">
              <table class="plain">
                <thead>
                  <tr>
                    <th>{words.records.at}</th>
                    <th>{words.records.who}</th>
                    <th>{words.records.role}</th>
                    <th>{words.records.act}</th>
                    <th>{words.records.why}</th>
                  </tr>
                </thead>
                <tbody>
                  {detail.history.map((act) => (
                    <tr key={act.at + act.act + act.who}>
                      <td>{clock(act.at)}</td>
                      <td>{act.who}</td>
                      <td>{act.role}</td>
                      <td>{act.act}</td>
                      <td>{act.reason ?? ''}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {['frozen', 'subjectsSigned', 'homeroomSigned', 'principalSigned'].includes(detail.status) && (
              <Thaw classId={classId} recordId={recordId} signatures={detail.signed} thawed={changed} />
            )}
          </>
        )}
      </Show>
    </>
  );
}

function Thaw({
  classId,
  recordId,
  signatures,
  thawed,
}: {
  classId: string;
  recordId: string;
  signatures: number;
  thawed: () => void;
}) {
  const [reason, setReason] = useState('');
  const { busy, error, run } = useAct();
  const thaw = (): void =>
    run(async () => {
      await post('/api/classes/:classId/thaw', {
        params: { classId },
        body: { recordIds: [recordId], reason },
      });
      thawed();
    });
  return (
    <details>
      <summary>{words.records.thaw}</summary>
      {error && <Refused error={error} />}
      <p>{words.records.thawNote(signatures)}</p>
      <label for="thaw-reason">{words.records.thawReason}</label>
      <input
        id="thaw-reason"
        type="text"
        maxLength={500}
        value={reason}
        onInput={(e) => setReason(e.currentTarget.value)}
      />
      <div class="actions">
        <button type="button" disabled={busy || reason.trim().length < 3} onClick={thaw}>
          {words.records.thaw}
        </button>
      </div>
    </details>
  );
}
