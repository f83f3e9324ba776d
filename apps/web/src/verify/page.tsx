import type { FileVerdict, PartVerdict, Trust } from '@hocba/verify';
import {
  endedSentence,
  fragmentSentence,
  isProof,
  lacksReader,
  nextStep,
  READ_ENDINGS,
  verdictSentence,
} from '@hocba/verify';
import { useEffect, useRef, useState } from 'preact/hooks';
import { FileDrop } from '../parts/file-drop.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { Absent } from './absent.tsx';
import { type Coming, chosenOf, droppedFiles, MOST_FILES } from './chosen.ts';
import { ClaimCheck } from './claim-check.tsx';
import { Keep } from './keep.tsx';
import { clockOffBy, fetchTrust } from './ports.ts';
import { Progress } from './progress.tsx';
import { RecordFacts } from './record-facts.tsx';
import { statusDay } from './status-day.ts';
import { type Checked, datesOf, evidenceOf, verdictText } from './verdict-text.ts';
import { Stopped, untilStopped, verifyAll } from './verify-all.ts';
import { verdictWords, words } from './words.ts';

/** Drop a file: it is read and checked in this page, and goes nowhere. */
export function VerifyPage() {
  const [believed, setBelieved] = useState<Trust | null | 'loading' | 'outdated' | 'ill-made'>('loading');
  const trust = believed === 'outdated' || believed === 'ill-made' ? null : believed;
  const [checked, setChecked] = useState<Checked[]>([]);
  /** How many of how many are done, while some are checked. */
  const [busy, setBusy] = useState<readonly [number, number] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [passedOver, setPassedOver] = useState(0);
  const stop = useRef<AbortController | null>(null);
  const field = useRef<HTMLDivElement>(null);
  useEffect(() => {
    void fetchTrust().then(setBelieved);
  }, []);

  const check = async (coming: Coming | Promise<Coming>): Promise<void> => {
    if (trust === 'loading') return;
    stop.current = new AbortController();
    const { signal } = stop.current;
    setBusy([0, 0]);
    // The verdict of the file before must not stand beside another file's name.
    setChecked([]);
    setProblem(null);
    setPassedOver(0);
    try {
      await seen();
      const { files, passedOver } = await untilStopped(coming, signal);
      setPassedOver(passedOver);
      if (files.length > MOST_FILES) setProblem(words.tooMany(MOST_FILES));
      else if (files.length === 0) setProblem(words.emptyFolder);
      else if (files.every(({ name }) => isProof(name))) setProblem(words.proofAlone);
      else {
        const all = await verifyAll(files, trust, signal, (done, of) => setBusy([done, of]));
        if (all.some(({ found }) => [found, ...parts(found)].some(isOther)))
          others = await import('./other-facts.tsx').catch(() => null);
        setChecked(all);
      }
    } catch (error) {
      setProblem(error instanceof Stopped ? words.stopped : words.unreadable);
      // The button that had the focus is gone.
      if (error instanceof Stopped) field.current?.querySelector('input')?.focus();
    } finally {
      setBusy(null);
    }
  };

  const isBusy = trust === 'loading' || busy !== null;
  // Beside the field a browser would open the file in place of this page, and what was said on it would be gone.
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (holdsFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent): void => {
      if (event.defaultPrevented || !holdsFiles(event) || event.dataTransfer === null) return;
      event.preventDefault();
      if (!isBusy) void check(droppedFiles(event.dataTransfer));
    };
    addEventListener('dragover', over);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('drop', drop);
    };
  });

  return (
    <>
      <a class="skip" href="#main">
        {words.skip}
      </a>
      <header class="top">
        <strong class="school">{words.banner}</strong>
        <span class="who">{words.stays}</span>
      </header>
      <main class="page narrow" id="main">
        <h1>{words.title}</h1>
        <p class="screen-only">{words.lead}</p>
        <div ref={field}>
          <FileDrop
            text={trust === 'loading' ? words.fetching : busy ? words.checking(0, 1) : words.choose}
            note={words.chooseNote}
            accept={READ_ENDINGS.join(',')}
            multiple
            disabled={trust === 'loading'}
            busy={busy !== null}
            onFiles={(files) => void check(chosenOf(files))}
            onDropped={(dropped) => void check(droppedFiles(dropped))}
          />
        </div>
        {busy && <Progress done={busy[0]} of={busy[1]} onStop={() => stop.current?.abort()} />}
        {believed === 'outdated' && <Absent text={words.outdated} />}
        {(believed === null || believed === 'ill-made') && (
          <div class="notice wait" role="status">
            {believed === null ? words.noTrust : words.illMade}
          </div>
        )}
        {believed !== 'loading' && clockOffBy > 0 && (
          <div class="notice wait" role="status">
            {words.clockOff(clockOffBy)}
          </div>
        )}
        {problem !== null && (
          <div class="notice wait" role="alert">
            {problem}
          </div>
        )}
        {checked.some(({ found }) => lacksReader(found)) && <Absent />}
        {checked.length > 0 && passedOver > 0 && (
          <div class="notice wait" role="status">
            {words.passedOver(passedOver)}
          </div>
        )}
        {/* The sentences alone are read out: of all below them a reader opens what he wants. */}
        <p class="visually-hidden" role="status">
          {busy ? words.checking(0, 1) : checked.map(said).join(' ')}
        </p>
        {checked.map((one, n) => (
          <VerdictCard key={`${n}/${one.name}`} of={one} />
        ))}
        {checked.length > 0 && <Keep key={checked[0]?.at.getTime()} text={() => verdictText(checked)} />}
        {/* What stood there would jump when the verdict comes in its place: it is away, with the foot, until it can stand below it. */}
        <ClaimCheck trust={trust} away={busy !== null} />
      </main>
      <footer class="foot narrow" hidden={busy !== null}>
        <LanguageSwitch />
      </footer>
    </>
  );
}

const holdsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;

const said = ({ name, found }: PartVerdict): string => `${name}: ${verdictSentence(found, verdictWords)}.`;

const LOOK: Record<FileVerdict['verdict'], string> = {
  genuine: 'good',
  replaced: 'wait',
  recalled: 'wait',
  'not-genuine': 'wrong',
  'to-be-confirmed': 'wait',
  'not-fully-checked': 'wait',
  training: 'wait',
};

function VerdictCard({ of }: { of: Checked }) {
  const { name, found } = of;
  return (
    <section class="checked">
      <div class={`card verdict ${LOOK[found.verdict]}`}>
        <h2>{verdictSentence(found, verdictWords)}</h2>
        <p class="soft">{[name, ...datesOf(found)].join(' · ')}</p>
        <Facts of={found} />
      </div>
      {found.parts ? <Parts of={found.parts} /> : <Checks of={found} />}
      <ul class="soft evidence">
        {evidenceOf(of).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </section>
  );
}

/** Every file of an archive, every year of a book, of a book in an archive too: the grave ones first, each opening to what was checked. */
function Parts({ of: parts }: { of: NonNullable<FileVerdict['parts']> }) {
  const order = ['wrong', 'wait', 'good'];
  const rank = ({ found }: PartVerdict): number => order.indexOf(LOOK[found.verdict]);
  return (
    <ul class="parts">
      {[...parts]
        .sort((a, b) => rank(a) - rank(b))
        .map(({ name, found }, n) => (
          <li key={`${n}/${name}`} class={`card ${LOOK[found.verdict]}`}>
            <details>
              <summary>
                <strong>{verdictSentence(found, verdictWords)}</strong> <span class="soft">{name}</span>
              </summary>
              {found.statusAsOf !== undefined && <p class="soft">{statusDay(found.statusAsOf)}</p>}
              <Facts of={found} />
              {found.parts ? <Parts of={found.parts} /> : <Checks of={found} />}
            </details>
          </li>
        ))}
    </ul>
  );
}

function Facts({ of: found }: { of: FileVerdict }) {
  const next = nextStep(found, verdictWords);
  const why = endedSentence(found, verdictWords);
  return (
    <>
      {why !== null && <p>{why}.</p>}
      {next !== null && <p class="next">{next}</p>}
      {found.record && <RecordFacts record={found.record} signers={found.signers ?? []} />}
      {isOther(found) && (others === null ? <Absent /> : <others.OtherFacts of={found} />)}
    </>
  );
}

/** On demand: who has a pupil's record needs none of it. Null where it did not come. */
let others: typeof import('./other-facts.tsx') | null = null;

/** Until what was just changed has been drawn once; a page that nobody looks at draws nothing. */
const seen = (): Promise<void> =>
  new Promise((resolve) => {
    if (document.hidden) resolve();
    else requestAnimationFrame(() => setTimeout(resolve));
  });

const parts = ({ parts = [] }: FileVerdict): FileVerdict[] => parts.map(({ found }) => found);

const isOther = ({ classTable, foreign, pdfSignatures }: FileVerdict): boolean =>
  (classTable ?? foreign ?? pdfSignatures) !== undefined;

function Checks({ of: found }: { of: FileVerdict }) {
  return (
    <>
      <h3>{words.checked}</h3>
      <ul class="card checks">
        {found.fragments.map((fragment) => (
          <li key={fragment.name} data-state={fragment.state}>
            <span class="state">{words.states[fragment.state]}</span>
            <span>{fragmentSentence(fragment, verdictWords)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
