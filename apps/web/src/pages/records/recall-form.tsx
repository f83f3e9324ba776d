import { useEffect, useRef, useState } from 'preact/hooks';
import { type Answer, post } from '../../api/client.ts';
import { Refused, useAct } from '../../parts/load.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { words } from '../../words/index.ts';
import { type Correction, Corrections, complete, type Field } from './recall-corrections.tsx';

type ReasonCode = keyof typeof words.issued.reasons;

export interface RecallProps {
  readonly record: Pick<
    Answer<'GET', '/api/issued'>['records'][number],
    'recordId' | 'pupilId' | 'fullName' | 'status'
  >;
  /** Every cell that the record has, with what it says; none of a table. */
  readonly fields: readonly Field[];
  readonly close: () => void;
  /** @param sent what was asked for and of whom, as a sentence */
  readonly done: (sent: string) => void;
}

/** Why, on what paper, and what is to be said instead: the second person reads exactly that. */
export function RecallForm({ record, fields, close, done }: RecallProps) {
  const [reasonCode, setReasonCode] = useState<ReasonCode | ''>('');
  const [reason, setReason] = useState('');
  const [evidence, setEvidence] = useState('');
  // A table is not replaced: records that are frozen again get a table of their own.
  const ofPupil = record.pupilId !== null;
  // Recalled already: what is to replace it is asked for, or asked for anew.
  const recalled = record.status === 'recalled';
  const [replace, setReplace] = useState(ofPupil);
  const [corrections, setCorrections] = useState<readonly Correction[]>([]);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const correct = (next: readonly Correction[]): void => {
    setCorrections(next);
    // Who names a wrong cell has said of which kind the reason is; it stands below, to be changed.
    if (reasonCode === '' && next.some(complete)) setReasonCode('data-entry-error');
  };
  const { busy, error, run } = useAct();
  const ask = (): void =>
    run(async () => {
      if (reasonCode === '') return;
      const act = { kind: 'recall' as const, recordId: record.recordId, reasonCode, replace };
      const named = replace ? corrections.filter(complete) : [];
      const { approvers } = await post('/api/approvals', {
        body: { act: named.length === 0 ? act : { ...act, corrections: [...named] }, reason, evidence },
      });
      // By itself it gives the focus back to what opened it.
      dialog.current?.close();
      const { recallOf, recallTableOf, replacementOf } = words.issued;
      const what = (recalled ? replacementOf : ofPupil ? recallOf : recallTableOf)(record.fullName);
      done(words.approvals.sent(what, approvers.join(words.approvals.or)));
    });
  return (
    <dialog ref={dialog} aria-labelledby="recall-title" onClose={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask();
        }}
      >
        <h2 id="recall-title">
          {recalled
            ? words.issued.replacementTitle(record.fullName)
            : ofPupil
              ? words.issued.recallTitle(record.fullName)
              : words.issued.recallTableTitle(record.fullName)}
        </h2>
        <p>{recalled ? words.issued.replacementNote : words.issued.recallNote}</p>
        {ofPupil && !recalled && (
          <label class="pick">
            <input type="checkbox" checked={replace} onChange={(e) => setReplace(e.currentTarget.checked)} />{' '}
            {words.issued.replace}
          </label>
        )}
        {replace && (
          <Corrections
            fields={fields}
            of={corrections}
            set={correct}
            offered={reasonCode === '' || reasonCode === 'data-entry-error'}
            needed={reasonCode === 'data-entry-error'}
          />
        )}
        <div class="field-row">
          <label for="reason-code">{words.issued.reasonCode}</label>
          <select
            id="reason-code"
            required
            value={reasonCode}
            onChange={(e) => setReasonCode(e.currentTarget.value as ReasonCode | '')}
          >
            <option value="">{words.issued.chooseReason}</option>
            {Object.entries(words.issued.reasons).map(([code, text]) => (
              <option key={code} value={code}>
                {text}
              </option>
            ))}
          </select>
        </div>
        <TextField id="reason" label={words.issued.reason} value={reason} set={setReason} maxLength={500} />
        <TextField
          id="evidence"
          label={words.approvals.evidence}
          value={evidence}
          set={setEvidence}
          maxLength={500}
        />
        {!ofPupil && <p>{words.issued.tableNote}</p>}
        {error && <Refused error={error} />}
        <div class="actions">
          <button type="submit" class="primary" disabled={busy}>
            {recalled ? words.issued.confirmReplacement : words.issued.confirm}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            {words.issued.cancel}
          </button>
        </div>
      </form>
    </dialog>
  );
}
