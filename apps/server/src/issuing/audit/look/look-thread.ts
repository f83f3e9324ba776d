import { parentPort, workerData } from 'node:worker_threads';
import { parseCertificate } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { openCopies } from '../../../store/copy-out.ts';
import { openDatabase } from '../../../store/database.ts';
import { lookerHere } from './look.ts';
import type { FromThread, ThreadData, ToThread } from './look-messages.ts';

/** Looks at portions of records in a thread of its own, over connections of its own. */
const { connection, roots, begun } = workerData as ThreadData;
const db = openDatabase(connection, { connections: 2 });
const copies = await openCopies(connection);
const looker = lookerHere({
  db,
  copies,
  crypto: nodeCrypto,
  roots: roots.map((der) => parseCertificate(der)),
  begun,
});
const answer = (message: FromThread): void => parentPort?.postMessage(message);

parentPort?.on('message', async (message: ToThread) => {
  if (message === 'end') {
    await copies.close();
    await db.destroy();
    parentPort?.close();
    return;
  }
  try {
    answer({ looked: await looker.look(message) });
  } catch (error) {
    answer({ failed: error });
  }
});
