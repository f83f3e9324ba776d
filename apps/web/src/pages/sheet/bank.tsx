import type { CommentFault } from '@hocba/record';
import { useEffect, useState } from 'preact/hooks';
import { del, post } from '../../api/client.ts';
import { Refused, useAct } from '../../parts/load.tsx';
import { words } from '../../words/index.ts';
import type { Sentence } from './sentences.ts';
import type { SheetSession } from './session.ts';

const PAGE = 9;

/** Sentences to start a comment from, at the foot of the sheet. Digits insert them while `digits` is on. */
export function Bank(props: {
  session: SheetSession;
  row: number;
  column: number;
  digits: boolean;
  onPick: (sentence: string) => void;
  onFill: () => void;
}) {
  const { session, row, column } = props;
  const { comments } = session;
  const [from, setFrom] = useState(0);
  const sentences = comments.sentences(row, column);
  const start = from < sentences.length ? from : 0;
  const page = sentences.slice(start, start + PAGE);
  return (
    <section class="card bank" aria-label={words.sheet.bank}>
      <TypedFaults session={session} row={row} column={column} />
      <div class="bank-head">
        <h2>{words.sheet.bank}</h2>
        <span class="soft">{props.digits ? words.sheet.bankDigits : words.sheet.bankNote}</span>
        <span class="rest" />
        {sentences.length > PAGE && (
          <button type="button" class="plain" onClick={() => setFrom(start + PAGE)}>
            {words.sheet.otherSentences}
          </button>
        )}
        <button type="button" class="plain" onClick={props.onFill}>
          {words.sheet.fillBlanks}
        </button>
        <KeepSentence session={session} row={row} column={column} />
        <a href="/ngan-hang-nhan-xet">{words.bank.link}</a>
      </div>
      {page.length === 0 && (
        <p class="soft">
          {comments.shelf.has(session.sheet.columns[column]?.item ?? '')
            ? words.sheet.noSentences
            : words.loading}
        </p>
      )}
      <ol>
        {page.map((sentence, n) => (
          <li key={sentence.id}>
            <button type="button" onClick={() => props.onPick(sentence.text)}>
              {start === 0 && <kbd>{n + 1}</kbd>} {sentence.text}
            </button>
            <Origin sentence={sentence} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Whose bank a sentence is out of; the national one, which most are of, needs no word. */
export function Origin({ sentence }: { sentence: Sentence }) {
  return sentence.bank === 'national' ? null : <span class="origin">{words.bank.banks[sentence.bank]}</span>;
}

/** Keeps what stands in the cell among one's own sentences, or takes it out of them again. */
export function KeepSentence({
  session,
  row,
  column,
}: {
  session: SheetSession;
  row: number;
  column: number;
}) {
  const { busy, error, run } = useAct();
  const { comments } = session;
  const item = session.sheet.columns[column]?.item ?? '';
  const text = session.sheet.value(row, column);
  const grade = session.data.pupils[row]?.grade;
  if (text === '' || grade === undefined || !comments.shelf.has(item)) return null;
  const there = comments.sentences(row, column).find((s) => s.text === text);
  if (there && there.bank !== 'own') return null;
  const act = (): void =>
    run(async () => {
      if (there) {
        await del('/api/sentences/own/:sentenceId', { params: { sentenceId: there.id } });
      } else {
        const level = comments.levelOf(row, column);
        await post('/api/sentences/own', { body: { item, grade: grade as 1 | 2 | 3 | 4 | 5, level, text } });
      }
      comments.shelf.fetch(item);
    });
  return (
    <>
      <button type="button" class="plain" disabled={busy} onClick={act}>
        {there ? words.bank.dropThis : words.bank.keepThis}
      </button>
      {error && <Refused error={error} />}
    </>
  );
}

/** The faults of the comment in the cell, also while it is typed; a cell of its own redraws this and nothing else. */
function TypedFaults({ session, row, column }: { session: SheetSession; row: number; column: number }) {
  const [typed, setTyped] = useState<{ row: number; column: number; text: string } | null>(null);
  useEffect(() => session.onTyped(setTyped), [session]);
  const here = typed?.row === row && typed.column === column ? typed.text : undefined;
  const faults = session.comments.faults(row, column, here);
  return (
    <div role="status">
      <FaultList faults={faults} />
    </div>
  );
}

/** Each fault in words, with the words of the comment that show it. */
export function FaultList({ faults }: { faults: readonly CommentFault[] }) {
  if (faults.length === 0) return null;
  return (
    <ul class="remarks">
      {faults.map((fault) => (
        <li key={fault.code}>
          {fault.found !== undefined && <strong>“{fault.found.trim()}”. </strong>}
          {fault.message}
        </li>
      ))}
    </ul>
  );
}
