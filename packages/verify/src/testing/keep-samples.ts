/*
 * Issues the frozen samples of every profile and grade once and keeps them under `samples/FOLDER`, where every later
 * version must verify them. For a new profile or rule set: run it with a new folder and commit what comes of it. It
 * writes into no folder that exists, so that nothing kept is ever made again.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { RecordDocument } from '@hocba/record';
import { issueSet } from './issued-set.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined || !/^[a-z0-9-]+$/.test(folder)) {
  process.stderr.write('Cách dùng: node packages/verify/src/testing/keep-samples.ts THƯ_MỤC_MỚI\n');
  process.exit(64);
}

const records = new URL('../../../record/samples/', import.meta.url);
const docs = new Map<string, RecordDocument>();
for (const profile of (await readdir(records)).filter((name) => name.startsWith('moet-')).sort()) {
  const names = (await readdir(new URL(`${profile}/`, records))).filter((name) => name.endsWith('.json'));
  for (const name of names.sort()) {
    const text = await readFile(new URL(`${profile}/${name}`, records), 'utf8');
    docs.set(`${profile}-${name.slice(0, -'.json'.length)}`, JSON.parse(text) as RecordDocument);
  }
}

const target = new URL(`../../samples/${folder}/`, import.meta.url);
await mkdir(target);
for (const [path, bytes] of await issueSet(docs, `hocba.training/mau/${folder}`)) {
  const file = new URL(path, target);
  await mkdir(dirname(file.pathname), { recursive: true });
  await writeFile(file, bytes);
}
