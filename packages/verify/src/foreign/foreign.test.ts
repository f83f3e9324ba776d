import { nodeEd25519 } from '@hocba/ledger/node';
import { obtainTimestamp, parseCertificate, personalIdOf } from '@hocba/signature';
import { type IssuedLeaf, nodeCrypto } from '@hocba/signature/node';
import { withUnsigned } from '@hocba/signature/testing/vendor';
import { beforeAll, describe, expect, test } from 'vitest';
import { type ForeignOptions, type ForeignPeople, foreignPeople, foreignRecord } from '../testing/foreign.ts';
import { makeRealWorld, REAL_NOW, type RealWorld, type TrustChange } from '../testing/real-world.ts';
import type { FileVerdict } from '../verdict/file-verdict.ts';
import { trustSentence } from '../verdict/sentences.ts';
import { verifyFile } from '../verify-file.ts';

let world: RealWorld;
let people: ForeignPeople;
beforeAll(async () => {
  world = await makeRealWorld();
  people = foreignPeople(world.pki);
});

async function judged(xml: string, change?: TrustChange | null, now = REAL_NOW): Promise<FileVerdict> {
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => now };
  const trust = change === null ? null : await world.trust(change);
  return verifyFile({ name: 'a.xml', bytes: new TextEncoder().encode(xml) }, trust, ports);
}
const codeOf = (found: FileVerdict, name: string): string => {
  const fragment = found.fragments.find((one) => one.name === name);
  return `${fragment?.state}:${fragment?.code}`;
};
const SENTENCE = 'Chưa kiểm tra được đủ (học bạ của phần mềm khác)';

describe('a record of other software whose signatures hold is never green, and says why', () => {
  test.each<[string, ForeignOptions]>([
    ['of 2025, exclusive', {}],
    ['of 2025, inclusive', { way: 'inclusive' }],
    ['of 2025, the seal around the whole', { way: 'enveloped' }],
    ['of 1.0, exclusive', { layout: '1.0' }],
    ['of 1.0, inclusive', { layout: '1.0', way: 'inclusive' }],
    ['of 1.0, the seal around the whole', { layout: '1.0', way: 'enveloped' }],
    ['Ids spelt id', { idAttribute: 'id' }],
    ['Ids spelt ID', { layout: '1.0', idAttribute: 'ID' }],
  ])('%s', async (_, options) => {
    const found = await judged(foreignRecord(people, options));
    expect([found.verdict, found.sentence]).toEqual(['not-fully-checked', SENTENCE]);
    expect(
      ['document', 'signatures', 'certificates', 'time', 'issuance', 'status', 'issuer'].map((name) =>
        codeOf(found, name),
      ),
    ).toEqual([
      'not-checked:foreign',
      'valid:each-at-its-place',
      'not-checked:signer-status-unknown',
      'not-checked:foreign-times',
      'not-checked:foreign-no-log',
      'not-checked:foreign-no-status',
      'not-checked:school-unknown',
    ]);
    expect(found.foreign).toMatchObject({
      fullName: 'Học Sinh Mẫu Khác',
      className: '4C',
      result: 'Hoàn thành tốt',
    });
    expect(found.foreign?.signers.at(-1)).toEqual({
      slot: 'ky-phat-hanh',
      time: '2026-05-29T08:00:00+07:00',
    });
  });

  test('in 1.0 nobody asks for the homeroom teacher where there is no such slot', async () => {
    const edit = (xml: string) => xml.replace(/<GVCN>.*<\/GVCN>/, '');
    const change: ForeignOptions['change'] = (slot, plan) => (slot === 'gvcn' ? null : plan);
    const found = await judged(foreignRecord(people, { layout: '1.0', edit, change }));
    expect(codeOf(found, 'signatures')).toBe('valid:each-at-its-place');
  });
  test('without a time, and without any trust', async () => {
    expect((await judged(foreignRecord(people, { sealedAt: null }))).sentence).toBe(SENTENCE);
    const alone = await judged(foreignRecord(people), null);
    expect([alone.sentence, codeOf(alone, 'certificates')]).toEqual([SENTENCE, 'not-checked:no-roots']);
  });
  test('an authority that this verifier does not know makes nothing false', async () => {
    const other = await makeRealWorld();
    const found = await judged(foreignRecord(foreignPeople(other.pki)));
    expect([found.verdict, codeOf(found, 'certificates')]).toEqual([
      'not-fully-checked',
      'not-checked:unknown-authority',
    ]);
  });
  test('by which list is said whatever comes of it, and that the list is past its day', async () => {
    const may31 = Date.parse('2026-05-31T00:00:00Z') / 1000;
    const aYearLater = new Date('2027-06-02T00:00:00Z');
    const xml = foreignRecord(people);
    const broken = xml.replace('<MUC_DAT_DUOC>T<', '<MUC_DAT_DUOC>H<');
    for (const file of [xml, broken]) {
      const found = await judged(file);
      expect([found.trustAsOf, found.trustEnded]).toEqual([may31, undefined]);
      expect(trustSentence(found)).toBe('xét theo danh sách tin cậy ngày 31/05/2026');
      const late = await judged(file, undefined, aYearLater);
      expect([late.verdict, late.trustAsOf]).toEqual([found.verdict, may31]);
      expect(trustSentence(late)).toMatch(/31\/05\/2026; .* quá hạn dùng từ ngày 01\/06\/2027/);
    }
    expect(codeOf(await judged(xml, undefined, aYearLater), 'issuer')).toBe('not-checked:register-too-old');
    expect(trustSentence(await judged(xml, null))).toBeNull();
  });
  test('a certificate that names nobody leaves open who signed', async () => {
    const edit = (xml: string) => xml.replace(/<SO_CCCD_GIAM_HIEU.*?<\/SO_CCCD_GIAM_HIEU_KY_HOC_BA>/, '');
    const found = await judged(foreignRecord(people, { edit }));
    expect([found.verdict, codeOf(found, 'signatures')]).toEqual([
      'not-fully-checked',
      'not-checked:signer-unnamed',
    ]);
  });
});

describe('what is false is found', () => {
  const replaced = (from: string | RegExp, to: string) => (xml: string) => {
    const out = xml.replace(from, to);
    expect(out).not.toBe(xml);
    return out;
  };
  const only =
    (slot: string, change: NonNullable<ForeignOptions['change']>): NonNullable<ForeignOptions['change']> =>
    (name, plan) =>
      name === slot ? change(name, plan) : plan;
  const at = (id: string) => ({
    xpath: `//*[@Id='${id}']`,
    transforms: ['http://www.w3.org/2001/10/xml-exc-c14n#'],
  });

  test.each<[string, (xml: string) => string, string, string]>([
    ['a level', replaced('<MUC_DAT_DUOC>T<', '<MUC_DAT_DUOC>H<'), 'signatures', 'signature-invalid'],
    ['a name', replaced('Học Sinh Mẫu Khác', 'Học Sinh Mẫu Lạ'), 'signatures', 'signature-invalid'],
    ['a signed time', replaced(/08:00:00\+07:00/, '09:00:00+07:00'), 'signatures', 'signature-invalid'],
    ['the seal taken off', replaced(/<KY_PHAT_HANH>.*?<\/KY_PHAT_HANH>/s, ''), 'signatures', 'incomplete'],
    ['the principal’s slot emptied', replaced(/<CBQL>.*?<\/CBQL>/s, '<CBQL/>'), 'signatures', 'incomplete'],
    [
      'one signature a second time elsewhere',
      (xml) =>
        xml.replace(
          '</HOC_BA>',
          `${/<Signature [^>]*Id="ky-cbql".*?<\/Signature>/s.exec(xml)?.[0].replaceAll('-cbql', '-x')}</HOC_BA>`,
        ),
      'signatures',
      'misplaced',
    ],
    [
      'data wrapped: the signed element moved aside, another in its place',
      (xml) => {
        const data = /<DU_LIEU_HOC_BA .*<\/DU_LIEU_HOC_BA>/s.exec(xml)?.[0] ?? '';
        const bare = data.replace(/<Signature .*?<\/Signature>/gs, '').replaceAll(/ Id="[^"]*"/g, '');
        return xml.replace(data, () => `${bare}<LUU>${data}</LUU>`);
      },
      'signatures',
      'misplaced',
    ],
    ['an Id twice', replaced('<CBQL>', '<CBQL Id="data">'), 'document', 'not-canonical'],
    ['a comment', replaced('<TONG_KET>', '<TONG_KET><!-- -->'), 'document', 'not-canonical'],
    ...['', ' SYSTEM "a.dtd"', ' [<!ENTITY a "T">]'].map(
      (rest): [string, (xml: string) => string, string, string] => [
        `a DTD${rest}`,
        replaced('<HOC_BA ', `<!DOCTYPE HOC_BA${rest}><HOC_BA `),
        'document',
        'not-canonical',
      ],
    ),
    [
      'data twice',
      replaced('<PHAT_HANH_HOC_BA>', '<DU_LIEU_HOC_BA/><PHAT_HANH_HOC_BA>'),
      'document',
      'not-canonical',
    ],
    [
      'another root',
      (xml) => xml.replaceAll(/(<\/?)HOC_BA(?=[ >])/g, '$1HOC_BO'),
      'document',
      'not-canonical',
    ],
  ])('changed: %s', async (_, change, name, code) => {
    for (const trust of [undefined, null]) {
      const found = await judged(change(foreignRecord(people)), trust);
      expect([found.verdict, codeOf(found, name)]).toEqual(['not-genuine', `invalid:${code}`]);
      expect(found.foreign).toBeUndefined();
    }
  });

  test.each<[string, ForeignOptions, string, string]>([
    [
      'the principal signed the summary only',
      { change: only('cbql', (_, plan) => ({ ...plan, references: [at('thongtinhocba')] })) },
      'signatures',
      'wrong-references',
    ],
    [
      'the homeroom teacher signed one subject',
      { change: only('gvcn', (_, plan) => ({ ...plan, references: [at('monTOAN')] })) },
      'signatures',
      'wrong-references',
    ],
    [
      'a subject’s teacher signed no subject',
      { change: only('gvbm-1', (_, plan) => ({ ...plan, references: [at('thongtinchung')] })) },
      'signatures',
      'wrong-references',
    ],
    ['a teacher’s slot is empty', { change: only('gvbm-2', () => null) }, 'signatures', 'incomplete'],
    [
      'somebody else in the principal’s slot',
      { change: only('cbql', (_, plan) => ({ ...plan, leaf: people.homeroom })) },
      'signatures',
      'signer-differs',
    ],
    [
      'a person as the seal',
      { change: only('ky-phat-hanh', (_, plan) => ({ ...plan, leaf: people.principal })) },
      'signatures',
      'signer-differs',
    ],
    [
      'signed before the certificates were',
      { sealedAt: '2020-05-29T08:00:00+07:00' },
      'certificates',
      'untrusted',
    ],
  ])('signed wrongly: %s', async (_, options, name, code) => {
    const found = await judged(foreignRecord(people, options));
    expect([found.verdict, codeOf(found, name)]).toEqual(['not-genuine', `invalid:${code}`]);
  });
});

describe('a school that writes its issues into a log issues nothing beside it', () => {
  const code = '00000001';
  const NEVER = 'Không thật (chưa từng phát hành)';
  test('named by the record', async () => {
    const found = await judged(foreignRecord(people, { schoolCode: code }));
    expect([found.verdict, codeOf(found, 'issuance')]).toEqual(['not-genuine', 'invalid:never-issued']);
    expect(found.sentence).toBe(NEVER);
    expect((await judged(foreignRecord(people, { schoolCode: code, sealedAt: null }))).sentence).toBe(NEVER);
  });
  test('known by its seal, whatever school the record names', async () => {
    const found = await judged(foreignRecord({ ...people, seal: world.seal }));
    expect(found.sentence).toBe(NEVER);
  });
  test('an earlier time that is only the signers’ word makes it neither green nor false; a younger seal betrays it', async () => {
    const later: TrustChange = {
      bundle: (bundle) => ({
        ...bundle,
        schools: bundle.schools.map((school) => ({
          ...school,
          seals: [],
          logs: school.logs.map((log) => ({ ...log, from: Date.parse('2026-05-28T12:00:00Z') / 1000 })),
        })),
      }),
    };
    const early = foreignRecord(people, { schoolCode: code, sealedAt: '2026-05-28T08:00:00+07:00' });
    const found = await judged(early, later);
    expect(codeOf(found, 'issuance')).toBe('not-checked:foreign-no-log');
    // Of a school that is known, a seal that nobody registered issues nothing either.
    expect(codeOf(found, 'issuer')).toBe('invalid:seal-not-registered');
    world.pki.setNow(new Date('2026-05-30T12:00:00Z'));
    const young = { ...people, seal: world.pki.seal('Trường Tiểu học Mẫu', '0109999999') };
    const late = await judged(
      foreignRecord(young, { schoolCode: code, sealedAt: '2026-05-28T08:00:00+07:00' }),
      later,
    );
    expect(codeOf(late, 'issuance')).toBe('invalid:never-issued');
  });
});

test.each<[string, string | null, string]>([
  ['after the list’s day', '2026-05-29T08:00:00+07:00', 'not-checked:register-before-record'],
  ['before it', '2026-05-28T19:15:00+07:00', 'invalid:seal-not-registered'],
  ['without a time', null, 'invalid:seal-not-registered'],
])('a seal that the list does not have, sealed %s', async (_, sealedAt, expected) => {
  const [school] = (await world.trust()).schools?.values() ?? [];
  const bundle: TrustChange['bundle'] = (from) => ({
    ...from,
    asOf: Date.parse('2026-05-28T12:30:00Z') / 1000,
    schools: from.schools.map((one) => ({ ...one, seals: [], logs: [] })),
  });
  const found = await judged(foreignRecord(people, { schoolCode: school?.code ?? '', sealedAt }), { bundle });
  expect([found.verdict === 'genuine', codeOf(found, 'issuer')]).toEqual([false, expected]);
});

describe('what we wrote is never taken for another vendor’s', () => {
  test.each<[string, string, (xml: string) => string]>([
    ['declared', 'error:changed-on-its-way', (xml) => `<?xml version="1.0"?>${xml}`],
    ['with a line break', 'error:changed-on-its-way', (xml) => xml.replace('</HOC_BA>', '\n</HOC_BA>')],
    ['with an element more', 'invalid:not-canonical', (xml) => xml.replace('</HOC_BA>', '<THEM/></HOC_BA>')],
  ])('%s', async (_, document, change) => {
    const [record] = world.records;
    const found = await judged(change(new TextDecoder().decode(record?.xml)));
    expect([found.verdict, codeOf(found, 'document')]).toEqual(['not-genuine', document]);
  });
});

describe('by the times and answers that a record carries', () => {
  const HOUR = 3_600_000;
  const DATED = new Date('2026-05-29T02:00:00Z');
  const later = (ms: number, from = DATED): Date => new Date(from.getTime() + ms);
  const token =
    (at: Date, days = 1_000) =>
    async (message: Uint8Array): Promise<Uint8Array> => {
      world.pki.setNow(at);
      const { timestamp: port, nonce, roots } = world.pki.services(days);
      return (await obtainTimestamp(nodeCrypto, message, { port, nonce: nonce(), roots })).token;
    };
  const leafOf = ({ chain }: IssuedLeaf) => parseCertificate(chain[0] ?? new Uint8Array());
  /** About everybody who signed, and their authority. */
  async function answersAt(at: Date, who: readonly IssuedLeaf[]): Promise<Uint8Array[]> {
    world.pki.setNow(at);
    const { revocation } = world.pki.services(1_000);
    const issuing = parseCertificate(who[0]?.chain[1] ?? new Uint8Array());
    const asked = [
      ...who.map((leaf) => revocation(leafOf(leaf), issuing)),
      revocation(issuing, world.pki.root),
    ];
    return (await Promise.all(asked)).flatMap(({ ocsp }) => [...ocsp]);
  }
  interface Carries {
    readonly layout?: '1.0' | '2025';
    readonly form?: 'exclusive' | 'inclusive';
    readonly by?: ReturnType<typeof token>;
    /** Who has a token; in the layout of 2025 principal and seal sign what teachers signed. */
    readonly slots?: readonly string[];
    readonly answersFrom?: Date;
    readonly about?: (all: readonly IssuedLeaf[]) => readonly IssuedLeaf[];
    readonly who?: ForeignPeople;
  }
  async function carrying({
    layout = '2025',
    form = 'exclusive',
    by = token(DATED),
    slots = layout === '2025' ? ['cbql', 'ky-phat-hanh'] : ['gvcn', 'cbql', 'ky-phat-hanh'],
    answersFrom = later(HOUR),
    about = (all) => all,
    who = people,
  }: Carries = {}): Promise<string> {
    const all = [...(layout === '2025' ? who.teachers : []), who.homeroom, who.principal, who.seal];
    const asked = about(all);
    const ocsp = asked.length === 0 ? [] : await answersAt(answersFrom, asked);
    let xml = foreignRecord(who, { layout, xades: true });
    for (const slot of slots)
      xml = await withUnsigned(xml, slot, { token: by, form, ...(slot === 'ky-phat-hanh' ? { ocsp } : {}) });
    return xml;
  }
  const said = (found: FileVerdict): string[] => [
    found.verdict,
    codeOf(found, 'certificates'),
    codeOf(found, 'time'),
  ];
  const GOOD = ['not-fully-checked', 'valid:valid-when-signed', 'valid:proven'];

  test.each<[string, Carries]>([
    ['of 2025: the principal’s and the seal’s dates hold for the teachers', {}],
    ['of 1.0, everybody dated', { layout: '1.0' }],
    ['dated in inclusive form, which no method names', { layout: '1.0', form: 'inclusive' }],
  ])('good: %s', async (_, carries) => {
    expect(said(await judged(await carrying(carries)))).toEqual(GOOD);
  });

  const unknown = 'not-checked:signer-status-unknown';
  test.each<[string, Carries, string, string]>([
    ['no answers', { about: () => [] }, unknown, 'valid:proven'],
    ['no answer about one of them', { about: (all) => all.slice(1) }, unknown, 'valid:proven'],
    ['answers that ended before', { answersFrom: later(-48 * HOUR) }, unknown, 'valid:proven'],
    ['a principal without a token', { slots: ['ky-phat-hanh'] }, unknown, 'not-checked:foreign-times'],
    [
      'tokens over something else',
      { by: async () => token(DATED)(new Uint8Array(3)) },
      unknown,
      'not-checked:foreign-times',
    ],
    ['tokens that are none', { by: async () => new Uint8Array(3) }, unknown, 'not-checked:foreign-times'],
    ['tokens of an authority that has ended', { by: token(DATED, 1) }, unknown, 'not-checked:foreign-times'],
  ])('open: %s', async (_, carries, certificates, time) => {
    expect(said(await judged(await carrying(carries)))).toEqual(['not-fully-checked', certificates, time]);
  });

  test('revoked before the proven time is not genuine; since is good; without a time it is open', async () => {
    const principal = world.pki.person('Hiệu Trưởng Mẫu', personalIdOf(leafOf(people.principal)) ?? '');
    const who = { ...people, principal };
    world.pki.revoke(leafOf(principal), { revokedAt: later(HOUR / 2) });
    expect(said(await judged(await carrying({ who })))).toEqual(GOOD);
    const late = await judged(await carrying({ who, by: token(later(HOUR)), answersFrom: later(2 * HOUR) }));
    expect([late.sentence, ...said(late).slice(1)]).toEqual([
      'Không thật',
      'invalid:signer-revoked',
      'valid:proven',
    ]);
    const undated = await judged(await carrying({ who, by: async () => new Uint8Array(3) }));
    expect(said(undated)[1]).toBe('not-checked:signer-revoked-no-proof');
  });

  test('what is unsigned may be changed or taken away, and makes nothing false; what is signed may not', async () => {
    const xml = await carrying();
    const without = xml.replaceAll(/<UnsignedProperties>.*?<\/UnsignedProperties>/gs, '');
    expect(said(await judged(without))).toEqual(['not-fully-checked', unknown, 'not-checked:foreign-times']);
    const changed = xml.replace('<MUC_DAT_DUOC>T<', '<MUC_DAT_DUOC>H<');
    expect((await judged(changed)).verdict).toBe('not-genuine');
    const otherTime = xml.replace('<SigningTime>2026', '<SigningTime>2025');
    expect((await judged(otherTime)).verdict).toBe('not-genuine');
  });
});
