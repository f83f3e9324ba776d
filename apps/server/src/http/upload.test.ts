import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cookieOf, fileBody, makeWorld, type World } from './testing/world.ts';

let world: World;
let cookie: string;

beforeAll(async () => {
  world = await makeWorld();
  cookie = await cookieOf(world.app, 'homeroom-1');
});
afterAll(() => world.close());

describe('uploads', () => {
  const url = () => `/api/classes/${world.schools[0].classId}/imports`;
  const send = (payload: Buffer, headers: Record<string, string>) =>
    world.app.inject({
      method: 'POST',
      url: url(),
      headers: { host: 'localhost', cookie, ...headers },
      payload,
    });
  test('over 5 MB, in another field, twice, none, or as JSON are refused', async () => {
    const big = fileBody('to.xlsx', Buffer.alloc(5 * 1024 * 1024 + 1, 1));
    expect((await send(big.payload, big.headers)).statusCode).toBe(413);
    const elsewhere = fileBody('a.xlsx', Buffer.from('x'), 'other');
    expect((await send(elsewhere.payload, elsewhere.headers)).statusCode).toBe(400);
    const part = fileBody('a.xlsx', Buffer.from('x'))
      .payload.toString()
      .replace(/--ranh-gioi-0123456789--\r\n$/, '');
    const twice = Buffer.from(`${part}${fileBody('b.xlsx', Buffer.from('y')).payload.toString()}`);
    expect((await send(twice, elsewhere.headers)).statusCode).toBe(400);
    expect((await send(Buffer.from('--ranh-gioi-0123456789--\r\n'), elsewhere.headers)).statusCode).toBe(400);
    expect((await send(Buffer.from('{}'), { 'content-type': 'application/json' })).statusCode).toBe(400);
  });
  test('that break off or have no boundary are the caller’s fault, not ours', async () => {
    const whole = fileBody('a.xlsx', Buffer.from('x'.repeat(500)));
    const before = world.lines.length;
    const broken = [
      await send(whole.payload.subarray(0, 300), whole.headers),
      await send(whole.payload, { 'content-type': 'multipart/form-data' }),
      await send(whole.payload, { 'content-type': 'multipart/form-data; boundary=' }),
    ];
    for (const answer of broken) {
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ error: 'invalid-input' });
    }
    expect(world.lines).toHaveLength(before);
  });
});
