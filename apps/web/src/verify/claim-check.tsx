import { type ClaimFinding, mayBeClaim, type Trust } from '@hocba/verify';
import { useEffect, useRef, useState } from 'preact/hooks';
import { TextArea } from '../parts/text-area.tsx';
import { Absent } from './absent.tsx';
import { ports } from './ports.ts';
import { verdictWords, words } from './words.ts';

type Reader = typeof import('./claim-finding.tsx');
type Scan = typeof import('./scan.tsx');

/**
 * For who holds a print and has no file: what its QR says, checked here, to be compared with the print by eye.
 * @param away while the page is taken up by something else; what was typed stays, and no camera looks on unseen
 */
export function ClaimCheck({ trust, away }: { trust: Trust | null | 'loading'; away: boolean }) {
  const [text, setText] = useState(claimInAddress);
  const [found, setFound] = useState<ClaimFinding | null>(null);
  const [reader, setReader] = useState<Reader | null>(null);
  const [camera, setCamera] = useState<Scan['Camera'] | null>(null);
  const [reading, setReading] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [absent, setAbsent] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const results = useRef<HTMLDivElement>(null);
  const latest = useRef(text);
  const clear = (): void => {
    setFound(null);
    setProblem(null);
    setAbsent(false);
  };
  // A verdict must not stand beside another text.
  const change = (next: string): void => {
    latest.current = next;
    setText(next);
    clear();
  };
  // On demand: who checks a file needs none of it. Without a network it is what the browser has kept.
  const bring = async <M,>(part: Promise<M>): Promise<M | null> => {
    const loaded = await part.catch(() => null);
    if (loaded === null) setAbsent(true);
    return loaded;
  };
  const check = async (said: string): Promise<void> => {
    if (trust === 'loading' || said.trim() === '') return;
    const loaded = await bring(import('./claim-finding.tsx'));
    if (loaded === null) return;
    setReader(loaded);
    const finding = await loaded.verifyClaim(said, trust, ports);
    if (said === latest.current) setFound(finding);
  };
  const read = (said: string): void => {
    change(said);
    void check(said);
  };
  const lookedUp = (finding: ClaimFinding): void => {
    setFound(finding);
    setTimeout(() => results.current?.querySelector('h2')?.focus());
  };
  const closeCamera = (why: string | null): void => {
    setCamera(null);
    setProblem(why);
    // The button stands there again once the camera is gone.
    setTimeout(() => opener.current?.focus());
  };
  const openCamera = async (): Promise<void> => {
    clear();
    const loaded = await bring(import('./scan.tsx'));
    if (loaded !== null) setCamera(() => loaded.Camera);
  };
  const readPhoto = async (file: File): Promise<void> => {
    clear();
    setReading(true);
    const loaded = await bring(import('./scan.tsx'));
    const seen = await loaded?.textOf(file);
    setReading(false);
    if (seen === undefined) return;
    if ('text' in seen) read(seen.text);
    else setProblem(seen.problem);
  };
  useEffect(() => {
    if (away) setCamera(null);
  }, [away]);
  // On a phone it stands below what was pressed for it, where nobody sees it.
  useEffect(() => {
    results.current?.firstElementChild?.scrollIntoView({ block: 'nearest' });
  }, [reading, problem, absent, found]);
  // A text that came with the address is checked at once, as soon as it is known what to believe.
  useEffect(() => {
    if (claimInAddress() !== '') void check(text);
  }, [trust]);
  // So is that of another print, opened in the same tab: the browser does not load the page for it.
  useEffect(() => {
    const another = (): void => {
      const said = claimInAddress();
      if (said !== '' && said !== latest.current) read(said);
    };
    addEventListener('hashchange', another);
    return () => removeEventListener('hashchange', another);
  }, [trust]);
  const Camera = camera;
  const waits = trust === 'loading' || reading;
  return (
    <section class={found === null ? 'checked screen-only' : 'checked claim'} hidden={away}>
      <h2>{words.print.title}</h2>
      <p>{words.print.note}</p>
      {Camera ? (
        <Camera
          onText={(said) => {
            closeCamera(null);
            read(said);
          }}
          onClose={() => closeCamera(null)}
          onProblem={closeCamera}
        />
      ) : (
        <div class="actions">
          {'mediaDevices' in navigator && (
            <button type="button" ref={opener} disabled={waits} onClick={() => void openCamera()}>
              {words.print.scan}
            </button>
          )}
          <PhotoButton disabled={waits} text={words.print.photo} onPhoto={(file) => void readPhoto(file)} />
        </div>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void check(text);
        }}
      >
        <TextArea id="qr" label={words.print.paste} value={text} set={change} maxLength={1_000} />
        <div class="actions">
          <button type="submit" disabled={waits || text.trim() === ''}>
            {words.print.compare}
          </button>
        </div>
      </form>
      {/* The sentence alone is read out, and not the lines to be compared. */}
      <p class="visually-hidden" role="status">
        {found && reader ? reader.claimSentence(found, verdictWords) : ''}
      </p>
      <div class="results" ref={results}>
        {reading && <p role="status">{words.print.reading}</p>}
        {problem && (
          <div class="notice wrong" role="alert">
            {problem}
          </div>
        )}
        {absent && <Absent />}
        {found && reader && (
          <reader.Finding
            of={found}
            beside={
              trust !== null &&
              trust !== 'loading' &&
              mayBeLookedUp(found) && (
                <reader.LookUp
                  key={text}
                  text={text}
                  trust={trust}
                  onFound={(finding) => text === latest.current && lookedUp(finding)}
                />
              )
            }
          />
        )}
      </div>
    </section>
  );
}

/** What stands behind the address where that may be a claim: a place on the page, such as the link over its head goes to, is none. */
function claimInAddress(): string {
  const behind = location.hash.slice(1);
  return mayBeClaim(behind) ? behind : '';
}

/** A claim that is good by itself, and that no copy of the log has told of yet. */
const mayBeLookedUp = (found: ClaimFinding): boolean => 'content' in found && found.loggedAt === undefined;

/** A button, and not the browser's field with words in its own language. A phone offers its camera there too. */
function PhotoButton(props: { text: string; disabled: boolean; onPhoto: (file: File) => void }) {
  // Held here until it has answered: one that nothing holds may be thrown away while somebody chooses.
  const field = useRef<HTMLInputElement>(null);
  const choose = (): void => {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = 'image/*';
    input.onchange = () => {
      const [file] = input.files ?? [];
      if (file) props.onPhoto(file);
    };
    field.current = input;
    input.click();
  };
  return (
    <button type="button" disabled={props.disabled} onClick={choose}>
      {props.text}
    </button>
  );
}
