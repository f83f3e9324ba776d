import type { FileVerdict, PartVerdict, Trust } from '@hocba/verify';
import {
  besideEachOther,
  endedSentence,
  fragmentSentence,
  isProof,
  lacksReader,
  mostBytesOf,
  nextStep,
  notRead,
  READ_ENDINGS,
  verdictSentence,
  verifyFile,
  wholeOf,
} from '@hocba/verify';
import { visible } from '@hocba/verify/visible';
import { useEffect, useState } from 'preact/hooks';
import { FileDrop } from '../parts/file-drop.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { Absent } from './absent.tsx';
import { type Chosen, type Coming, chosenOf, droppedFiles, MOST_FILES } from './chosen.ts';
import { ClaimCheck } from './claim-check.tsx';
import { Keep } from './keep.tsx';
import { clockOffBy, fetchTrust, ports } from './ports.ts';
import { RecordFacts } from './record-facts.tsx';
import { statusDay } from './status-day.ts';
import { type Checked, datesOf, evidenceOf, verdictText } from './verdict-text.ts';
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
  useEffect(() => {
    void fetchTrust().then(setBelieved);
  }, []);

  const check = async (coming: Coming | Promise<Coming>): Promise<void> => {
    if (trust === 'loading') return;
    setBusy([0, 0]);
    // The verdict of the file before must not stand beside another file's name.
    setChecked([]);
    setProblem(null);
    setPassedOver(0);
    try {
      const { files, passedOver } = await coming;
      setPassedOver(passedOver);
      if (files.length > MOST_FILES) setProblem(words.tooMany(MOST_FILES));
      else if (files.length === 0) setProblem(words.emptyFolder);
      else if (files.every(({ name }) => isProof(name))) setProblem(words.proofAlone);
      else setChecked(await verifyAll(files, trust, (done, of) => setBusy([done, of])));
    } catch {
      setProblem(words.unreadable);
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
        <FileDrop
          text={trust === 'loading' ? words.fetching : busy ? words.checking(...busy) : words.choose}
          note={words.chooseNote}
          accept={READ_ENDINGS.join(',')}
          multiple
          disabled={trust === 'loading'}
          busy={busy !== null}
          onFiles={(files) => void check(chosenOf(files))}
          onDropped={(dropped) => void check(droppedFiles(dropped))}
        />
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
        <ClaimCheck trust={trust} />
      </main>
      <footer class="foot narrow">
        <LanguageSwitch />
      </footer>
    </>
  );
}

/** More than these are shown as one, as an archive is: how many are what, the grave ones first. */
const MOST_CARDS = 5;

async function verifyAll(
  files: readonly Chosen[],
  trust: Trust | null,
  onDone: (count: number, of: number) => void,
): Promise<Checked[]> {
  const came: { name: string; bytes: Uint8Array }[] = [];
  const parts: Checked[] = [];
  const at = new Date();
  for (const { name, file } of files) {
    const bytes = await bytesOf(file);
    if (typeof bytes === 'string') parts.push({ name, found: notRead(bytes), at });
    else came.push({ name, bytes });
  }
  const { files: records, alone } = besideEachOther(came);
  for (const name of alone) parts.push({ name, found: notRead('proof-alone'), at });
  for (const file of records) {
    // Of one archive its parts are counted, and of many files the files.
    const onPart = async (done: number, of: number): Promise<void> => {
      if (records.length > 1) return;
      onDone(done, of);
      await drawn();
    };
    const found = await verifyFile(file, trust, { ...ports, onPart });
    const digest = records.length > MOST_CARDS ? {} : { digest: await digestOf(file.bytes) };
    parts.push({ name: visible(file.name), found, at, ...digest });
    if (records.length === 1) continue;
    onDone(parts.length, files.length);
    if (records.length > MOST_CARDS) await drawn();
  }
  const all = parts.flatMap(({ found }) => [found, ...(found.parts ?? []).map((part) => part.found)]);
  if (all.some(isOther)) others = await import('./other-facts.tsx').catch(() => null);
  return parts.length > MOST_CARDS ? [asOne(parts)] : inOrderOf(files, parts);
}

/** Of many files one looks at the count: it is drawn only when nothing else is done. */
const drawn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The verdict on all of them, with the day of the list that each was judged by. */
function asOne(parts: readonly Checked[]): Checked {
  const { trustAsOf, trustEnded } = parts.find(({ found }) => found.trustAsOf !== undefined)?.found ?? {};
  const list = {
    ...(trustAsOf === undefined ? {} : { trustAsOf }),
    ...(trustEnded === undefined ? {} : { trustEnded }),
  };
  const at = parts[0]?.at ?? new Date();
  return { name: words.together(parts.length), found: { ...wholeOf(parts, 'archive'), ...list }, at };
}

/** By the browser's own code where it gives one to the page: a class's archive is fifty million octets. */
async function digestOf(bytes: Uint8Array): Promise<string> {
  const given = bytes as Uint8Array<ArrayBuffer>;
  const digest = crypto.subtle
    ? new Uint8Array(await crypto.subtle.digest('SHA-256', given))
    : ports.crypto.sha256(bytes);
  return [...digest].map((octet) => octet.toString(16).padStart(2, '0')).join('');
}

/** As they were chosen, however early or late each could be told. */
function inOrderOf(files: readonly Chosen[], parts: readonly Checked[]): Checked[] {
  const at = (one: Checked): number => files.findIndex(({ name }) => visible(name) === one.name);
  return [...parts].sort((a, b) => at(a) - at(b));
}

/** A file over the limit is refused by its size alone; a phone's memory is not filled for that. Unreadable where it is gone, or is a folder. */
async function bytesOf(file: File): Promise<Uint8Array | 'too-large' | 'unreadable'> {
  if (file.size > mostBytesOf(file.name)) return 'too-large';
  return file.arrayBuffer().then(
    (bytes) => new Uint8Array(bytes),
    () => 'unreadable' as const,
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

/** Every file of an archive, every year of a book: the grave ones first, each opening to what was checked. */
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
              <Checks of={found} />
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
