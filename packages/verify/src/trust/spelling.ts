import { formatPolicy, parsePolicy, type Sha256 } from '@hocba/ledger';
import { type AlgorithmRule, fromBase64, type PolicyAlgorithm, toBase64 } from '@hocba/signature';
import type { Suspicion, TrustBundle, TrustedSchool } from './bundle.ts';
import { canonicalJson, malformed, membersOf, text } from './plain-json.ts';

/**
 * The newest kind of list that is known here. Whoever adds a member, or a word where the words are counted (an algorithm), gives it the next
 * number, and writes it in lists that say such a thing and in no others: an older reader then says that it is too old (`not-understood`), and takes
 * what stands in a list of its own number and means nothing to it for a fault.
 */
const VERSION = 1;
const HEAD = `hocba.vn/trust/v${VERSION}\n`;

/** Whether a list says that it is of a kind that came after those known here. */
export function isOfNewerVersion(written: string): boolean {
  const version = /^hocba\.vn\/trust\/v([1-9]\d{0,5})\n/.exec(written)?.[1];
  return version !== undefined && Number(version) > VERSION;
}
const ALGORITHMS: readonly PolicyAlgorithm[] = [
  'md5',
  'sha1',
  'sha256',
  'sha384',
  'sha512',
  'rsa-below-2048',
  'rsa-2048',
  'rsa-3072',
  'ecdsa-p256',
  'ecdsa-p384',
  'ecdsa-p521',
  'other-key',
];

/** The bundle as the text of a note: its name, then one line of canonical JSON. */
export function bundleText(sha256: Sha256, bundle: TrustBundle): string {
  const seconds = (time: number | null): string | null => (time === null ? null : instant(time));
  return `${HEAD}${canonicalJson({
    asOf: instant(bundle.asOf),
    ...(bundle.nextUpdate === undefined ? {} : { nextUpdate: instant(bundle.nextUpdate) }),
    roots: bundle.roots.map(toBase64),
    authorityRoots: bundle.authorityRoots.map(toBase64),
    algorithms: bundle.algorithms,
    policy: formatPolicy(sha256, bundle.policy),
    statusKeys: bundle.statusKeys,
    statusMaxAge: bundle.statusMaxAge,
    schools: bundle.schools.map((school) => ({
      ...school,
      logs: school.logs.map(({ last, ...log }) => ({
        ...log,
        from: instant(log.from),
        ...(last === undefined ? {} : { last: { size: last.size, root: toBase64(last.root) } }),
      })),
      seals: school.seals.map((seal) => ({ ...seal, from: instant(seal.from), until: seconds(seal.until) })),
    })),
    suspicions: bundle.suspicions.map((one) => ({ ...one, from: instant(one.from), to: seconds(one.to) })),
    claimKeys: bundle.claimKeys.map((key) => ({
      document: toBase64(key.document),
      proof: toBase64(key.proof),
    })),
  })}\n`;
}

/**
 * Reads the text of a bundle strictly: exactly what `bundleText` writes.
 * @throws BundleError 'not-a-bundle' | 'malformed'; LedgerError 'policy-invalid'
 */
export function readBundleText(sha256: Sha256, written: string): TrustBundle {
  if (!written.startsWith(HEAD) || !written.endsWith('\n')) malformed('head');
  let parsed: unknown;
  try {
    parsed = JSON.parse(written.slice(HEAD.length));
  } catch {
    malformed('JSON');
  }
  const members = membersOf(parsed);
  const asOf = seconds(members.text('asOf'));
  const nextUpdate = members.optional('nextUpdate', (value) => seconds(text(value, 'nextUpdate')));
  if (nextUpdate !== undefined && nextUpdate <= asOf) malformed('nextUpdate');
  const bundle: TrustBundle = {
    asOf,
    ...(nextUpdate === undefined ? {} : { nextUpdate }),
    roots: members.list('roots', bytes),
    authorityRoots: members.list('authorityRoots', bytes),
    algorithms: members.list('algorithms', algorithm),
    policy: parsePolicy(sha256, members.text('policy')),
    statusKeys: members.list('statusKeys', (value) => {
      const key = membersOf(value);
      return ended(key, { origin: key.text('origin'), vkey: key.text('vkey') });
    }),
    statusMaxAge: members.whole('statusMaxAge'),
    schools: members.list('schools', school),
    suspicions: members.list('suspicions', suspicion),
    claimKeys: members.list('claimKeys', (value) => {
      const key = membersOf(value);
      return ended(key, { document: bytes(key.text('document')), proof: bytes(key.text('proof')) });
    }),
  };
  members.end();
  for (const names of namesIn(bundle)) if (new Set(names).size !== names.length) malformed('a name twice');
  if (bundleText(sha256, bundle) !== written) malformed('spelling');
  return bundle;
}

/** What is looked up by its name: of two of one name some readers would take the first, and some the last. */
const namesIn = ({ schools, statusKeys }: TrustBundle): readonly (readonly string[])[] => [
  schools.map(({ code }) => code),
  statusKeys.map(({ origin }) => origin),
  ...schools.map(({ logs }) => logs.map(({ origin }) => origin)),
];

function school(value: unknown): TrustedSchool {
  const members = membersOf(value);
  return ended(members, {
    code: members.text('code'),
    name: members.text('name'),
    successor: members.textOrNull('successor'),
    logs: members.list('logs', (one) => {
      const log = membersOf(one);
      const last = log.optional('last', (value) => {
        const tree = membersOf(value);
        return ended(tree, { size: tree.whole('size'), root: root(tree.text('root')) });
      });
      const read = { origin: log.text('origin'), from: seconds(log.text('from')) };
      return ended(log, last === undefined ? read : { ...read, last });
    }),
    seals: members.list('seals', (one) => {
      const seal = membersOf(one);
      const until = seal.textOrNull('until');
      return ended(seal, {
        certificate: fingerprint(seal.text('certificate')),
        from: seconds(seal.text('from')),
        until: until === null ? null : seconds(until),
      });
    }),
  });
}

function suspicion(value: unknown): Suspicion {
  const members = membersOf(value);
  const to = members.textOrNull('to');
  const key = members.optional('key', (value) => fingerprint(text(value, 'key')));
  return ended(members, {
    certificate: fingerprint(members.text('certificate')),
    ...(key === undefined ? {} : { key }),
    from: seconds(members.text('from')),
    to: to === null ? null : seconds(to),
    decision: members.text('decision'),
    reattested: members.list('reattested', (one) => {
      const leaf = membersOf(one);
      return ended(leaf, { origin: leaf.text('origin'), index: leaf.whole('index') });
    }),
  });
}

function algorithm(value: unknown): AlgorithmRule {
  const members = membersOf(value);
  const name = members.text('algorithm');
  const known = ALGORITHMS.find((one) => one === name);
  // A rule that this version does not know could be the one that refuses: better no verdict than a lenient one.
  if (known === undefined) malformed('algorithm');
  const day = (of: string): string | null => {
    const found = members.textOrNull(of);
    if (found !== null && !/^\d{4}-\d{2}-\d{2}$/.test(found)) malformed(of);
    return found;
  };
  return ended(members, {
    algorithm: known,
    notedFrom: day('notedFrom'),
    refusedFrom: day('refusedFrom'),
    source: members.text('source'),
  });
}

function ended<T>(members: { end(): void }, value: T): T {
  members.end();
  return value;
}

function bytes(value: unknown): Uint8Array {
  return fromBase64(text(value, 'base64')) ?? malformed('base64');
}

function root(value: unknown): Uint8Array {
  const read = bytes(value);
  return read.length === 32 ? read : malformed('root');
}

function fingerprint(hex: string): string {
  return /^[0-9a-f]{64}$/.test(hex) ? hex : malformed('fingerprint');
}

function instant(time: number): string {
  return new Date(time * 1000).toISOString().replace('.000Z', 'Z');
}

function seconds(written: string): number {
  const time = Date.parse(written) / 1000;
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(written) || !Number.isSafeInteger(time))
    malformed('time');
  return time;
}
