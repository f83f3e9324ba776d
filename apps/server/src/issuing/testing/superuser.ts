import type { TestHouse } from './house.ts';

type Owned = Pick<TestHouse, 'database'>;

/** As the superuser who could break anything, with every trigger off. */
export const asSuperuser = ({ database }: Owned, statement: string) =>
  database.asOwner(`set session_replication_role = replica; ${statement}`);

/** What is changed so stays so for the time of the check. */
export async function undone(
  house: Owned,
  change: string,
  undo: string,
  check: () => Promise<void>,
): Promise<void> {
  await asSuperuser(house, change);
  try {
    await check();
  } finally {
    await asSuperuser(house, undo);
  }
}
