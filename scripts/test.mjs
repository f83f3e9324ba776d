/*
 * `npm test`: makes the clone ready, runs every test, and ends with the line `N passed, N failed`.
 * Arguments after `--` go to vitest.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepare, root, runScript } from './install.mjs';
import { runPinned } from './pinned-node.mjs';

await runScript(async () => {
  await prepare();
  const folder = mkdtempSync(join(tmpdir(), 'hocba-test-'));
  const report = join(folder, 'report.json');
  try {
    const code = await runPinned(root, [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...process.argv.slice(2),
    ]);
    const { passed, failed } = count(report, code);
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
    return failed > 0 && code === 0 ? 1 : code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A run that failed as a whole (a file that does not load, a crash, a loose rejection) counts as a failure too. */
function count(report, code) {
  let passed = 0;
  let failed = 0;
  try {
    const result = JSON.parse(readFileSync(report, 'utf8'));
    passed = result.numPassedTests;
    failed = result.numFailedTests;
    failed += result.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    ).length;
  } catch {
    // No report: vitest did not get to its end.
  }
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed };
}
