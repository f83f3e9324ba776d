import type { ClaimFinding } from '@hocba/verify';
import { publishedLeaf, type Trust, verifyClaim } from '@hocba/verify';
import { useState } from 'preact/hooks';
import { lookUp as en } from '../words/en/claim.ts';
import { language } from '../words/language.ts';
import { lookUp as vi } from '../words/vi/claim.ts';
import { ports } from './ports.ts';

const say = language === 'vi' ? vi : en;

/** How long a poor line is waited for, in milliseconds, for each file. */
const PATIENCE = 30_000;

/** A public file of a log that this page's own server keeps; null where it keeps none of that name. */
async function read(origin: string, path: string): Promise<Uint8Array | null> {
  const response = await fetch(`/log/${origin}/${path}`, {
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Holds a claim against the log, for who presses the button and for nobody else: all else on this page asks for nothing. The server sees which
 * 256 leaves are read, and neither the claim nor which of them it names.
 */
export function LookUp(props: { text: string; trust: Trust; onFound: (found: ClaimFinding) => void }) {
  const [state, setState] = useState<'open' | 'asking' | 'absent'>('open');
  const ask = async (): Promise<void> => {
    setState('asking');
    const leafOf = async (origin: string, index: number) => {
      const key = props.trust.policy?.logs.find((log) => log.key.name === origin)?.key;
      const files = { read: (path: string) => read(origin, path) };
      return key === undefined ? null : publishedLeaf(ports, files, key, index);
    };
    const found = await verifyClaim(props.text, props.trust, { ...ports, leafOf }).catch(() => null);
    if (found === null || ('content' in found && found.loggedAt === undefined)) setState('absent');
    else props.onFound(found);
  };
  return (
    <>
      <div class="actions">
        <button type="button" disabled={state === 'asking'} onClick={() => void ask()}>
          {state === 'asking' ? say.asking : say.ask}
        </button>
      </div>
      <p class="soft" role={state === 'absent' ? 'status' : undefined}>
        {state === 'absent' ? say.absent : say.note}
      </p>
    </>
  );
}
