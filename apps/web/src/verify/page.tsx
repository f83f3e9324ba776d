import type { FileVerdict, Trust } from '@hocba/verify';
import {
  besideEachOther,
  fragmentSentence,
  isProof,
  lacksReader,
  mostBytesOf,
  nextStep,
  trustSentence,
  verdictSentence,
  verifyFile,
} from '@hocba/verify';
import { useEffect, useState } from 'preact/hooks';
import { FileDrop } from '../parts/file-drop.tsx';
import { LanguageSwitch } from '../parts/language-switch.tsx';
import { Absent } from './absent.tsx';
import { ClaimCheck } from './claim-check.tsx';
import { fetchTrust, ports } from './ports.ts';
import { RecordFacts } from './record-facts.tsx';
import { statusDay } from './status-day.ts';
import { verdictWords, words } from './words.ts';

interface Checked {
  name: string;
  found: FileVerdict;
}

/** Drop a file: it is read and checked in this page, and goes nowhere. */
export function VerifyPage() {
  const [trust, setTrust] = useState<Trust | null | 'loading'>('loading');
  const [checked, setChecked] = useState<Checked[]>([]);
  const [busy, setBusy] = useState(false);
  const [lone, setLone] = useState(false);
  const [unreadable, setUnreadable] = useState(false);
  useEffect(() => {
    void fetchTrust().then(setTrust);
  }, []);

  const check = async (files: readonly File[]): Promise<void> => {
    if (trust === 'loading' || files.length === 0) return;
    setBusy(true);
    // The verdict of the file before must not stand beside another file's name.
    setChecked([]);
    setUnreadable(false);
    setLone(files.every(({ name }) => isProof(name)));
    try {
      setChecked(await verifyAll(files, trust));
    } catch {
      setUnreadable(true);
    } finally {
      setBusy(false);
    }
  };

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
        <p>{words.lead}</p>
        <FileDrop
          text={busy ? words.checking : words.choose}
          note={words.chooseNote}
          accept=".xml,.pdf,.tlog-proof,.zip"
          multiple
          disabled={trust === 'loading' || busy}
          onFiles={(files) => void check(files)}
        />
        {trust === null && (
          <div class="notice wait" role="status">
            {words.noTrust}
          </div>
        )}
        {lone && (
          <div class="notice wait" role="status">
            {words.proofAlone}
          </div>
        )}
        {unreadable && (
          <div class="notice wrong" role="alert">
            {words.unreadable}
          </div>
        )}
        {checked.some(({ found }) => lacksReader(found)) && <Absent />}
        <div aria-live="polite">
          {checked.map((one, n) => (
            <VerdictCard key={`${n}/${one.name}`} of={one} />
          ))}
        </div>
        <ClaimCheck trust={trust} />
      </main>
      <footer class="foot narrow">
        <LanguageSwitch />
      </footer>
    </>
  );
}

async function verifyAll(files: readonly File[], trust: Trust | null): Promise<Checked[]> {
  const came: { name: string; bytes: Uint8Array }[] = [];
  for (const file of files) came.push({ name: file.name, bytes: await bytesOf(file) });
  const checked: Checked[] = [];
  for (const file of besideEachOther(came).files)
    checked.push({ name: file.name, found: await verifyFile(file, trust, ports) });
  const all = checked.flatMap(({ found }) => [found, ...(found.parts ?? []).map((part) => part.found)]);
  if (all.some(isOther)) others = await import('./other-facts.tsx').catch(() => null);
  return checked;
}

/** A file over the limit is refused by its size alone; a phone's memory is not filled for that. */
async function bytesOf(file: File): Promise<Uint8Array> {
  const most = mostBytesOf(file.name);
  if (file.size > most) return new Uint8Array(most + 1);
  return new Uint8Array(await file.arrayBuffer());
}

const LOOK: Record<FileVerdict['verdict'], string> = {
  genuine: 'good',
  replaced: 'wait',
  recalled: 'wait',
  'not-genuine': 'wrong',
  'to-be-confirmed': 'wait',
  'not-fully-checked': 'wait',
  training: 'wait',
};

function VerdictCard({ of: { name, found } }: { of: Checked }) {
  const list = trustSentence(found, verdictWords);
  return (
    <section class="checked">
      <div class={`card verdict ${LOOK[found.verdict]}`}>
        <h2>{verdictSentence(found, verdictWords)}</h2>
        <p class="soft">
          {name}
          {found.statusAsOf !== undefined && ` · ${statusDay(found.statusAsOf)}`}
          {list !== null && ` · ${list}`}
        </p>
        <Facts of={found} />
      </div>
      {found.parts ? <Parts of={found.parts} /> : <Checks of={found} />}
    </section>
  );
}

/** Every file of an archive, every year of a book: the grave ones first, each opening to what was checked. */
function Parts({ of: parts }: { of: NonNullable<FileVerdict['parts']> }) {
  const order = ['wrong', 'wait', 'good'];
  const rank = ({ found }: Checked): number => order.indexOf(LOOK[found.verdict]);
  return (
    <ul class="parts">
      {[...parts]
        .sort((a, b) => rank(a) - rank(b))
        .map(({ name, found }) => (
          <li key={name} class={`card ${LOOK[found.verdict]}`}>
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
  return (
    <>
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
