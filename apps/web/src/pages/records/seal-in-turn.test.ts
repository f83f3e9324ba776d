import { expect, test } from 'vitest';
import { CallError } from '../../api/client.ts';
import { sealInTurn } from './seal-in-turn.ts';

test('after a refusal the lists go on at the class that was refused; none is sealed twice, and one whose reply was lost is passed', async () => {
  const asked: string[] = [];
  const answers = [null, 'year-not-ready', null, 'already-closed', 'offline', null];
  let done = 0;
  const turn = () =>
    sealInTurn(['1A', '1B', '1C', '1D'], done, {
      seal: async (classId) => {
        asked.push(classId);
        const code = answers.shift() ?? null;
        if (code !== null) throw new CallError(code, 409, code);
      },
      sealed: (count) => {
        done = count;
      },
      stopped: () => false,
    });
  await expect(turn()).rejects.toMatchObject({ code: 'year-not-ready' });
  expect(done).toBe(1);
  await expect(turn()).rejects.toMatchObject({ code: 'offline' });
  expect(done).toBe(3);
  expect(await turn()).toBe(4);
  expect(asked).toEqual(['1A', '1B', '1B', '1C', '1D', '1D']);
});

test('once stopped nothing more is asked, and what is sealed is told', async () => {
  const asked: string[] = [];
  const seal = async (classId: string) => void asked.push(classId);
  const stopped = () => asked.length === 2;
  expect(await sealInTurn(['1A', '1B', '1C'], 0, { seal, sealed: () => {}, stopped })).toBe(2);
});
