import { randomUUID } from 'node:crypto';
import { freezeRecord, requiredComments, requiredItems, ruleSetFor, type TraitCode } from '@hocba/record';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, makeWorld, type School, type World, YEAR } from '../../http/testing/world.ts';
import { buildDocument } from '../../signing/freeze/document.ts';
import { inSchool } from '../../store/database.ts';
import { NO_AWARDS, type PupilAwards, yearAwards } from '../pupil-year/pupil-awards.ts';
import { loadPupilYears } from '../pupil-year/pupil-years.ts';

const RULES = ruleSetFor(YEAR);
const XS = 'Đạt danh hiệu Học sinh Xuất sắc';
const TB = 'Đạt danh hiệu Học sinh Tiêu biểu hoàn thành tốt trong học tập và rèn luyện';
const IN_YEAR = { from: '2025-09-05', until: '2026-08-15' };

describe('§5 of the form (Điều 13)', () => {
  const grounds = { subjects: ['TOAN' as const], traits: [] as TraitCode[] };
  const vote = { recognised: true, heldOn: '2026-05-15' };
  const granted = { granted: true, reason: null };
  const titled = (title: Partial<PupilAwards['title']>): PupilAwards => ({
    ...NO_AWARDS,
    title: { ...NO_AWARDS.title, ...title },
  });
  const given = (kind: 'sudden' | 'higher' | 'letter', text: string, givenOn = '2026-03-01') => ({
    rewardId: text,
    kind,
    text,
    givenOn,
  });
  const none = { award: null, suddenAward: null };
  const letter = { ...NO_AWARDS, rewards: [given('letter', 'Nhặt được của rơi')] };
  const many = {
    ...NO_AWARDS,
    rewards: [given('higher', 'Giải Nhì cấp xã'), given('sudden', 'Cứu bạn'), given('letter', 'Chăm chỉ')],
  };
  const past = { ...NO_AWARDS, rewards: [given('higher', 'Giải năm trước', '2025-05-01')] };

  test.each([
    ['HTXS alone gives HS Xuất sắc', 'HTXS', NO_AWARDS, none, XS, undefined],
    ['HTT alone gives none', 'HTT', NO_AWARDS, none, undefined, undefined],
    ['grounds alone give none', 'HTT', titled({ grounds }), none, undefined, undefined],
    ['grounds and vote give none', 'HTT', titled({ grounds, vote }), none, undefined, undefined],
    ['granted it is due', 'HTT', titled({ grounds, vote, decision: granted }), none, TB, undefined],
    [
      'refused it is not',
      'HTT',
      titled({ grounds, vote, decision: { granted: false, reason: 'Thử' } }),
      none,
      undefined,
      undefined,
    ],
    ['granted but now HT', 'HT', titled({ grounds, vote, decision: granted }), none, undefined, undefined],
    ['granted but now HTXS', 'HTXS', titled({ grounds, vote, decision: granted }), none, XS, undefined],
    ['not concluded', null, titled({ grounds, vote, decision: granted }), none, undefined, undefined],
    ['a letter is not written', 'HT', letter, none, undefined, undefined],
    ['the title, then from above; sudden apart', 'HTXS', many, none, `${XS}\nGiải Nhì cấp xã`, 'Cứu bạn'],
    ['of another year is not written', 'HT', past, none, undefined, undefined],
    [
      'what the cell says stays, once, word for word',
      'HTXS',
      many,
      { award: 'Học sinh xuất sắc; giải nhì  cấp xã', suddenAward: 'Cứu bạn' },
      'Học sinh xuất sắc; giải nhì  cấp xã',
      'Cứu bạn',
    ],
    [
      'what the cell says besides comes after',
      'HTXS',
      NO_AWARDS,
      { award: 'Giải vở sạch chữ đẹp', suddenAward: null },
      `${XS}\nGiải vở sạch chữ đẹp`,
      undefined,
    ],
  ] as const)('%s', (_, result, awards, written, award, sudden) => {
    const found = yearAwards(RULES, result, awards, written, IN_YEAR);
    expect([found.award, found.suddenAward]).toEqual([award, sudden]);
  });
});

describe('through the edge', () => {
  let world: World;
  let school: School;
  let homeroom: Client;
  let music: Client;
  let principal: Client;
  const url = (part: string) => `/api/classes/${school.classId}/${part}`;
  const pupilId = (n: number) => school.pupils[n]?.pupilId ?? '';
  interface Refused {
    error?: string;
    details?: string[];
  }
  interface Award {
    title: string | null;
    open: { title: string; lacking: string[] } | null;
    grounds: { subjects: string[]; traits: string[]; text: string } | null;
    vote: { recognised: boolean } | null;
    decision: { granted: boolean; reason: string | null } | null;
    rewards: { rewardId: string; kind: string; text: string }[];
  }
  const post = (client: Client, part: string, body: object) => client<Refused>('POST', url(part), body);
  const award = async (n: number) => {
    const { body } = await homeroom<{ pupils: { award: Award }[] }>('GET', url('results'));
    const found = body.pupils[n]?.award;
    if (!found) throw new Error('no such pupil');
    return found;
  };
  const problems = async (n: number) => {
    const { body } = await homeroom<{ pupils: { problems: { code: string; severity: string }[] }[] }>(
      'GET',
      url('check'),
    );
    return (body.pupils[n]?.problems ?? []).filter((p) => p.code.startsWith('award-'));
  };
  /** The record's XML as a freeze would make it now. */
  const xml = async (n: number): Promise<string> => {
    const years = await inSchool(world.db, school.schoolId, (trx) =>
      loadPupilYears(trx, school.schoolId, school.classId),
    );
    const pupil = years.pupils[n];
    const built = pupil && buildDocument(years, pupil, { uuid: randomUUID(), on: '2026-05-20' });
    if (!built?.ok) throw new Error(built?.reasons.join(' ') ?? 'no such pupil');
    return new TextDecoder().decode(freezeRecord(built.doc).xml);
  };
  let base = 0;
  const write = async (n: number, item: string, value: string | null) => {
    const op = { n: 0, pupilId: pupilId(n), period: 'CN', item, base, value, source: 'key' };
    await homeroom('POST', url('ops'), { device: 'd', batch: randomUUID(), ops: [op] });
    base += 1;
  };

  beforeAll(async () => {
    world = await makeWorld();
    [school] = world.schools;
    homeroom = await world.signIn('homeroom-1');
    music = await world.signIn('music-1');
    principal = await world.signIn('principal-1');
    for (const [n, mark, result] of [
      [0, '10', 'HTXS'],
      [1, '8', 'HTT'],
      [2, '5', 'HT'],
    ] as const) {
      const cells: [string, string][] = [
        ...requiredItems(RULES, 4, 'CN').map((i): [string, string] => [i, i.endsWith('.mark') ? mark : 'T']),
        ...requiredComments(RULES, 'CN').map((i): [string, string] => [i, 'Hoàn thành nội dung năm học.']),
        ['HEIGHT.number', '132'],
        ['WEIGHT.number', '28,5'],
        ['ABSENT_EXCUSED.count', '1'],
        ['ABSENT_UNEXCUSED.count', '0'],
      ];
      for (const [client, mine] of [
        [homeroom, false],
        [music, true],
      ] as const) {
        const ops = cells
          .filter(([item]) => item.startsWith('AN.') === mine)
          .map(([item, value], i) => ({
            n: i,
            pupilId: pupilId(n),
            period: 'CN',
            item,
            base: 0,
            value,
            source: 'key',
          }));
        await client('POST', url('ops'), { device: 'd', batch: randomUUID(), ops });
      }
      const said = await post(homeroom, 'results', { results: [{ pupilId: pupilId(n), result }] });
      expect(said.status).toBe(200);
    }
  });
  afterAll(() => world.close());

  test('HS Xuất sắc is due by the result alone and stands in the record; nobody proposes it', async () => {
    expect(await award(0)).toMatchObject({ title: 'Học sinh Xuất sắc', open: null, grounds: null });
    expect(await xml(0)).toContain(`<NOI_DUNG_KHEN_THUONG>${XS}</NOI_DUNG_KHEN_THUONG>`);
    const answer = await post(homeroom, 'titles/proposals', { pupilId: pupilId(0), subjects: ['TOAN'] });
    expect(answer.status).toBe(400);
    expect(answer.body.details?.[0]).toContain('Hoàn thành tốt');
    expect(await award(2)).toMatchObject({ title: null, open: null });
    expect(await xml(2)).not.toContain('KHEN_THUONG>');
  });

  test('a title that needs grounds is open, and says what it lacks', async () => {
    const { title, open } = await award(1);
    expect(title).toBeNull();
    expect(open?.lacking).toHaveLength(2);
    expect(await problems(1), 'not proposed is no problem').toEqual([]);
  });

  test.each([
    ['without grounds', () => ({ pupilId: pupilId(1) })],
    ['with a subject of another grade', () => ({ pupilId: pupilId(1), subjects: ['TNXH'] })],
    ['with a subject that is none', () => ({ pupilId: pupilId(1), subjects: ['SU'] })],
    ['with a quality that is none', () => ({ pupilId: pupilId(1), traits: ['DUNG_CAM'] })],
    ['for HT', () => ({ pupilId: pupilId(2), subjects: ['TOAN'] })],
    ['for a stranger', () => ({ pupilId: randomUUID(), subjects: ['TOAN'] })],
    ['with the decision slipped in', () => ({ pupilId: pupilId(1), subjects: ['TOAN'], granted: true })],
  ])('a proposal %s is refused', async (_, body) => {
    expect((await post(homeroom, 'titles/proposals', body())).status).toBe(400);
    expect(await world.database.asOwner('select 1 from title_act')).toEqual([]);
  });

  test('neither vote nor decision comes before the proposal', async () => {
    const vote = { heldOn: '2026-05-15', votes: [{ pupilId: pupilId(1), recognised: true }] };
    expect((await post(homeroom, 'titles/votes', vote)).status).toBe(400);
    const grant = { decisions: [{ pupilId: pupilId(1), granted: true }] };
    expect((await post(principal, 'titles/decisions', grant)).status).toBe(400);
  });

  const propose = (traits: string[] = []) =>
    post(homeroom, 'titles/proposals', { pupilId: pupilId(1), subjects: ['TOAN'], traits });
  const vote = (recognised: boolean, heldOn = '2026-05-15') =>
    post(homeroom, 'titles/votes', { heldOn, votes: [{ pupilId: pupilId(1), recognised }] });
  const decide = (granted: boolean, reason?: string) =>
    post(principal, 'titles/decisions', { decisions: [{ pupilId: pupilId(1), granted, reason }] });

  test('HS Tiêu biểu: grounds, the class, the principal, one after the other', async () => {
    expect((await propose()).status).toBe(200);
    expect(await problems(1)).toMatchObject([{ code: 'award-open', severity: 'warning' }]);
    expect((await decide(true)).body.details?.[0]).toContain('công nhận của tập thể lớp');
    for (const day of ['2026-05-21', '2025-09-04']) expect((await vote(true, day)).status).toBe(400);
    expect((await vote(false)).status).toBe(200);
    expect((await decide(true)).status).toBe(400);
    expect((await vote(true)).status).toBe(200);
    expect(await award(1)).toMatchObject({ title: null, open: { lacking: [] }, decision: null });
    expect(await xml(1)).not.toContain('KHEN_THUONG>');
    expect((await decide(false)).status, 'no refusal without a reason').toBe(400);
    expect((await decide(true)).status).toBe(200);
    expect((await decide(true)).status).toBe(200);
    expect(await award(1)).toMatchObject({ title: TB.replace('Đạt danh hiệu ', ''), open: null });
    expect((await award(1)).grounds?.text).toContain('Toán');
    expect(await problems(1)).toEqual([]);
    expect(await xml(1)).toContain(`<NOI_DUNG_KHEN_THUONG>${TB}</NOI_DUNG_KHEN_THUONG>`);
    const acts = await world.database.asOwner<{ act: string }>('select act from title_act order by seq');
    expect(acts.map((a) => a.act)).toEqual(['propose', 'vote', 'vote', 'grant']);
  });

  test('other grounds are voted and decided on anew; what was taken back is not due', async () => {
    expect((await propose(['CHAM_CHI'])).status).toBe(200);
    expect(await award(1)).toMatchObject({ title: null, vote: null, decision: null });
    await vote(true);
    expect((await decide(false, 'Chưa đủ minh chứng')).status).toBe(200);
    expect(await award(1)).toMatchObject({ title: null, decision: { granted: false } });
    expect(await problems(1), 'it has been decided').toEqual([]);
    await decide(true);
    expect((await award(1)).title).not.toBeNull();
    await post(homeroom, 'titles/withdrawals', { pupilId: pupilId(1) });
    expect(await award(1)).toMatchObject({ title: null, grounds: null });
  });

  test('a title typed into the cell is no title until it is granted', async () => {
    await write(1, 'AWARD.text', 'Học sinh Tiêu biểu');
    expect(await problems(1)).toMatchObject([{ code: 'award-not-allowed', severity: 'blocking' }]);
    await propose();
    await vote(true);
    expect(await problems(1)).toMatchObject([{ code: 'award-not-allowed', severity: 'blocking' }]);
    await decide(true);
    expect(await problems(1)).toEqual([]);
    expect(await xml(1)).toContain('<NOI_DUNG_KHEN_THUONG>Học sinh Tiêu biểu</NOI_DUNG_KHEN_THUONG>');
    await write(1, 'AWARD.text', null);
    expect(await xml(1)).toContain(TB);
  });

  describe('rewards of the year', () => {
    const give = (over: object, client = principal) =>
      client<Refused & { rewardId?: string }>('POST', url('rewards'), {
        pupilId: pupilId(2),
        kind: 'sudden',
        text: 'Dũng cảm cứu bạn đuối nước',
        givenOn: '2026-04-10',
        ...over,
      });

    test.each([
      ['in the future', { givenOn: '2026-05-21' }],
      ['of last year', { givenOn: '2025-09-04' }],
      ['without a text', { text: ' ' }],
      ['on two lines', { text: 'Giải Nhất\nGiải Nhì' }],
      ['that is a letter', { text: 'Thư khen của hiệu trưởng' }],
      ['that is a title', { text: 'Đạt danh hiệu Học sinh Xuất sắc' }],
      ['of no kind', { kind: 'title' }],
      ['of a stranger', { pupilId: randomUUID() }],
    ])('one %s is refused', async (_, over) => {
      expect((await give(over)).status).toBe(400);
      expect(await world.database.asOwner('select 1 from reward')).toEqual([]);
    });

    test('sudden ones and those from above are written, letters are not; the teacher gives letters only', async () => {
      expect((await give({}, homeroom)).status).toBe(403);
      expect((await give({})).status).toBe(200);
      expect((await give({ kind: 'higher', text: 'Giải Nhì an toàn giao thông cấp xã' })).status).toBe(200);
      expect((await give({ kind: 'letter', text: 'Trả lại của rơi' })).status).toBe(200);
      const letter = { pupilId: pupilId(2), text: 'Giúp bạn học tốt', givenOn: '2026-03-02' };
      expect((await post(homeroom, 'letters', letter)).status).toBe(200);
      expect((await post(music, 'letters', letter)).status).toBe(403);
      expect((await post(homeroom, 'letters', { ...letter, kind: 'sudden' })).status).toBe(400);
      const kinds = (await award(2)).rewards.map((r) => r.kind).sort();
      expect(kinds).toEqual(['higher', 'letter', 'letter', 'sudden']);
      const made = await xml(2);
      expect(made).toContain(
        '<NOI_DUNG_KHEN_THUONG>Giải Nhì an toàn giao thông cấp xã</NOI_DUNG_KHEN_THUONG>',
      );
      expect(made).toContain(
        '<NOI_DUNG_KHEN_THUONG_DOT_XUAT>Dũng cảm cứu bạn đuối nước</NOI_DUNG_KHEN_THUONG_DOT_XUAT>',
      );
      for (const text of ['Trả lại của rơi', 'Giúp bạn học tốt', 'hư khen']) expect(made).not.toContain(text);
    });

    test('one that was recorded by mistake no longer counts, and stays', async () => {
      const sudden = (await award(2)).rewards.find((r) => r.kind === 'sudden');
      const withdraw = (body: object, client = principal) =>
        client<Refused>('POST', url('rewards/withdrawals'), { rewardId: sudden?.rewardId, ...body });
      expect((await withdraw({})).status).toBe(400);
      expect((await withdraw({ reason: 'Nhầm em' }, homeroom)).status).toBe(403);
      expect((await withdraw({ reason: 'Nhầm em', rewardId: randomUUID() })).status).toBe(404);
      expect((await withdraw({ reason: 'Nhầm em' })).status).toBe(200);
      expect((await withdraw({ reason: 'Nhầm em' })).status).toBe(404);
      expect(await xml(2)).not.toContain('DOT_XUAT');
      expect(await world.database.asOwner('select 1 from reward')).toHaveLength(4);
    });
  });

  test('after the year’s lock nothing of it changes, but a letter is still written', async () => {
    world.clock.now = new Date('2026-07-02T02:00:00Z');
    homeroom = await world.signIn('homeroom-1');
    principal = await world.signIn('principal-1');
    for (const answer of [await propose(), await vote(true, '2026-05-16'), await decide(false, 'Thử')])
      expect([answer.status, answer.body.error]).toEqual([409, 'year-locked']);
    const body = { pupilId: pupilId(1), text: 'Vượt khó', givenOn: '2026-06-01' };
    expect((await post(principal, 'rewards', { ...body, kind: 'higher' })).body.error).toBe('year-locked');
    expect((await post(homeroom, 'letters', body)).status).toBe(200);
  });

  test('no act is ever changed', async () => {
    for (const statement of [
      `update title_act set act = 'grant'`,
      'delete from reward',
      `update reward_withdrawal set reason = 'x'`,
      'truncate title_act',
    ])
      await expect(world.database.asOwner(statement), statement).rejects.toMatchObject({ code: '42501' });
  });
});
