import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { withClient } from './open.ts';
import { formatObjects, SCHEMA_OBJECTS_FILE, schemaObjects } from './schema-objects.ts';
import { freshDatabase, type TestDatabase } from './testing/cluster.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
  await database.asOwner(
    'drop schema public cascade; create schema public; grant usage on schema public to hocba_app',
  );
  await withClient(database.owner, (client) => migrate(client));
});
afterAll(() => database.drop());

test('the schema’s objects are as the list has them: after another migration it is written anew with `vitest -u`', async () => {
  const db = openDatabase(database.owner);
  const found = await schemaObjects(db).finally(() => db.destroy());
  await expect(formatObjects(found)).toMatchFileSnapshot(SCHEMA_OBJECTS_FILE);
});
