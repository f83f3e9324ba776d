import { expect, test } from 'vitest';
import { Stopped, untilStopped, verifyAll } from './verify-all.ts';

const chosen = (...names: string[]) =>
  names.map((name) => ({ name, file: new File([`<a>${name}</a>`], name) }));
const many = chosen(...Array.from({ length: 7 }, (_, n) => `${n}.txt`));

test('who stops is told nothing of some of the files', async () => {
  const stop = new AbortController();
  const judged = verifyAll(many, null, stop.signal, () => undefined);
  stop.abort();
  await expect(judged).rejects.toThrow(Stopped);
  const walked = untilStopped(new Promise(() => undefined), AbortSignal.abort());
  await expect(walked).rejects.toThrow(Stopped);
  expect(await untilStopped(Promise.resolve(1), stop.signal).catch(() => 'stopped')).toBe('stopped');
});

test('many are one, with how many it is true of', async () => {
  const { signal } = new AbortController();
  const [one, ...more] = await verifyAll(many, null, signal, () => undefined);
  expect([one?.found.parts?.length, more]).toEqual([7, []]);
  const few = await verifyAll(chosen('b.txt', 'a.txt'), null, signal, () => undefined);
  expect(few.map(({ name }) => name)).toEqual(['b.txt', 'a.txt']);
});
