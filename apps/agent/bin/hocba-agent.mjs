#!/usr/bin/env node
// Starts the signing agent under the Node that the project pins. This file must run on Node 20.
import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runPinned } from '../../../scripts/pinned-node.mjs';

const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const root = join(here, '..', '..', '..');
process.exitCode = await runPinned(root, [join(here, '..', 'src', 'main.ts'), ...process.argv.slice(2)]);
