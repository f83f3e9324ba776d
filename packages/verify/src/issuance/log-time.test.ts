import { renderBook, signaturesOf } from '@hocba/form';
import { bareCheckpoint, formatVkey, parseProofFile } from '@hocba/ledger';
import { nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { readRecord } from '@hocba/record';
import { certificateFromPem, renewEvidence, writeEvidence } from '@hocba/signature';
import { issueTrainingTsa, makeTrainingPki, nodeCrypto, trainingTsa } from '@hocba/signature/node';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeRealWorld, REAL_NOW, type RealWorld, realDocument } from '../testing/real-world.ts';
import type { TrustBundle } from '../trust/bundle.ts';
import type { FileVerdict, LogEvidence, VerifyPorts } from '../verdict/file-verdict.ts';
import { verifyFile } from '../verify-file.ts';

/** The log was dated an hour after the record, and in 2029 once more for all that was in it. */
const SAME_DAY = new Date('2026-05-28T14:40:00Z');
const A_WEEK_LATER = new Date('2026-06-04T14:40:00Z');
const RENEWED = new Date('2029-05-01T00:00:00Z');
/** The first authority has ended, the second has not. */
const LATER = new Date('2031-06-01T00:00:00Z');
const LATEST = new Date('2035-06-01T00:00:00Z');

/** @param by whose authority dates it */
async function evidenceOf(of: RealWorld, n: number, at: Date, by = of): Promise<LogEvidence> {
  const note = await noteOf(of, n);
  const asked = () => {
    const { timestamp: port, nonce, roots } = by.pki.services(1_400);
    return { port, nonce: nonce(), roots };
  };
  by.pki.setNow(at);
  const first = await writeEvidence(nodeCrypto, [note], 'sha256', asked());
  by.pki.setNow(RENEWED);
  const [evidence] = await renewEvidence(nodeCrypto, first, asked());
  const proof = of.records[n]?.proof ?? new Uint8Array();
  return { proof, evidence: evidence ?? new Uint8Array() };
}

/** The checkpoint in a record's proof, as the log's evidence of time is over it. */
async function noteOf(of: RealWorld, n: number): Promise<Uint8Array> {
  const [record] = of.records.slice(n);
  const { policy } = await of.trust();
  const key = policy?.logs[0]?.key;
  if (record === undefined || key === undefined) throw new Error('no record');
  const { checkpoint } = parseProofFile(record.proof);
  return bareCheckpoint(nodeSha256, nodeEd25519, formatVkey(key), checkpoint);
}

const TWENTY_YEARS = 20 * 366 * 86_400;
/** A list and a status that still hold when a record is looked at decades later; only its time is in question here. */
const lasting = (bundle: TrustBundle): TrustBundle => ({
  ...bundle,
  nextUpdate: bundle.asOf + TWENTY_YEARS,
  statusMaxAge: TWENTY_YEARS,
});
const rootless = (bundle: TrustBundle): TrustBundle => ({ ...lasting(bundle), authorityRoots: [] });

async function judged(
  of: RealWorld,
  now: Date,
  logEvidence?: LogEvidence | readonly LogEvidence[],
  bundle: (bundle: TrustBundle) => TrustBundle = lasting,
): Promise<FileVerdict> {
  const [record] = of.records;
  if (record === undefined) throw new Error('no record');
  const file = { name: 'a.xml', bytes: record.xml, proof: record.proof };
  return verifyFile(
    file,
    await of.trust({ bundle }),
    portsAt(now, () => (logEvidence === undefined ? [] : [logEvidence].flat())),
  );
}
/** @param inOrder what is at hand for a proof, the earliest first */
const portsAt = (now: Date, inOrder: (proof: Uint8Array) => readonly LogEvidence[]): VerifyPorts => ({
  crypto: nodeCrypto,
  ed25519: nodeEd25519,
  now: () => now,
  logEvidence: async function* (proof) {
    yield* inOrder(proof);
  },
});
const codeOf = ({ fragments }: FileVerdict, name: string): string => {
  const found = fragments.find((fragment) => fragment.name === name);
  return `${found?.state}:${found?.code}`;
};
const told = (found: FileVerdict): string[] => [
  found.verdict,
  codeOf(found, 'time'),
  codeOf(found, 'certificates'),
];

describe('evidence of time of the log', () => {
  let world: RealWorld;
  let evidence: LogEvidence;
  beforeAll(async () => {
    world = await makeRealWorld({
      docs: [
        realDocument(),
        realDocument({ uuid: '6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f5a6', schoolYear: '2024-2025' }),
      ],
    });
    evidence = await evidenceOf(world, 0, SAME_DAY);
  });

  test('proves the time of a record whose own authority has ended: one renewal served them all', async () => {
    expect(told(await judged(world, LATER))).toEqual([
      'not-fully-checked',
      'not-checked:authority-expired',
      'not-checked:no-proven-time',
    ]);
    const found = await judged(world, LATER, evidence);
    expect(told(found)).toEqual(['genuine', 'valid:proven-by-log', 'valid:valid-when-signed']);
    expect(found.loggedBy).toBe(SAME_DAY.getTime() / 1000);
  });

  test('dates every record of an archive, and every year of a book', async () => {
    const zip = zipSync(
      Object.fromEntries(
        world.records.flatMap(({ xml, proof }, n) => [
          [`${n}.xml`, xml],
          [`${n}.tlog-proof`, proof],
        ]),
      ),
    );
    const years = world.records.map(({ doc, xml, proof, index }) => {
      const qrUrl = 'https://truong.example/x/31TLjiIBw0qo4iWtq2ihWe';
      const signatures = signaturesOf(doc, readRecord(xml).slots);
      return { doc, xml, proof, issued: { qrUrl, leafIndex: index, signatures } };
    });
    const trust = await world.trust({ bundle: lasting });
    // Both leaves stand in the tree that was dated.
    const ofAny = (proof: Uint8Array): LogEvidence[] => [{ ...evidence, proof }];
    for (const [name, bytes] of [
      ['a.zip', zip],
      ['so.pdf', await renderBook({ years })],
    ] as const) {
      const times = async (found: Parameters<typeof portsAt>[1]): Promise<string[]> => {
        const { parts = [] } = await verifyFile({ name, bytes }, trust, portsAt(LATER, found));
        return parts.map((part) => codeOf(part.found, 'time'));
      };
      expect(await times(ofAny), name).toEqual(['valid:proven-by-log', 'valid:proven-by-log']);
      expect(await times(() => []), name).toEqual(Array(2).fill('not-checked:authority-expired'));
      // The evidence of the one leaf is none of the other's.
      expect((await times(() => [evidence])).sort(), name).toEqual([
        'not-checked:log-evidence-refused',
        'valid:proven-by-log',
      ]);
    }
  });

  test('that does not hold keeps no later one from holding; and the first that holds decides', async () => {
    const late = await evidenceOf(world, 0, A_WEEK_LATER);
    const foreign = await evidenceOf(world, 0, SAME_DAY, await makeRealWorld());
    const nonsense = { ...evidence, evidence: new Uint8Array() };
    const proven = ['genuine', 'valid:proven-by-log', 'valid:valid-when-signed'];
    for (const before of [[foreign], [nonsense], [foreign, nonsense], [nonsense, foreign]])
      expect(told(await judged(world, LATER, [...before, evidence])), `${before.length}`).toEqual(proven);
    const found = await judged(world, LATER, [foreign, evidence, late]);
    expect(found.loggedBy).toBe(SAME_DAY.getTime() / 1000);
    // So long as one could be told by other roots, not all of them are of something else.
    for (const all of [[foreign, nonsense], [nonsense, foreign], [foreign]])
      expect(codeOf(await judged(world, LATER, all), 'time')).toBe('not-checked:authority-expired');
    expect(codeOf(await judged(world, LATER, [nonsense, nonsense]), 'time')).toBe(
      'not-checked:log-evidence-refused',
    );
  });

  test('says no more than the record’s own timestamps while these hold', async () => {
    const found = await judged(world, REAL_NOW, evidence);
    expect(codeOf(found, 'time')).toBe('valid:proven-for-long');
  });

  test('leaves open whether a signer was revoked before the log was dated, where no answer tells', async () => {
    const late = await evidenceOf(world, 0, A_WEEK_LATER);
    expect(told(await judged(world, LATER, late))).toEqual([
      'not-fully-checked',
      'valid:proven-by-log',
      'not-checked:signer-status-unknown',
    ]);
  });

  test('that has ended itself, or is of something else, proves nothing and makes nothing false', async () => {
    const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
      bytes.map((byte, n) => (n === at ? byte ^ 1 : byte));
    const { proof } = evidence;
    // What stands in the line before, here the salt, is nobody’s word (c2sp.org/tlog-proof).
    const afterExtra = proof.indexOf(0x0a, proof.indexOf(0x0a) + 1);
    const others: LogEvidence[] = [
      { ...evidence, proof: world.records[1]?.proof ?? new Uint8Array() },
      { ...evidence, proof: new Uint8Array() },
      { ...evidence, evidence: new Uint8Array() },
    ];
    for (const [n, other] of others.entries()) {
      const found = await judged(world, LATER, other);
      expect(told(found), `${n}`).toEqual([
        'not-fully-checked',
        'not-checked:log-evidence-refused',
        'not-checked:no-proven-time',
      ]);
      expect(found.loggedBy).toBeUndefined();
    }
    for (const name of ['proof', 'evidence'] as const)
      for (let at = name === 'proof' ? afterExtra : 0; at < evidence[name].length; at += 37) {
        const found = await judged(world, LATER, { ...evidence, [name]: flipped(evidence[name], at) });
        const said = [
          found.verdict,
          found.loggedBy,
          found.fragments.find((one) => one.name === 'time')?.state,
        ];
        expect(said, `${name} ${at}`).toEqual(['not-fully-checked', undefined, 'not-checked']);
      }
    expect(codeOf(await judged(world, LATEST, evidence), 'time')).toBe('not-checked:log-evidence-refused');
  });

  test('of a training authority dates nothing that is real, whoever trusts it', async () => {
    const service = { organisation: 'Trường Tiểu học Mẫu', now: SAME_DAY };
    const pki = await makeTrainingPki(service);
    const root = certificateFromPem(pki.root.certificatePem);
    const tsa = await issueTrainingTsa(pki, { ...service, days: 3_000 });
    const answer = trainingTsa({ ...tsa, now: () => SAME_DAY });
    const note = await noteOf(world, 0);
    const asked = {
      port: async (bytes: Uint8Array) => answer(bytes),
      nonce: new Uint8Array(16).fill(9),
      roots: [root],
    };
    const [one = new Uint8Array()] = await writeEvidence(nodeCrypto, [note], 'sha256', asked);
    const trusting = (bundle: TrustBundle): TrustBundle => ({
      ...lasting(bundle),
      authorityRoots: [...bundle.authorityRoots, root.der],
    });
    const found = await judged(world, LATER, { ...evidence, evidence: one }, trusting);
    expect(codeOf(found, 'time')).toBe('not-checked:log-evidence-refused');
    expect(found.loggedBy).toBeUndefined();
  });

  test('of an authority that nobody here trusts tells nothing', async () => {
    expect((await judged(world, LATER, evidence, rootless)).loggedBy).toBeUndefined();
  });

  test('dates a record without timestamps; of revocation it knows nothing', async () => {
    const plain = await makeRealWorld({ level: 'B' });
    expect(codeOf(await judged(plain, LATER), 'time')).toBe('not-checked:no-timestamp');
    expect(told(await judged(plain, LATER, await evidenceOf(plain, 0, SAME_DAY)))).toEqual([
      'not-fully-checked',
      'valid:proven-by-log',
      'not-checked:signer-status-unknown',
    ]);
  });
});
