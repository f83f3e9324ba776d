import type { Grade } from '@hocba/record';
import { useEffect, useRef, useState } from 'preact/hooks';
import { keepFile, post, urlOf } from '../api/client.ts';
import { words } from '../words/index.ts';
import { Refused, useAct } from './load.tsx';
import { TextField } from './text-field.tsx';

type File = 'results' | 'results-comments' | 'class-table' | 'class-table-print' | 'book';

export interface CountedFileProps {
  readonly classId: string;
  /** Such as `4A`; whoever is asked reads it with the file's name. */
  readonly className: string;
  readonly period: 'GHK1' | 'CHK1' | 'GHK2' | 'CN';
  readonly file: File;
  /** Of a class of several grades that grade's print. */
  readonly grade?: Grade;
  /** What the link says, and its whole name where that is less. */
  readonly text: string;
  readonly name: string;
  readonly look?: 'button';
}

function addressOf({ classId, period, file, grade }: CountedFileProps): string {
  const params = { classId };
  if (file === 'book') return urlOf('/api/classes/:classId/book/file', { params });
  if (file === 'class-table-print') {
    const query = grade === undefined ? { period } : { period, grade };
    return urlOf('/api/classes/:classId/class-table.pdf', { params, query });
  }
  if (file === 'class-table')
    return urlOf('/api/classes/:classId/export/class-table', { params, query: { period } });
  const query = file === 'results' ? { period } : { period, comments: 'yes' };
  return urlOf('/api/classes/:classId/export/results', { params, query });
}

/** A file of one class. Beyond what one person may take along in a day the page asks whether to ask a second one. */
export function CountedFile(props: CountedFileProps) {
  const { text, name } = props;
  const { busy, error, run, clear } = useAct();
  const asks = error?.code === 'approval-needed';
  return (
    <>
      <a
        href={addressOf(props)}
        aria-label={name}
        aria-busy={busy}
        {...(props.look === undefined ? {} : { class: props.look })}
        onClick={(event) => {
          event.preventDefault();
          run(() => keepFile(addressOf(props)));
        }}
      >
        {text}
      </a>
      {asks && <Ask of={props} close={clear} />}
      {error && !asks && <Refused error={error} />}
    </>
  );
}

function Ask({ of, close }: { of: CountedFileProps; close: () => void }) {
  const { files } = words;
  const { classId, className, period, file, grade } = of;
  const name = files.counted[file](className, words.periods[period]);
  const [reason, setReason] = useState('');
  const [sent, setSent] = useState('');
  const { busy, error, run } = useAct();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const ask = (event: Event): void => {
    event.preventDefault();
    run(async () => {
      const about = { kind: 'export-class' as const, classId, period, file };
      const act = grade === undefined ? about : { ...about, grade };
      const { approvers } = await post('/api/approvals', { body: { act, reason, evidence: '' } });
      setSent(words.approvals.sentFetch(name, approvers.join(words.approvals.or)));
    });
  };
  return (
    <dialog ref={dialog} aria-labelledby="file-title" onClose={close}>
      <form onSubmit={ask}>
        <h2 id="file-title">{files.askTitle(name)}</h2>
        {error && <Refused error={error} />}
        {sent === '' ? (
          <>
            <p>{files.dayNote}</p>
            <TextField
              id="file-why"
              label={files.bulkWhy}
              value={reason}
              set={setReason}
              minLength={3}
              maxLength={500}
            />
          </>
        ) : (
          <div class="notice" role="status">
            {sent}
          </div>
        )}
        <div class="actions">
          {sent === '' && (
            <button type="submit" class="primary" disabled={busy}>
              {files.bulkAsk}
            </button>
          )}
          <button type="button" onClick={() => dialog.current?.close()}>
            {files.close}
          </button>
        </div>
      </form>
    </dialog>
  );
}
