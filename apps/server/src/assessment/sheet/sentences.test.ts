import { COMMENT_BANK } from '@hocba/record';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, makeWorld, type World } from '../../http/testing/world.ts';

let world: World;
let homeroom: Client;
let music: Client;
let principal: Client;
let elsewhere: Client;
beforeAll(async () => {
  world = await makeWorld();
  homeroom = await world.signIn('homeroom-1');
  music = await world.signIn('music-1');
  principal = await world.signIn('principal-1');
  elsewhere = await world.signIn('homeroom-2');
});
afterAll(() => world.close());

interface Listed {
  id: string;
  bank: string;
  grades: number[];
  level: string | null;
  text: string;
}
const list = async (client: Client, item = 'TOAN.comment'): Promise<Listed[]> =>
  (await client<{ sentences: Listed[] }>('GET', `/api/sentences?item=${item}`)).body.sentences;
const kept = async (client: Client, item?: string) =>
  (await list(client, item)).filter((s) => s.bank !== 'national').map((s) => [s.bank, s.text]);
const sentence = { item: 'TOAN.comment', grade: 4, level: 'T', text: 'Cộng phân số nhanh, rút gọn đúng.' };
const keep = (client: Client, bank: 'own' | 'school', over: object = {}) =>
  client<{ sentenceId: string; error?: string; details?: string[] }>('POST', `/api/sentences/${bank}`, {
    ...sentence,
    ...over,
  });

describe('the banks of comments', () => {
  test('without any of one’s own, a column offers the national sentences of all grades', async () => {
    const wanted = COMMENT_BANK.filter((s) => s.item === 'TOAN.comment').map((s) => s.code);
    expect((await list(homeroom)).map((s) => s.id).sort()).toEqual([...wanted].sort());
    expect(wanted.length).toBeGreaterThan(150);
  });

  test('one’s own come first, then the school’s, then the national; nobody else sees one’s own', async () => {
    await keep(homeroom, 'own');
    await keep(principal, 'school', { text: 'Đọc số liệu trên biểu đồ đúng.', level: null });
    await keep(music, 'own', { item: 'AN.comment', text: 'Hát bè vững, giữ nhịp đều.' });
    const banks = (await list(homeroom)).map((s) => s.bank);
    expect(banks.slice(0, 3)).toEqual(['own', 'school', 'national']);
    expect(await kept(music)).toEqual([['school', 'Đọc số liệu trên biểu đồ đúng.']]);
    expect(await kept(homeroom, 'AN.comment')).toEqual([]);
    expect(await kept(elsewhere)).toEqual([]);
  });

  test('kept twice at once it is kept once, and both hear of it', async () => {
    const both = await Promise.all(
      Array.from({ length: 12 }, () =>
        keep(homeroom, 'own', { item: 'KH.comment', text: 'Ghi kết quả đủ.' }),
      ),
    );
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(both.map(({ body }) => body.sentenceId)).size).toBe(1);
  });

  test('a sentence is offered again in the grades of its band, and kept once', async () => {
    const first = await keep(homeroom, 'own', { item: 'TV.comment', grade: 5, text: 'Đọc thơ diễn cảm.' });
    const again = await keep(homeroom, 'own', {
      item: 'TV.comment',
      grade: 4,
      text: '  Đọc thơ   diễn cảm. ',
    });
    expect(again.body.sentenceId).toBe(first.body.sentenceId);
    const found = (await list(homeroom, 'TV.comment')).filter((s) => s.bank === 'own');
    expect(found.map((s) => [s.grades, s.text])).toEqual([[[4, 5], 'Đọc thơ diễn cảm.']]);
  });

  test('a sentence that a bank before has too stands once', async () => {
    const national = COMMENT_BANK.find(
      (s) => s.item === 'KH.comment' && s.grades.includes(4) && s.level === 'T',
    );
    await keep(homeroom, 'own', { item: 'KH.comment', text: national?.text });
    const found = (await list(homeroom, 'KH.comment')).filter((s) => s.text === national?.text);
    expect(found.map((s) => s.bank)).toEqual(['own']);
  });

  test('text is stored as NFC', async () => {
    await keep(homeroom, 'own', { item: 'DD.comment', text: 'Biết chào hỏi lễ phép.'.normalize('NFD') });
    expect(await kept(homeroom, 'DD.comment')).toEqual([['own', 'Biết chào hỏi lễ phép.']]);
  });

  test.each([
    ['a column without comments', { item: 'TOAN.mark' }, /Chỉ cột nhận xét/],
    ['a level of another scale', { level: 'Đ' }, /T, H, C/],
    ['a result for a subject', { level: 'HTXS' }, /T, H, C/],
    ['a trait for a subject', { trait: 'NHAN_AI' }, /không có phẩm chất/],
    ['a trait of another block', { item: 'GENERAL.comment', trait: 'NHAN_AI' }, /không có phẩm chất/],
    ['nothing but blanks', { text: '   ' }, /trống/],
    ['a pupil’s name', { text: 'nguyễn thị mẫu giang đọc to, rõ.' }, /họ tên một học sinh/],
  ])('%s is refused, and nothing is kept', async (_, over, why) => {
    const before = await kept(homeroom);
    const answer = await keep(homeroom, 'own', over);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid-input']);
    expect(answer.body.details?.join()).toMatch(why);
    expect(await kept(homeroom)).toEqual(before);
  });

  test('the school’s bank is the principal’s; what is one’s own is nobody else’s to delete', async () => {
    expect((await keep(homeroom, 'school')).status).toBe(403);
    const own = (await list(homeroom)).find((s) => s.bank === 'own')?.id ?? '';
    const shared = (await list(homeroom)).find((s) => s.bank === 'school')?.id ?? '';
    for (const [client, bank, id, status] of [
      [music, 'own', own, 404],
      [principal, 'school', own, 404],
      [homeroom, 'own', shared, 404],
      [homeroom, 'school', shared, 403],
      [elsewhere, 'own', own, 404],
    ] as const) {
      expect((await client('DELETE', `/api/sentences/${bank}/${id}`)).status).toBe(status);
    }
    expect((await homeroom('DELETE', `/api/sentences/own/${own}`)).status).toBe(200);
    expect((await principal('DELETE', `/api/sentences/school/${shared}`)).status).toBe(200);
    expect(await kept(homeroom)).toEqual([]);
  });

  test('keeping and dropping stand in the trail, without the sentence', async () => {
    const { body } = await principal<{ events: { act: string; object: string }[] }>(
      'GET',
      '/api/audit-trail',
    );
    const acts = body.events.filter((e) => /câu nhận xét/.test(e.act));
    expect(acts.some((e) => e.act.startsWith('Xoá') && e.object.startsWith('sentence:'))).toBe(true);
    expect(JSON.stringify(body)).not.toContain('Cộng phân số');
  });
});
