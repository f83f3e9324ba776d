import { useState } from 'preact/hooks';
import { words } from '../words/index.ts';

const PAGE = 9;

/** Sentences to start a comment from, at the foot of the sheet. Digits insert them while `digits` is on. */
export function Bank(props: {
  sentences: readonly string[];
  digits: boolean;
  onPick: (sentence: string) => void;
  onFill: () => void;
}) {
  const [from, setFrom] = useState(0);
  const start = from < props.sentences.length ? from : 0;
  const page = props.sentences.slice(start, start + PAGE);
  return (
    <section class="card bank" aria-label={words.sheet.bank}>
      <div class="bank-head">
        <h2>{words.sheet.bank}</h2>
        <span class="soft">{props.digits ? words.sheet.bankDigits : words.sheet.bankNote}</span>
        <span class="rest" />
        {props.sentences.length > PAGE && (
          <button type="button" class="plain" onClick={() => setFrom(start + PAGE)}>
            {words.sheet.otherSentences}
          </button>
        )}
        <button type="button" class="plain" onClick={props.onFill}>
          {words.sheet.fillBlanks}
        </button>
      </div>
      {page.length === 0 && <p class="soft">{words.sheet.noSentences}</p>}
      <ol>
        {page.map((sentence, n) => (
          <li key={sentence}>
            <button type="button" onClick={() => props.onPick(sentence)}>
              {start === 0 && <kbd>{n + 1}</kbd>} {sentence}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
