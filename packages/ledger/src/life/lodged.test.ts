import { beforeEach, describe, expect, test } from 'vitest';
import { auditLog } from '../audit/audit.ts';
import { documentCommitment } from '../leaf/issued-core.ts';
import { encodeLeaf, type LeafKind } from '../leaf/leaf.ts';
import { verifyProofFile } from '../leaf/proof-file.ts';
import { createLog, type Log, openLog } from '../log/log.ts';
import { openCheckpoint } from '../note/checkpoint.ts';
import { nodeEd25519 as ed25519, nodeSha256 as sha256 } from '../note/crypto.node.ts';
import { cosign, formatNote, parseNote, parseVkey } from '../note/note.ts';
import { parsePolicy } from '../note/policy.ts';
import {
  numberedBytes,
  pending,
  pendingRange,
  type TestPorts,
  testPorts,
  wordSigner,
} from '../testing/ports.node.ts';
import { extendsLodged, type LodgedProof, lodgeCheckpoint, verifyLodged } from './lodged.ts';

const SCHOOL = 'truong.hocba.example/79000001/2025-2026';
const PROVINCE = 'so.hocba.example/79/2025-2026';
const SALT = sha256(new TextEncoder().encode('lodged'));
const schoolVkey = wordSigner(SCHOOL, 'school').vkey;
const schoolKey = parseVkey(sha256, schoolVkey);
const witness = wordSigner('w.example', 'w', 0x04);
const policy = parsePolicy(
  sha256,
  `log ${wordSigner(PROVINCE, 'province').vkey}\nwitness w ${witness.vkey}\nquorum w\n`,
);
let schoolPorts: TestPorts;
let school: Log;
let province: Log;

async function open(origin: string, word: string) {
  const ports = testPorts({ origin, signer: wordSigner(origin, word) });
  await createLog(ports);
  return { ports, log: await openLog(ports) };
}

beforeEach(async () => {
  ({ ports: schoolPorts, log: school } = await open(SCHOOL, 'school'));
  ({ log: province } = await open(PROVINCE, 'province'));
  await school.append(0, pendingRange(0, 300));
  await province.append(0, pendingRange(5000, 5010));
});

/** Logs a statement in the province's log and takes its proof, cosigned by the witness. */
async function logged(
  document: Uint8Array,
  over: { commitment?: Uint8Array; kind?: LeafKind } = {},
): Promise<LodgedProof> {
  const {
    commitment = documentCommitment(sha256, { kind: 'statement', salt: SALT, digest: sha256(document) }),
    kind = 'statement',
  } = over;
  const leaf = encodeLeaf({ kind, time: 1_780_000_500, commitment });
  const index = province.size;
  await province.append(index, [pending(leaf), ...pendingRange(index + 6000, index + 6003)]);
  const note = parseNote(province.checkpoint);
  const line = await cosign(sha256, ed25519, witness, note.text, 1_790_000_000);
  await province.publishCosigned(formatNote({ ...note, signatures: [...note.signatures, line] }));
  return { document, salt: SALT, leaf, proof: await province.proofFor(index) };
}
const lodge = (checkpoint = school.checkpoint) =>
  lodgeCheckpoint(sha256, ed25519, schoolVkey, checkpoint, SALT);
const verify = (shown: LodgedProof, vkey = schoolVkey) =>
  verifyLodged(sha256, ed25519, { policy, vkey }, shown);

describe('a school’s checkpoint in its province’s log', () => {
  test('verifies from the province to the school, and from the school to what was lodged', async () => {
    const lodged = await lodge();
    const shown = await logged(lodged.document, { commitment: lodged.commitment });
    const found = await verify(shown);
    expect(found).toMatchObject({
      valid: true,
      time: 1_780_000_500,
      index: 10,
      witness: 'met',
      lodged: { origin: SCHOOL, size: 300 },
    });
    if (!found.valid) return;
    // A record's proof at that size needs nothing of the school's later checkpoints.
    const schoolPolicy = parsePolicy(sha256, `log ${schoolVkey}\nquorum none\n`);
    const proof = await school.proofFor(7);
    const record = await verifyProofFile(sha256, ed25519, schoolPolicy, numberedBytes(7), proof);
    expect(record.valid && record.checkpoint.root).toEqual(found.lodged.root);
    const before = await openCheckpoint(ed25519, school.checkpoint, [schoolKey]);
    expect(extendsLodged(sha256, found.lodged, before, [])).toBe(true);
    await school.append(300, pendingRange(300, 700));
    const later = await openCheckpoint(ed25519, school.checkpoint, [schoolKey]);
    const consistency = await school.consistencyFrom(300);
    expect(extendsLodged(sha256, found.lodged, later, consistency)).toBe(true);
    expect(extendsLodged(sha256, later, found.lodged, consistency)).toBe(true);
    expect(extendsLodged(sha256, found.lodged, later, consistency.slice(1))).toBe(false);
    const known = [lodged.document.slice('hocba.vn/lodged-checkpoint/v1\n'.length)];
    const audited = { sha256, ed25519, storage: schoolPorts.storage, vkey: schoolVkey, known };
    expect(await auditLog(audited)).toMatchObject({ ok: true });
  });

  test('a school that shows another history contradicts it', async () => {
    const lodged = await lodge();
    const found = await verify(await logged(lodged.document));
    const { ports, log: fork } = await open(SCHOOL, 'school');
    await fork.append(0, [...pendingRange(0, 299), ...pendingRange(9000, 9200)]);
    const shown = await openCheckpoint(ed25519, fork.checkpoint, [schoolKey]);
    if (!found.valid) throw new Error(found.code);
    expect(extendsLodged(sha256, found.lodged, shown, await fork.consistencyFrom(300))).toBe(false);
    const known = [lodged.document.slice('hocba.vn/lodged-checkpoint/v1\n'.length)];
    const report = await auditLog({ sha256, ed25519, storage: ports.storage, vkey: schoolVkey, known });
    expect(report.findings).toMatchObject([{ code: 'known-checkpoint-differs' }]);
    expect(extendsLodged(sha256, found.lodged, { ...found.lodged, origin: PROVINCE }, [])).toBe(false);
  });

  test('one checkpoint gives one document, whoever cosigned it', async () => {
    const plain = await lodge();
    const note = parseNote(school.checkpoint);
    const line = await cosign(sha256, ed25519, witness, note.text, 1_790_000_000);
    expect(await lodge(formatNote({ ...note, signatures: [line, ...note.signatures] }))).toEqual(plain);
  });

  test('what is not the school’s checkpoint is not lodged', async () => {
    const { log: stranger } = await open(SCHOOL, 'thief');
    await expect(lodge(stranger.checkpoint)).rejects.toMatchObject({ code: 'note-unsigned' });
    await expect(lodge(province.checkpoint)).rejects.toMatchObject({ code: 'note-unsigned' });
    await expect(
      lodgeCheckpoint(sha256, ed25519, schoolVkey, school.checkpoint, SALT.slice(1)),
    ).rejects.toThrow();
  });

  test('what is shown wrongly gets its code', async () => {
    const { document } = await lodge();
    const shown = await logged(document);
    const plainStatement = new TextEncoder().encode('Thông báo\n');
    const other = await logged(plainStatement);
    // The school's own checkpoint, under the name of another document as long.
    const renamed = document.slice();
    renamed[0] = (renamed[0] ?? 0) ^ 1;
    const { log: stranger } = await open(SCHOOL, 'thief');
    const forged = new Uint8Array([
      ...new TextEncoder().encode('hocba.vn/lodged-checkpoint/v1\n'),
      ...stranger.checkpoint,
    ]);
    const proofFlipped = shown.proof.map((byte, i) => (i === 60 ? byte ^ 1 : byte));
    for (const [given, code] of [
      [{ ...shown, salt: sha256(SALT) }, 'commitment-differs'],
      [{ ...shown, salt: SALT.slice(1) }, 'commitment-differs'],
      [{ ...shown, document: document.slice(1) }, 'commitment-differs'],
      [{ ...shown, leaf: shown.leaf.slice(1) }, 'leaf-is-no-statement'],
      [{ ...shown, leaf: numberedBytes(0) }, 'leaf-is-no-statement'],
      [{ ...shown, proof: other.proof }, 'not-in-province-log'],
      [{ ...shown, proof: proofFlipped }, 'not-in-province-log'],
      [{ ...shown, proof: await school.proofFor(7) }, 'not-in-province-log'],
      [await logged(document, { kind: 'manifest' }), 'leaf-is-no-statement'],
      [other, 'document-invalid'],
      [await logged(forged), 'document-invalid'],
      [await logged(renamed), 'document-invalid'],
    ] as const) {
      expect(await verify(given)).toEqual({ valid: false, code });
    }
    expect(await verify(shown, wordSigner(SCHOOL, 'thief').vkey)).toEqual({
      valid: false,
      code: 'document-invalid',
    });
    await expect(verify(shown, 'x')).rejects.toMatchObject({ code: 'vkey-invalid' });
  });
});
