import { drawnSeal, drawnSignature } from '@hocba/form/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorld, type Role, type World } from '../../http/testing/world.ts';

/** Pictures of signatures and of the seal, through the real edge. */
let world: World;
beforeAll(async () => {
  world = await makeWorld({ whole: true });
});
afterAll(() => world.close());

interface Mine {
  readonly holders: readonly {
    readonly holder: 'person' | 'seal';
    readonly name: string;
    readonly title: string;
    readonly image: string | null;
    readonly history: readonly { readonly removed: boolean; readonly by: string }[];
  }[];
}
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const SIGNATURE = base64(drawnSignature());
const SEAL = base64(drawnSeal());
const mine = async (role: Role) =>
  (await (await world.signIn(`${role}-1`))<Mine>('GET', '/api/pictures')).body;
const rows = () => world.database.asOwner<{ png: Uint8Array | null }>('select png from signature_picture');

test('nobody has one; a teacher has a signature, the clerk the seal besides', async () => {
  expect((await mine('music')).holders).toEqual([
    { holder: 'person', name: 'Phạm Mẫu Đàn', title: 'Giáo viên', image: null, history: [] },
  ]);
  expect((await mine('clerk')).holders.map(({ holder, name }) => [holder, name])).toEqual([
    ['person', 'Võ Mẫu Thư'],
    ['seal', 'Trường Tiểu học Mẫu số 1'],
  ]);
});

test('looked at, nothing is kept; set, it is there for its holder alone; removed, its history stays', async () => {
  const call = await world.signIn('homeroom-1');
  const body = { holder: 'person', file: SIGNATURE };
  const look = await call<{ image: string }>('POST', '/api/pictures/look', body);
  expect(look.status).toBe(200);
  expect(await rows()).toEqual([]);
  expect((await call('POST', '/api/pictures', body)).status).toBe(200);
  expect((await mine('homeroom')).holders[0]).toMatchObject({
    image: look.body.image,
    history: [{ removed: false, by: 'Lê Thị Mẫu Ngọc' }],
  });
  expect((await mine('music')).holders[0]?.image).toBeNull();
  world.clock.now = new Date(world.clock.now.getTime() + 1000);
  expect((await call('POST', '/api/pictures/remove', { holder: 'person' })).status).toBe(200);
  expect((await mine('homeroom')).holders[0]).toMatchObject({
    image: null,
    history: [{ removed: true }, { removed: false }],
  });
  expect((await call('POST', '/api/pictures/remove', { holder: 'person' })).status).toBe(404);
});

test('the seal is the clerk’s', async () => {
  const body = { holder: 'seal', file: SEAL };
  const before = (await rows()).length;
  for (const role of ['homeroom', 'principal', 'admin'] as const) {
    const call = await world.signIn(`${role}-1`);
    for (const path of ['/api/pictures', '/api/pictures/look', '/api/pictures/remove'])
      expect((await call('POST', path, path.endsWith('remove') ? { holder: 'seal' } : body)).status).toBe(
        403,
      );
  }
  expect((await rows()).length).toBe(before);
  const clerk = await world.signIn('clerk-1');
  expect((await clerk('POST', '/api/pictures', body)).status).toBe(200);
  expect((await mine('clerk')).holders[1]?.image).not.toBeNull();
  const other = await world.signIn('clerk-2');
  expect((await other<Mine>('GET', '/api/pictures')).body.holders[1]?.image).toBeNull();
});

describe('a file that is no picture to take is refused, and nothing is kept', () => {
  const png = Buffer.from(drawnSignature());
  test.each([
    ['text', Buffer.from('<svg onload="alert(1)"/>')],
    ['a page behind a picture', Buffer.concat([png, Buffer.from('<script>1</script>')])],
    ['cut off', png.subarray(0, png.length - 9)],
    ['a broken octet', Buffer.from(png.map((octet, i) => (i === 60 ? octet ^ 1 : octet)))],
  ])('%s', async (_, bytes) => {
    const before = (await rows()).length;
    const call = await world.signIn('music-1');
    for (const path of ['/api/pictures', '/api/pictures/look']) {
      const answer = await call<{ error: string; details: string[] }>('POST', path, {
        holder: 'person',
        file: base64(bytes),
      });
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid-input']);
      expect(answer.body.details.join()).toContain('Không đọc được hình');
    }
    expect((await rows()).length).toBe(before);
  });

  test('larger than half a megabyte, or another field', async () => {
    const call = await world.signIn('music-1');
    const large = await call('POST', '/api/pictures', { holder: 'person', file: 'A'.repeat(700_004) });
    expect([400, 413, 422]).toContain(large.status);
    const more = await call('POST', '/api/pictures', { holder: 'person', file: SIGNATURE, staffId: 'x' });
    expect([400, 422]).toContain(more.status);
  });
});

test('what is kept is written anew and never changed', async () => {
  const kept = (await rows()).flatMap(({ png }) => (png === null ? [] : [Buffer.from(png)]));
  expect(kept.length).toBeGreaterThan(0);
  for (const png of kept) expect(base64(png)).not.toBe(SIGNATURE);
  for (const statement of ['update signature_picture set png = null', 'delete from signature_picture'])
    await expect(world.database.asOwner(statement)).rejects.toThrow();
});
