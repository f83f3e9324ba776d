import type { SignedXml } from './signed-xml.ts';
import type { Outcome } from './tools.ts';
import { run } from './tools.ts';

/**
 * Asks xmlsec1 about one signature. Certificates in KeyInfo are the only keys that it may use, and they must
 * lead to `roots`; references into the document only. Without a schema it has to be told where an Id is an ID.
 *
 * @param xml the untouched record, for the names of elements that carry an Id
 * @param at as of when certificates are judged; now when null
 */
export async function xmlsecVerify(
  xml: SignedXml,
  file: string,
  slot: string,
  roots: readonly string[],
  at: Date | null = null,
): Promise<Outcome> {
  const withId = new Set(
    xml.parts
      .filter((part) => part.id !== null)
      .map((part) => (part.namespace === '' ? part.name : `${part.namespace}:${part.name}`)),
  );
  return run('xmlsec1', [
    '--verify',
    '--enabled-key-data',
    'x509',
    '--enabled-reference-uris',
    'same-doc',
    ...roots.flatMap((root) => ['--trusted-pem', root]),
    ...(at === null ? [] : ['--verification-gmt-time', at.toISOString().slice(0, 19).replace('T', ' ')]),
    ...[...withId].flatMap((name) => ['--id-attr:Id', name]),
    '--node-id',
    `sig-${slot}`,
    file,
  ]);
}

/** It must exit with 0 and say OK. */
export function xmlsecAccepts({ code, err }: Outcome): boolean {
  return code === 0 && /^OK$/m.test(err);
}
