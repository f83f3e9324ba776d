import { nodeEd25519 } from '@hocba/ledger/node';
import type { ClassTableDocument, RecordDocument, SlotPlan } from '@hocba/record';
import { nodeCrypto } from '@hocba/signature/node';
import { beforeAll, describe, expect, test } from 'vitest';
import { referenceTo, signTable, tableOfRecord } from '../testing/issued-table.ts';
import {
  certificateOf,
  makeRealWorld,
  REAL_NOW,
  type RealRecord,
  type RealTable,
  type RealWorld,
  realDocument,
} from '../testing/real-world.ts';
import type { Trust } from '../trust/trust.ts';
import type { FileToVerify, FileVerdict } from '../verdict/file-verdict.ts';
import { verifyFile } from '../verify-file.ts';

// The ministry's first format: no slot for subject teachers, who sign the class's table that the record names.
const plain = realDocument({ profile: 'moet-1.0' });
const table = tableOfRecord(plain);
const named: RecordDocument = { ...plain, classTable: referenceTo(table) };
const toggled = table.rows.map((row) => ({ ...row, levels: { ...row.levels, DD: 'H' as const } }));
/** Another table of the same school, another with the same UUID, and one that says less of the pupil than the record. */
const otherClass = tableOfRecord(plain, {
  className: '4Z',
  uuid: '11111111-2222-4333-8444-555555555555',
});
const kept = { ...table, rows: toggled, uuid: '22222222-2222-4333-8444-555555555555' };
const contradicted: RecordDocument = { ...plain, classTable: referenceTo(kept) };

let world: RealWorld;
let trust: Trust;
let signed: RealTable;
let record: RealRecord;
beforeAll(async () => {
  world = await makeRealWorld({
    tables: [table, otherClass, kept],
    docs: [named, plain, contradicted],
  });
  trust = await world.trust();
  [signed, record] = [at(world.tables, 0), at(world.records, 0)];
});

function at<T>(list: readonly T[], n: number): T {
  const found = list[n];
  if (found === undefined) throw new Error(`no entry ${n}`);
  return found;
}
const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => REAL_NOW };
const fileOf = ({ xml, proof }: { xml: Uint8Array; proof?: Uint8Array }): FileToVerify => ({
  name: 'a.xml',
  bytes: xml,
  ...(proof ? { proof } : {}),
});
const judge = (
  of: { xml: Uint8Array; proof?: Uint8Array },
  tables: readonly FileToVerify[] = [],
  believed: Trust | null = trust,
): Promise<FileVerdict> => verifyFile({ ...fileOf(of), tables }, believed, ports);
const codeOf = (found: FileVerdict, name: string): string => {
  const fragment = found.fragments.find((f) => f.name === name);
  return `${fragment?.state}:${fragment?.code}`;
};
const edited = (xml: Uint8Array, from: string | RegExp, to: string): Uint8Array => {
  const text = new TextDecoder().decode(xml);
  const changed = text.replace(from, () => to);
  expect(changed).not.toBe(text);
  return new TextEncoder().encode(changed);
};

describe('the file of a class’s table', () => {
  test('is genuine with everything right, and says what was signed', async () => {
    const found = await judge(signed);
    expect(found.verdict).toBe('genuine');
    expect(found.fragments.map(({ state, name, code }) => `${name} ${state} ${code}`)).toEqual([
      'document valid intact',
      'signatures valid all-valid',
      'certificates valid valid-when-signed',
      'time valid proven-for-long',
      'issuance valid logged',
      'witness not-checked none-required',
      'status valid current',
      'issuer valid registered',
    ]);
    expect(found.classTable).toEqual(table);
    expect(found.record).toBeUndefined();
    expect(found.signers).toHaveLength(table.subjects.length + 3);
  });

  test('says that it was recalled', async () => {
    const entries = [{ index: 0, state: 'recalled' as const, by: 5, reason: 'data-entry-error' as const }];
    expect((await judge(signed, [], await world.trust({ entries }))).verdict).toBe('recalled');
  });

  test('is never green without trust, proof or its own log', async () => {
    expect((await judge(signed, [], null)).verdict).toBe('not-fully-checked');
    expect(codeOf(await judge({ xml: signed.xml }), 'issuance')).toBe('invalid:never-issued');
    const ofRecord = await judge({ xml: signed.xml, proof: record.proof });
    expect([ofRecord.verdict, codeOf(ofRecord, 'issuance')]).toEqual(['not-genuine', 'invalid:other-record']);
    const ofTable = await judge({ xml: record.xml, proof: signed.proof });
    expect(codeOf(ofTable, 'issuance')).toBe('invalid:other-record');
  });

  const subject = (n: number): ClassTableDocument['subjects'][number] => at(table.subjects, n);
  test.each<[string, () => Promise<Uint8Array> | Uint8Array, string]>([
    [
      'a level changed',
      () => edited(signed.xml, '<MUC_DAT_DUOC>T<', '<MUC_DAT_DUOC>C<'),
      'signatures invalid:signature-invalid',
    ],
    [
      'a mark changed',
      () => edited(signed.xml, /<DIEM_KIEM_TRA_DINH_KY>\d+</, '<DIEM_KIEM_TRA_DINH_KY>1<'),
      'signatures invalid:signature-invalid',
    ],
    [
      'the pupil’s code changed',
      () => edited(signed.xml, /<MA_HOC_SINH>.*?</, '<MA_HOC_SINH>0000000000<'),
      'signatures invalid:signature-invalid',
    ],
    [
      'another class named',
      () => edited(signed.xml, /<TEN_LOP>.*?</, '<TEN_LOP>4X<'),
      'signatures invalid:signature-invalid',
    ],
    [
      'another year named',
      () => edited(signed.xml, /<TEN_NAM_HOC>.*?</, '<TEN_NAM_HOC>2024-2025<'),
      'signatures invalid:signature-invalid',
    ],
    [
      'two subjects’ teachers swapped in the data',
      () => {
        const [a, b] = [subject(2), subject(3)].map(
          ({ teacher }) =>
            `<HO_VA_TEN>${teacher.fullName}</HO_VA_TEN><SO_CCCD>${teacher.personalId}</SO_CCCD>`,
        );
        if (a === undefined || b === undefined || a === b) throw new Error('two teachers are needed');
        const text = new TextDecoder().decode(signed.xml);
        const start = text.indexOf('<DANH_SACH_MON_HOC>');
        const swapped = text
          .slice(start)
          .replace(a, '@')
          .replace(b, () => a)
          .replace('@', () => b);
        return new TextEncoder().encode(text.slice(0, start) + swapped);
      },
      'document invalid:not-a-table',
    ],
    [
      'one subject teacher’s certificate under another’s slot',
      () =>
        signTable(world.leafOf, table, (plan: SlotPlan) =>
          plan.order === 2 ? { ...plan, signer: subject(3).teacher } : plan,
        ),
      'signatures invalid:signer-differs',
    ],
    [
      'a subject taken out',
      () => edited(signed.xml, /<MON_HOC Id="mon-DD">.*?<\/MON_HOC>/, ''),
      'document invalid:inconsistent',
    ],
    [
      'a subject teacher’s signature taken out',
      () => edited(signed.xml, /<GVBM Id="gvbm-1">.*?<\/GVBM>/, ''),
      'document invalid:not-a-table',
    ],
    [
      'the seal taken out',
      () => edited(signed.xml, /<KY_PHAT_HANH .*<\/KY_PHAT_HANH>/, ''),
      'signatures invalid:incomplete',
    ],
    [
      'a column’s signature out of the table of another class',
      () => {
        const slot = /<GVBM Id="gvbm-1">.*?<\/GVBM>/;
        const from = new TextDecoder().decode(at(world.tables, 1).xml).match(slot)?.[0] ?? '';
        return edited(signed.xml, slot, from);
      },
      'signatures invalid:signature-invalid',
    ],
    [
      'a training table in which the mark was taken off',
      async () => {
        const xml = await signTable(world.leafOf, { ...table, training: true });
        return edited(
          edited(xml, '1.0-TAP-HUAN', '1.0'),
          'TẬP HUẤN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ',
          'CHÍNH THỨC',
        );
      },
      'signatures invalid:signature-invalid',
    ],
  ])('is not genuine with %s', async (_what, make, told) => {
    const found = await judge({ xml: await make(), proof: signed.proof });
    const [name = '', code = ''] = told.split(' ');
    expect([found.verdict, codeOf(found, name)]).toEqual(['not-genuine', code]);
    expect(found.classTable === undefined || name !== 'document').toBe(true);
  });

  test('of training is training and nothing else, whatever trust is given', async () => {
    const xml = await signTable(world.leafOf, { ...table, training: true });
    for (const believed of [trust, null])
      expect((await judge({ xml }, [], believed)).verdict).toBe('training');
    // A proof of the real log makes it no less an exercise: then it contradicts itself.
    expect((await judge({ xml, proof: signed.proof })).verdict).toBe('not-genuine');
  });
});

describe('a record whose format has no slot for subject teachers', () => {
  const beside = (n: number): FileToVerify[] => [fileOf(at(world.tables, n))];

  test('is held against the table that it names', async () => {
    const found = await judge(record, beside(0));
    expect([found.verdict, codeOf(found, 'table')]).toEqual(['genuine', 'valid:agrees']);
    const among = await judge(record, [...beside(1), fileOf(at(world.records, 1)), ...beside(0)]);
    expect(codeOf(among, 'table')).toBe('valid:agrees');
  });

  test('keeps its verdict without the table, and says what is not there', async () => {
    for (const tables of [[], beside(1)]) {
      const found = await judge(record, tables);
      expect([found.verdict, codeOf(found, 'table')]).toEqual(['genuine', 'not-checked:not-given']);
    }
    const unnamed = await judge(at(world.records, 1), beside(0));
    expect([unnamed.verdict, codeOf(unnamed, 'table')]).toEqual(['genuine', 'not-checked:none-named']);
  });

  test('is not genuine where the table that it names says otherwise', async () => {
    const found = await judge(at(world.records, 2), beside(2));
    expect([found.verdict, codeOf(found, 'table')]).toEqual(['not-genuine', 'invalid:row-differs']);
  });

  test('is not genuine beside a signed table of the same UUID with other contents', async () => {
    const other = { ...table, rows: toggled };
    const twin = await makeRealWorld({ tables: [other], docs: [plain] });
    const found = await judge(record, [fileOf(at(twin.tables, 0))]);
    expect([found.verdict, codeOf(found, 'table')]).toEqual(['not-genuine', 'invalid:other-contents']);
  });

  test('tells of a table that is recalled, or not in the log, without calling itself false for it', async () => {
    const entries = [{ index: 0, state: 'recalled' as const, by: 5, reason: 'data-entry-error' as const }];
    const recalled = await judge(record, beside(0), await world.trust({ entries }));
    expect([recalled.verdict, codeOf(recalled, 'table')]).toEqual(['genuine', 'not-checked:recalled']);
    const unknown = await judge(record, beside(0), null);
    expect(codeOf(unknown, 'table')).toBe('not-checked:not-fully-checked');
  });

  test('a table that was changed on the way tells nothing about the record', async () => {
    const xml = edited(signed.xml, '<MUC_DAT_DUOC>T<', '<MUC_DAT_DUOC>C<');
    const found = await judge(record, [fileOf({ xml, proof: signed.proof })]);
    expect(codeOf(found, 'table')).toBe('not-checked:not-given');
  });

  test('a record with slots for its subject teachers speaks of no table', async () => {
    const other = await makeRealWorld();
    const found = await judge(at(other.records, 0), beside(0), await other.trust());
    expect(found.fragments.some(({ name }) => name === 'table')).toBe(false);
  });

  test('its signers are of the world’s own register', () => {
    expect(certificateOf(world.seal).subject.text).toContain(plain.seal.taxCode);
  });
});
