import {
  cosign,
  formatNote,
  formatProofFile,
  parseNote,
  parseProofFile,
  parseVkey,
  type StatusEntry,
} from '@hocba/ledger';
import { ed25519Signer, generateLogKey, nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  fingerprint,
  LOGGED_AT,
  makeRealWorld,
  REAL_NOW,
  type RealWorld,
  STATUS_AT,
  type TrustChange,
} from '../testing/real-world.ts';
import type { TrustBundle } from '../trust/bundle.ts';
import { readTrust } from '../trust/folder.ts';
import type { FileVerdict } from '../verdict/file-verdict.ts';
import { verifyFile } from '../verify-file.ts';

const DAY = 86_400;
let world: RealWorld;
beforeAll(async () => {
  world = await makeRealWorld();
});

interface Asked {
  readonly of?: RealWorld;
  readonly proof?: Uint8Array;
  readonly trust?: TrustChange;
  /** Status files beside the newest one. */
  readonly beside?: readonly TrustChange[];
  readonly change?: (files: Map<string, Uint8Array>) => void;
}
async function judged({ of = world, proof, trust, beside = [], change }: Asked): Promise<FileVerdict> {
  const [record] = of.records;
  if (record === undefined) throw new Error('no record');
  const files = await of.files(trust);
  for (const [n, change] of beside.entries()) {
    const status = (await of.files(change)).get('status-2025-2026.txt');
    files.set(`status-${n}.txt`, status ?? new Uint8Array());
  }
  change?.(files);
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW };
  const file = { name: 'a.xml', bytes: record.xml, proof: proof ?? record.proof };
  return verifyFile(file, await readTrust(ports, files), ports);
}
const codeOf = (found: FileVerdict, name: string): string => {
  const fragment = found.fragments.find((one) => one.name === name);
  return `${fragment?.state}:${fragment?.code}`;
};

describe('two status files', () => {
  const recalled: StatusEntry = {
    index: 0,
    state: 'recalled',
    by: 1,
    reason: 'data-entry-error',
    log: 'a/b/c',
  };
  const replaced: StatusEntry = { index: 0, state: 'replaced', by: 1, log: 'a/b/c' };
  test.each<[string, TrustChange, TrustChange, string, string]>([
    [
      'the newer one forgets a recall',
      { statusAt: STATUS_AT },
      { statusAt: STATUS_AT - DAY, entries: [recalled] },
      'not-fully-checked',
      'error:status-contradicts',
    ],
    [
      'of one moment, and only one knows of the replacement',
      { statusAt: STATUS_AT },
      { statusAt: STATUS_AT, entries: [replaced] },
      'not-fully-checked',
      'error:status-contradicts',
    ],
    [
      'the newer one knows what came since',
      { statusAt: STATUS_AT, entries: [replaced] },
      { statusAt: STATUS_AT - DAY, entries: [recalled] },
      'replaced',
      'valid:replaced',
    ],
    [
      'the older one did not know yet',
      { statusAt: STATUS_AT, entries: [recalled] },
      { statusAt: STATUS_AT - DAY },
      'recalled',
      'valid:recalled',
    ],
    [
      'the newer one stands behind the older',
      { statusAt: STATUS_AT - DAY },
      { statusAt: STATUS_AT, entries: [recalled] },
      'recalled',
      'valid:recalled',
    ],
    ['both say the same', { statusAt: STATUS_AT }, { statusAt: STATUS_AT - DAY }, 'genuine', 'valid:current'],
  ])('%s', async (_, trust, other, verdict, code) => {
    const found = await judged({ trust, beside: [other] });
    expect([found.verdict, codeOf(found, 'status')]).toEqual([verdict, code]);
  });
});

test.each<[string, (files: Map<string, Uint8Array>) => void, TrustChange, string]>([
  ['none', (files) => void files.delete(STATUS), {}, 'not-checked:no-status-file'],
  ['one of which an octet was changed', flipped, {}, 'error:status-file-invalid'],
  ['one from before its leaf', () => {}, { statusSize: 0 }, 'not-checked:newer-than-status-file'],
  [
    'one of a time to come',
    () => {},
    { statusAt: REAL_NOW.getTime() / 1000 + 2 * DAY },
    'not-checked:clock-behind',
  ],
])('beside a status file that is %s, nothing is said to be in force', async (_, change, trust, code) => {
  const found = await judged({ trust, change });
  expect([found.verdict, codeOf(found, 'status')]).toEqual(['not-fully-checked', code]);
});

const STATUS = 'status-2025-2026.txt';
function flipped(files: Map<string, Uint8Array>): void {
  files.set(
    STATUS,
    (files.get(STATUS) ?? new Uint8Array()).map((octet, i) => (i === 60 ? octet ^ 1 : octet)),
  );
}

describe('the log’s own time of a leaf', () => {
  const suspect =
    (of: RealWorld, from: number, to: number | null) =>
    (bundle: TrustBundle): TrustBundle => ({
      ...bundle,
      suspicions: [
        {
          certificate: fingerprint(of.seal),
          from,
          to,
          decision: '12/QĐ-SGDĐT ngày 02/06/2026',
          reattested: [],
        },
      ],
    });

  test('before the signatures that it holds: a stolen seal is not moved to before its suspicion', async () => {
    const of = await makeRealWorld({ loggedAt: LOGGED_AT - 30 * DAY });
    const found = await judged({ of, trust: { bundle: suspect(of, LOGGED_AT - 10 * DAY, null) } });
    expect([found.verdict, codeOf(found, 'issuance')]).toEqual(['not-genuine', 'invalid:leaf-time-false']);
  });

  test('that has not come yet: nor to after it', async () => {
    const of = await makeRealWorld({ loggedAt: REAL_NOW.getTime() / 1000 + 30 * DAY });
    const bundle = suspect(of, LOGGED_AT - DAY, LOGGED_AT + 20 * DAY);
    const found = await judged({ of, trust: { bundle } });
    expect([found.verdict, codeOf(found, 'issuance')]).toEqual([
      'to-be-confirmed',
      'not-checked:clock-behind',
    ]);
    expect((await judged({ of })).verdict).toBe('not-fully-checked');
  });

  test.each([
    ['within a day of them, as clocks differ', LOGGED_AT - DAY / 2, 'genuine'],
    ['soon after them', LOGGED_AT + DAY, 'genuine'],
  ])('%s is believed', async (_, loggedAt, verdict) => {
    expect((await judged({ of: await makeRealWorld({ loggedAt }) })).verdict).toBe(verdict);
  });

  test.each([
    ['after its witness has seen the tree', LOGGED_AT - 2 * DAY, 'not-genuine', 'invalid:leaf-time-false'],
    ['before its witness has', LOGGED_AT + 2 * DAY, 'genuine', 'valid:logged'],
  ])('%s', async (_, seenAt, verdict, code) => {
    const witness = ed25519Signer('nhan-chung.example', generateLogKey(), 0x04);
    const file = parseProofFile(world.records[0]?.proof ?? new Uint8Array());
    const note = parseNote(file.checkpoint);
    const seen = await cosign(nodeSha256, nodeEd25519, witness, note.text, seenAt);
    const checkpoint = formatNote({ ...note, signatures: [...note.signatures, seen] });
    const key = parseVkey(nodeSha256, witness.vkey);
    const bundle = (before: TrustBundle): TrustBundle => ({
      ...before,
      policy: { ...before.policy, witnesses: [{ name: 'bo', key }], quorum: 'bo' },
    });
    const found = await judged({ proof: formatProofFile({ ...file, checkpoint }), trust: { bundle } });
    expect([found.verdict, codeOf(found, 'issuance')]).toEqual([verdict, code]);
  });
});
