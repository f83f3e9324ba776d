import { useEffect, useRef, useState } from 'preact/hooks';
import { type Answer, get, post, urlOf } from '../../api/client.ts';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { useMatches } from '../../parts/window-width.ts';
import { clock } from '../../words/clock.ts';
import { words } from '../../words/index.ts';
import { RecallDialog } from './recall-dialog.tsx';

type Summary = Answer<'GET', '/api/classes/:classId/records'>['records'][number];
type Detail = Answer<'GET', '/api/records/:recordId'>;
const BEFORE_ISSUE: readonly string[] = ['frozen', 'subjectsSigned', 'homeroomSigned', 'principalSigned'];

/** One record: its print, its files, who signed, and what happened to it. */
export function OpenRecord({
  classId,
  record,
  takesAllBack,
  mayThaw,
  changed,
  step,
}: {
  classId: string;
  record: Summary;
  takesAllBack: boolean;
  mayThaw: boolean;
  changed: () => void;
  step: (by: number) => void;
}) {
  const { recordId } = record;
  const { loaded, again } = useLoaded(recordId, () =>
    get('/api/records/:recordId', { params: { recordId } }),
  );
  const narrow = useMatches('(max-width: 800px)');
  const heading = useRef<HTMLHeadingElement>(null);
  // On a phone the record stands under the list: choosing one goes to it.
  useEffect(() => {
    if (narrow) heading.current?.scrollIntoView({ block: 'start' });
  }, [narrow]);
  const at = (kind: string): string => urlOf(`/api/records/:recordId/${kind}`, { params: { recordId } });
  // A phone's browser shows no PDF inside a page; there the print opens by its button.
  const framed = !narrow && navigator.pdfViewerEnabled !== false;
  return (
    <>
      <div class="record-head">
        <h2 ref={heading}>{record.fullName}</h2>
        <span class="rest" />
        <button type="button" class="small" onClick={() => step(-1)}>
          {words.records.previous}
        </button>
        <button type="button" class="small" onClick={() => step(1)}>
          {words.records.next}
        </button>
      </div>
      <div class="actions">
        <a class={framed ? 'button' : 'button primary'} href={at('pdf')} target="_blank" rel="noreferrer">
          {words.records.openPdf}
        </a>
        <a class="button" href={at('xml')} download={`${fileStem(record)}.xml`}>
          {words.records.xml}
        </a>
        {record.issuedAt && (
          <a class="button" href={at('proof')} download={`${fileStem(record)}.tlog-proof`}>
            {words.records.proof}
          </a>
        )}
      </div>
      {!record.issuedAt && <p class="soft">{words.records.draft}</p>}
      {framed && (
        <iframe
          class="print"
          title={`${words.records.viewer}: ${record.fullName}`}
          src={`${at('pdf')}#navpanes=0&view=Fit`}
        />
      )}
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
            <Signers detail={detail} />
            {mayThaw && detail.status === 'issued' && <RecallDoor record={record} />}
            <History detail={detail} />
            {mayThaw && BEFORE_ISSUE.includes(detail.status) && (
              <Thaw
                classId={classId}
                recordId={recordId}
                note={takesAllBack ? words.records.thawTable : words.records.thawNote(detail.signed)}
                thawed={changed}
              />
            )}
          </>
        )}
      </Show>
    </>
  );
}

/** XML and proof of one thing under one name, so that they are found together. */
export function fileStem({ pupilCode, recordId }: Pick<Summary, 'pupilCode' | 'recordId'>): string {
  return pupilCode === '' ? `bang-tong-hop-${recordId.slice(0, 8)}` : pupilCode;
}

/** The homeroom teacher asks for the recall of a record of the own class; the office asks where it lists what is issued. */
function RecallDoor({ record }: { record: Summary }) {
  const [asking, setAsking] = useState(false);
  const [sent, setSent] = useState('');
  return (
    <>
      {sent === '' ? (
        <p class="actions">
          <button type="button" onClick={() => setAsking(true)}>
            {words.issued.recall}
          </button>
        </p>
      ) : (
        <div class="notice" role="status">
          {sent}
        </div>
      )}
      {asking && <RecallDialog record={record} close={() => setAsking(false)} done={setSent} />}
    </>
  );
}

function Signers({ detail }: { detail: Detail }) {
  return (
    <>
      <h2>{words.records.signers}</h2>
      <table class="plain stacked">
        <thead>
          <tr>
            <th>{words.records.slot}</th>
            <th>{words.sheet.name}</th>
            <th>{words.records.signedAt}</th>
          </tr>
        </thead>
        <tbody>
          {detail.signers.map((signer) => (
            <tr key={signer.slotId}>
              <th scope="row">{signer.roleText}</th>
              <td>{signer.name}</td>
              <td data-label={words.records.signedAt}>
                {signer.signedAt ? (
                  clock(signer.signedAt)
                ) : (
                  <span class="tag wait">{words.records.notSigned}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function History({ detail }: { detail: Detail }) {
  return (
    <>
      <h2>{words.records.history}</h2>
      <table class="plain stacked">
        <thead>
          <tr>
            <th>{words.records.at}</th>
            <th>{words.records.act}</th>
            <th>{words.records.who}</th>
            <th>{words.records.role}</th>
            <th>{words.records.why}</th>
          </tr>
        </thead>
        <tbody>
          {detail.history.map((act) => (
            <tr key={act.at + act.act + act.who}>
              <td>{clock(act.at)}</td>
              <td>{act.act}</td>
              <td data-label={words.records.who}>{act.who}</td>
              <td data-label={words.records.role}>{act.role}</td>
              <td>{act.reason ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Thaw({
  classId,
  recordId,
  note,
  thawed,
}: {
  classId: string;
  recordId: string;
  note: string;
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
    <details class="thaw">
      <summary>{words.records.thaw}</summary>
      {error && <Refused error={error} />}
      <p>{note}</p>
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
