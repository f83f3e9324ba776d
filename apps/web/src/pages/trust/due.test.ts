import { describe, expect, test } from 'vitest';
import { trust as en } from '../../words/en/trust.ts';
import { trust as vi } from '../../words/vi/trust.ts';
import { type Standing, whatIsDue } from './due.ts';

type List = NonNullable<Standing['list']>;
const NOW = Date.parse('2026-11-29T05:00:00Z');
const inDays = (days: number): string => new Date(NOW + days * 86_400_000).toISOString();

const log = {
  origin: 'so.example/79000001/2026-2027',
  from: inDays(-90),
  stopped: false,
  here: {
    leaves: 40,
    life: 'open',
    closes: null,
    lodged: null,
    witness: 'met',
    witnesses: [],
    statusAsOf: inDays(0),
    dated: { at: inDays(-1), renewBefore: inDays(3_000) },
    undatedSince: null,
  },
} as const satisfies List['logs'][number];
const ONE_SILENT: Here['witnesses'] = [
  { name: 'so', seenAt: inDays(0) },
  { name: 'bo', seenAt: null },
];
const seal = { from: inDays(-90), until: null, ours: true, notAfter: inDays(700) };
const good: List = {
  fromAbove: true,
  asOf: inDays(-3),
  until: inDays(28),
  signedBy: 'so.example/trust',
  key: 'so.example/trust+00000000+AA',
  roots: [{ subject: 'Gốc A', notAfter: inDays(4_000) }],
  authorityRoots: [],
  statusDays: 31,
  logs: [log],
  school: { name: 'Trường Tiểu học Mẫu', successor: null, seals: [seal] },
  suspicions: [],
  claimKeys: [],
};
const codes = (list: Partial<List> | null, over: Partial<Standing> = {}): string[] =>
  whatIsDue(
    {
      training: false,
      hasSeal: true,
      list: list === null ? null : { ...good, ...list },
      problem: null,
      timestampAuthorities: [],
      keepsOthers: false,
      unreadable: false,
      stopped: [],
      ...over,
    },
    NOW,
  ).map(({ code }) => code);
type Here = NonNullable<List['logs'][number]['here']>;
const logWith = (here: Partial<Here>): Partial<List> => ({
  logs: [{ ...log, here: { ...log.here, ...here } }],
});

describe('what has to be done about what is trusted', () => {
  test.each<[string, string[], string[]]>([
    ['all is well', codes({}), []],
    ['nothing issued yet', codes(null), []],
    ['a list past its day', codes({ until: inDays(-1) }), ['list-out-of-date']],
    [
      'a list of its own past its day',
      codes({ until: inDays(-1), fromAbove: false }, { training: true }),
      [],
    ],
    ['a file that is refused, also before the first log', codes(null, { problem: 'older' }), ['older']],
    ['no list of the level above', codes({ fromAbove: false }), ['not-from-above']],
    ['training signs its own list', codes({ fromAbove: false }, { training: true }), []],
    ['a list that does not know the school', codes({ school: null }), ['school-unknown']],
    [
      'no seal of ours in the list',
      codes({ school: { ...good.school, name: 'x', successor: null, seals: [{ ...seal, ours: false }] } }),
      ['seal-unregistered'],
    ],
    [
      'no seal at all yet',
      codes({ school: { name: 'x', successor: null, seals: [] } }, { hasSeal: false }),
      [],
    ],
    [
      'our seal’s registration has ended',
      codes({ school: { name: 'x', successor: null, seals: [{ ...seal, until: inDays(-1) }] } }),
      ['seal-unregistered'],
    ],
    [
      'our seal’s certificate ends in half a year',
      codes({ school: { name: 'x', successor: null, seals: [{ ...seal, notAfter: inDays(183) }] } }),
      ['seal-ends'],
    ],
    [
      'a renewed seal stands beside it',
      codes({
        school: { name: 'x', successor: null, seals: [{ ...seal, notAfter: inDays(10) }, seal] },
      }),
      [],
    ],
    [
      'one root of signers and of timestamps, said once',
      codes({
        roots: [{ subject: 'Gốc A', notAfter: inDays(30) }],
        authorityRoots: [{ subject: 'Gốc A', notAfter: inDays(30) }],
      }),
      ['root-ends'],
    ],
    ['a log that was stopped', codes({ logs: [{ ...log, stopped: true }] }), ['log-stopped']],
    ['witnesses that are silent', codes(logWith({ witness: 'missing' })), ['witness-missing']],
    [
      'one of more than are needed that is silent',
      codes(logWith({ witnesses: ONE_SILENT })),
      ['witness-silent'],
    ],
    ['the same of a closed log', codes(logWith({ witnesses: ONE_SILENT, life: 'closed' })), []],
    ['leaves of this week that nobody has dated', codes(logWith({ undatedSince: inDays(-6) })), []],
    [
      'leaves of last week, also where nothing was ever dated',
      codes(logWith({ undatedSince: inDays(-7), dated: null })),
      ['log-undated'],
    ],
    ...(
      [
        ['forked', ['log-forked']],
        ['older', ['log-forked']],
        ['unknown-log', ['lodging-stuck']],
        ['unproven', ['lodging-stuck']],
        ['receipt-invalid', ['lodging-stuck']],
        ['unreachable', []],
        ['other-start', []],
        [null, []],
      ] as const
    ).map(([problem, due]): [string, string[], string[]] => [
      `lodging: ${problem}`,
      codes(logWith({ lodged: { leaves: 3, problem } })),
      [...due],
    ]),
    [
      'evidence that the server renews within the week',
      codes({
        logs: [{ ...log, here: { ...log.here, dated: { ...log.here.dated, renewBefore: inDays(180) } } }],
      }),
      [],
    ],
    [
      'evidence that it could not renew',
      codes({
        logs: [{ ...log, here: { ...log.here, dated: { ...log.here.dated, renewBefore: inDays(170) } } }],
      }),
      ['evidence-late'],
    ],
    ['a log kept elsewhere', codes({ logs: [{ ...log, here: null }] }), []],
    [
      'a suspicion of ours, and one of others',
      codes({
        suspicions: [
          { from: inDays(-9), to: null, decision: '12/QĐ', ours: true },
          { from: inDays(-9), to: null, decision: '13/QĐ', ours: false },
        ],
      }),
      ['suspected'],
    ],
    [
      'an authority that does not last',
      codes({}, { timestampAuthorities: [{ host: 'tsa.example', notAfter: inDays(9), tooSoon: true }] }),
      ['authority-ends'],
    ],
  ])('%s', (_, found, wanted) => expect(found).toEqual(wanted));

  test('both languages have the same sentences', () => {
    expect(Object.keys(en.what)).toEqual(Object.keys(vi.what));
  });
});
