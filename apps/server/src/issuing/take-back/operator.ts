import { openDatabase } from '../../store/database.ts';
import type { OperatorStore } from '../operator/logs.ts';
import type { FamilyFiles } from './judged.ts';
import { TakeBackError } from './refused.ts';
import { type TakenBack, takeBack } from './take-back.ts';

/** Takes records back one by one, each whole or not at all; a server may run beside it. @returns in their order what became of each */
export async function* takeBackAll(
  store: OperatorStore,
  all: readonly FamilyFiles[],
): AsyncGenerator<TakenBack | TakeBackError> {
  const db = openDatabase(store.connection, { connections: 2 });
  const now = store.now ?? (() => new Date());
  try {
    for (const files of all) {
      try {
        yield await takeBack({ db, dataDir: store.dataFolder, now }, files);
      } catch (error) {
        if (!(error instanceof TakeBackError)) throw error;
        yield error;
      }
    }
  } finally {
    await db.destroy();
  }
}
