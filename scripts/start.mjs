/* `npm start`: makes the clone ready and runs the server. Arguments after `--` go to the server. */
import { join } from 'node:path';
import { prepare, root, runScript } from './install.mjs';
import { runPinned } from './pinned-node.mjs';

await runScript(async () => {
  await prepare();
  return runPinned(root, [join(root, 'apps', 'server', 'src', 'main.ts'), ...process.argv.slice(2)]);
});
