/*
 * A process of its own that starts the embedded database on a folder, says where it listens and waits to be
 * killed: `node hold-cluster.ts DATA`. For the launcher's tests, which kill it in every way.
 */
import { startEmbedded } from '../postgres/embedded.ts';

const dataFolder = process.argv[2];
if (dataFolder === undefined) throw new Error('DATA is missing');
try {
  const { host, port, owner, pid } = await startEmbedded({ dataFolder });
  process.stdout.write(`${JSON.stringify({ host, port, owner, pid })}\n`);
} catch (error) {
  process.stdout.write(
    `${JSON.stringify({ refused: (error as { code?: string }).code ?? String(error) })}\n`,
  );
  process.exit(1);
}
setInterval(() => {}, 60_000);
