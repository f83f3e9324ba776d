import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hocbaVerdicts } from './hocba.ts';
import { commitsTo, isIncluded, type OfflineProof, readProof } from './inclusion.ts';
import type { ProducedRecord, Production } from './produce.ts';
import type { Report } from './report.ts';
import { type NoteKey, noteProblem, readVkey } from './signed-note.ts';
import { isInstalled, run } from './tools.ts';

const ROOT = join(import.meta.dirname, '../..');
const PROFILE = 'moet-2025';
const SECOND = 'đọc lại theo RFC 9162';

/** Proof files and status by OpenSSL and by a second reading; the package's own vectors of C2SP besides. */
export async function judgeLedger(report: Report, production: Production, work: string): Promise<void> {
  const folder = join(work, 'ledger');
  await mkdir(folder);
  const { logKeys, statusKeys, bundleKey, bundle } = await keysOf(production.trust);

  const proofs: { record: ProducedRecord; proof: OfflineProof }[] = [];
  for (const record of production.records)
    proofs.push({ record, proof: readProof(await readFile(record.proofFile, 'utf8')) });

  const checkpoints = [...new Set(proofs.map(({ proof }) => proof.checkpoint))];
  for (const [n, checkpoint] of checkpoints.entries()) {
    const logKey = signerOf(checkpoint, logKeys);
    report.add(
      'openssl Ed25519',
      'checkpoint ký đúng',
      await noteProblem(checkpoint, logKey, folder, `checkpoint-${n}`),
    );
    const other = checkpoint.replace(
      /\n(\d)/,
      (_, digit: string) => `\n${digit === '9' ? 8 : Number(digit) + 1}`,
    );
    const refused = (await noteProblem(other, logKey, folder, `changed-${n}`)) !== null;
    report.add('openssl Ed25519', 'TỪ CHỐI checkpoint đổi kích thước', refused ? null : `checkpoint ${n}`);
  }
  for (const name of (await readdir(production.trust)).filter((one) => one.startsWith('status-'))) {
    const status = await readFile(join(production.trust, name), 'utf8');
    const problem = await noteProblem(status, signerOf(status, statusKeys), folder, name);
    report.add('openssl Ed25519', 'tệp tình trạng ký đúng', problem);
  }
  report.add(
    'openssl Ed25519',
    'gói căn cứ tin cậy ký đúng',
    await noteProblem(bundle, bundleKey, folder, 'bundle'),
  );
  const lenient = bundle.replace(/"statusMaxAge":(\d)/, '"statusMaxAge":9$1');
  const believed = (await noteProblem(lenient, bundleKey, folder, 'lenient')) === null;
  report.add('openssl Ed25519', 'TỪ CHỐI gói căn cứ tin cậy đổi một số', believed ? 'hocba.trust' : null);

  const indexes = new Set<number>();
  for (const { record, proof } of proofs) {
    const { code, xml } = record;
    const known = logKeys.some(({ name }) => name === proof.origin);
    const training = known && proof.origin.startsWith('hocba.training/');
    report.add(SECOND, 'gốc nhật ký là của tập huấn', training ? null : `${code}: ${proof.origin}`);
    report.add(SECOND, 'lá nằm trong nhật ký', isIncluded(proof) ? null : code);
    report.add(SECOND, 'lá cam kết đúng học bạ này', commitsTo(proof, PROFILE, xml) ? null : code);
    report.add(
      SECOND,
      'mỗi học bạ một lá riêng',
      indexes.has(proof.index) ? `${code}: lá ${proof.index}` : null,
    );
    indexes.add(proof.index);
    const moved = { ...proof, leaf: Buffer.from(proof.leaf) };
    moved.leaf[20] = (moved.leaf[20] ?? 0) ^ 1;
    report.add(SECOND, 'TỪ CHỐI lá đổi một bit', isIncluded(moved) ? code : null);
  }
  await judgeChangedProofs(report, production, folder);
  await judgeVectors(report, folder);
  // No part of the fixed list of tools: asked where Go and its x/mod happen to be.
  if (isInstalled('go') && existsSync(GO_PATH)) await judgeByGo(report, folder);
}

/** What the trust folder says: keys of the logs in the policy, those of status files in the bundle, and the bundle's own. */
async function keysOf(
  trust: string,
): Promise<{ logKeys: NoteKey[]; statusKeys: NoteKey[]; bundleKey: NoteKey; bundle: string }> {
  const text = (name: string): Promise<string> => readFile(join(trust, name), 'utf8');
  const bundle = await text('hocba.trust');
  const content = JSON.parse(bundle.split('\n')[1] ?? '') as { statusKeys: { vkey: string }[] };
  const logs = (await text('tlog-policy')).split('\n').filter((line) => line.startsWith('log '));
  return {
    logKeys: logs.map((line) => readVkey(line.split(' ')[1] ?? '')),
    statusKeys: content.statusKeys.map(({ vkey }) => readVkey(vkey)),
    bundleKey: readVkey(await text('hocba-trust.vkey')),
    bundle,
  };
}

/** The key whose name stands on the note's signature line. */
function signerOf(note: string, keys: readonly NoteKey[]): NoteKey {
  const found = keys.find(({ name }) => note.includes(`\n— ${name} `));
  if (found === undefined) throw new Error(`không có khoá của ${note.split('\n')[0]}`);
  return found;
}

/** The XML as it is beside a proof with one character changed: salt, leaf, index, a hash of the path, the root. */
async function judgeChangedProofs(report: Report, production: Production, folder: string): Promise<void> {
  const record = production.records.find((_, n) => n === 3) ?? production.records[0];
  if (record === undefined) return;
  const text = await readFile(record.proofFile, 'utf8');
  const other = (character: string): string => (character === 'B' ? 'C' : 'B');
  const at = (offset: number): string =>
    text.slice(0, offset) + other(text[offset] ?? '') + text.slice(offset + 1);
  const lines = text.split('\n');
  const startOf = (n: number): number => lines.slice(0, n).join('\n').length + 1;
  const blank = lines.indexOf('');
  const changed: Readonly<Record<string, string>> = {
    muối: at(startOf(1) + 'extra '.length + 5),
    lá: at(startOf(1) + 'extra '.length + 70),
    'số thứ tự': text.replace(/\nindex (\d+)/, (_, index: string) => `\nindex ${Number(index) + 1}`),
    'đường dẫn': at(startOf(3) + 5),
    'gốc cây': at(startOf(blank + 3) + 5),
  };
  const files: { kind: string; file: string }[] = [];
  for (const [kind, proof] of Object.entries(changed)) {
    const file = join(folder, `${files.length}.xml`);
    await copyFile(record.xmlFile, file);
    await writeFile(file.replace(/\.xml$/, '.tlog-proof'), proof);
    files.push({ kind, file });
  }
  const { verdicts } = await hocbaVerdicts(
    files.map(({ file }) => file),
    production.trust,
  );
  for (const [n, { verdict, fragments }] of verdicts.entries()) {
    const issuance = fragments.find(({ name }) => name === 'issuance');
    report.add(
      'hocba verify',
      'bằng chứng đổi một ký tự: không thật',
      verdict === 'not-genuine'
        ? null
        : `${files[n]?.kind}: ${verdict}, ${issuance?.state} ${issuance?.code}`,
    );
  }
}

/** The vectors of c2sp.org (signed-note, tlog) and the frozen ones, in the package's own tests. */
async function judgeVectors(report: Report, folder: string): Promise<void> {
  const what = 'signed-note, tlog, lá và cam kết cố định';
  const files = ['note/note', 'tree/tiles', 'tree/proof', 'vectors'].map(
    (name) => `packages/ledger/src/${name}.test.ts`,
  );
  const output = join(folder, 'vectors.json');
  const tested = await run(
    process.execPath,
    [
      join(ROOT, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--project',
      'packages',
      '--reporter=json',
      `--outputFile.json=${output}`,
      ...files,
    ],
    { cwd: ROOT },
  );
  const counts = JSON.parse(await readFile(output, 'utf8')) as Record<
    'numPassedTests' | 'numFailedTests',
    number
  >;
  for (let n = 0; n < counts.numPassedTests; n++) report.add('vectơ C2SP', what, null);
  if (tested.code !== 0 || counts.numFailedTests > 0)
    report.add('vectơ C2SP', what, `mã ${tested.code}, ${counts.numFailedTests} không qua`);
}

const GO_PATH = '/usr/share/gocode';
const GO_LEAVES = 70_000;

/** golang.org/x/mod's note and tlog on a log of many tiles, and on the same log with one byte changed. */
async function judgeByGo(report: Report, folder: string): Promise<void> {
  const log = join(folder, 'log');
  const conformance = join(ROOT, 'packages/ledger/conformance');
  const written = await run(process.execPath, [join(conformance, 'write-log.ts'), log, String(GO_LEAVES)]);
  const reader = join(folder, 'read-log');
  const env = { ...process.env, GO111MODULE: 'off', GOPATH: GO_PATH, GOCACHE: join(folder, 'go-cache') };
  const built = await run('go', ['build', '-o', reader, join(conformance, 'main.go')], { env });
  if (written.code !== 0 || built.code !== 0) throw new Error(`go: ${written.err}${built.err}`);
  const read = () => run(reader, [log, written.out.trim(), join(log, 'proof'), join(log, 'leaf')]);
  const whole = await read();
  report.add(
    'golang.org/x/mod',
    'nhật ký 70.000 lá: chữ ký, cây, tile, bằng chứng',
    whole.code === 0 ? null : whole.err,
  );
  for (const file of ['checkpoint', 'tile/0/003', 'tile/entries/005', 'proof']) {
    const path = join(log, file);
    const bytes = await readFile(path);
    const changed = Buffer.from(bytes);
    changed[100] = (changed[100] ?? 0) ^ 1;
    await rm(path);
    await writeFile(path, changed);
    const refused = (await read()).code !== 0;
    await rm(path);
    await writeFile(path, bytes);
    report.add('golang.org/x/mod', 'TỪ CHỐI một byte đổi trong tệp của nhật ký', refused ? null : file);
  }
}
