/* `npm run NAME`: makes the clone ready and runs the TypeScript file that package.json names. */
import { join } from 'node:path';
import { prepare, root, runScript } from './install.mjs';
import { runPinned } from './pinned-node.mjs';

await runScript(async () => {
  const [entry, ...args] = process.argv.slice(2);
  if (entry === undefined) throw new Error('Cách dùng: node scripts/run.mjs TỆP.ts [THAM SỐ…]');
  // The development server builds in memory as pages are asked for.
  await prepare({ build: entry !== 'scripts/dev.ts' });
  return runPinned(root, [join(root, entry), ...args]);
});
