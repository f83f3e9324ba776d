/*
 * `npm run check`: types, lint, import direction, page budgets. Goes through all of them and ends with 1 if any
 * has something to say. (The public page's 20 kB are held by its own test: it is made by the server.)
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { browserViolations } from '../tests/import-direction/browser.ts';
import { circles } from '../tests/import-direction/circles.ts';
import { exportsOf, readManifest, undeclared } from '../tests/import-direction/declared.ts';
import { layerViolations, PARTS } from '../tests/import-direction/layers.ts';
import { readSources } from '../tests/import-direction/read-imports.ts';
import { pageSizes, SCRIPT_BUDGET, SCRIPT_FILES } from './check/page-budgets.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

function tool(...args: string[]): boolean {
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status === 0;
}

function imports(): boolean {
  const sources = readSources(root);
  const found = [
    ...layerViolations(sources),
    ...circles(sources, ''),
    ...browserViolations(sources, exportsOf(root, Object.keys(PARTS))),
    ...undeclared(sources, (part) => readManifest(root, part)),
  ];
  for (const line of found) console.log(line);
  return found.length === 0;
}

function budgets(): boolean {
  const dist = join(root, 'apps', 'web', 'dist');
  if (!existsSync(dist)) return true;
  let kept = true;
  for (const { page, files, scripts, onDemand, styles } of pageSizes(dist)) {
    console.log(
      `${page}: JavaScript ${scripts} B gzip (at most ${SCRIPT_BUDGET}) in ${files} files (at most ${SCRIPT_FILES}), on demand ${onDemand} B, CSS ${styles} B gzip`,
    );
    if (scripts > SCRIPT_BUDGET || files > SCRIPT_FILES) kept = false;
  }
  return kept;
}

const steps: [string, () => boolean][] = [
  ['types', () => tool('node_modules/typescript/bin/tsc', '-p', 'tsconfig.json')],
  ['lint', () => tool('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings')],
  ['import direction', imports],
  ['page budgets', budgets],
];

const outcomes = steps.map(([name, step]) => {
  console.log(`── ${name}`);
  return [name, step()] as const;
});
for (const [name, good] of outcomes) console.log(`${good ? 'ok    ' : 'FAILED'}  ${name}`);
process.exitCode = outcomes.every(([, good]) => good) ? 0 : 1;
