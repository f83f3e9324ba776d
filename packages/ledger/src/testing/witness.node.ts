import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { parseVkey } from '../note/note.ts';
import { addCheckpoint, lastCosigned, memoryWitnessState, type WitnessPorts } from '../witness/witness.ts';
import { ORIGIN, wordSigner } from './ports.node.ts';

/** For tests only: a witness in memory of the test log, and a `fetch` that carries requests to such witnesses. */
export function testWitness(name: string, over: Partial<WitnessPorts> = {}): WitnessPorts {
  let time = 1_790_000_000_000;
  return {
    sha256,
    ed25519,
    signer: wordSigner(name, name, 0x04),
    logs: [parseVkey(sha256, wordSigner(ORIGIN, 'log key').vkey)],
    state: memoryWitnessState(),
    now: () => (time += 1000),
    ...over,
  };
}

/** Requests made, in order, as `<host> old <size>` or `<host> shown`; the fetch answers for `https://<name>/…`. */
export function witnessNetwork(...witnesses: readonly WitnessPorts[]): {
  fetch: typeof fetch;
  asked: string[];
} {
  const asked: string[] = [];
  const ask: typeof fetch = async (input, init) => {
    const url = new URL(String(input));
    const witness = witnesses.find((one) => parseVkey(sha256, one.signer.vkey).name === url.host);
    if (witness === undefined) throw new TypeError('fetch failed');
    if (init?.method === 'GET') {
      asked.push(`${url.host} shown`);
      const { status, contentType, body } = await lastCosigned(witness, url.pathname.slice(1));
      return new Response(body, { status, headers: { 'content-type': contentType } });
    }
    if (init?.method !== 'POST' || url.pathname !== '/add-checkpoint') throw new TypeError('fetch failed');
    const body = init.body as Uint8Array;
    asked.push(`${url.host} ${new TextDecoder().decode(body).split('\n', 1)[0]}`);
    const { status, contentType, body: text } = await addCheckpoint(witness, body);
    return new Response(text, { status, headers: { 'content-type': contentType } });
  };
  return { fetch: ask, asked };
}
