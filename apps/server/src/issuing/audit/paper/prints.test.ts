import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FormInput } from '@hocba/form';
import { claimContentOf, signClaim } from '@hocba/form/claim';
import { readRecord } from '@hocba/record';
import { unsignedPart } from '@hocba/signature/pades';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { printWork, type SignPrintsDeps } from '../../prints/sign-prints.ts';
import { makeHouse, type TestHouse } from '../../testing/house.ts';
import { asSuperuser } from '../../testing/superuser.ts';
import { auditStore } from '../audit.ts';

const URL = 'https://hocba.example';
let house: TestHouse;
/** In order; the last one's print was painted by who holds the seal. */
let ids: string[];
let folder: string;

const audit = (state?: string, dieAt?: number) =>
  auditStore({
    connection: house.database.owner,
    dataFolder: house.dataDir,
    now: house.now,
    state,
    progress: (stage, done) => {
      if (stage === 'prints' && done === dieAt) throw new Error('killed');
    },
  });
const write = (id: string, pdf: Uint8Array) => {
  const bytes = `'\\x${Buffer.from(pdf).toString('hex')}'::bytea`;
  return asSuperuser(
    house,
    `update signed_print set pdf = ${bytes}, digest = sha256(${bytes}) where record_id = '${id}'`,
  );
};
const printOf = async (id: string): Promise<Uint8Array> => {
  const [row] = await house.database.asOwner<{ pdf: Uint8Array }>(
    'select pdf from signed_print where record_id = $1',
    [id],
  );
  return new Uint8Array(row?.pdf ?? []);
};

/** A printer that draws another mark over one record's own bytes, and signs it as the school. */
function paintingOne(forged: () => string | undefined): SignPrintsDeps['printer'] {
  return {
    renderYear: (input: FormInput) =>
      house.printer.renderYear(
        input.doc.uuid === forged()
          ? { ...input, doc: { ...input.doc, pupil: { ...input.doc.pupil, weightKg: 99 } } }
          : input,
      ),
  };
}

/** Freezes and signs all, the prints too, made so. @returns the records, in order */
async function printed(
  of: TestHouse,
  made: (ids: readonly string[]) => Pick<SignPrintsDeps, 'printer' | 'claimOf'>,
): Promise<string[]> {
  const records = (await of.freeze()).sort();
  const { school, work, dataDir, sequencer } = of;
  await of.sign('subjectTeacher', school.music);
  await of.sign('subjectTeacher', school.homeroom);
  await of.sign('homeroomTeacher', school.homeroom);
  await of.sign('principal', school.principal);
  const { db, crypto, signers, levels, now } = work;
  const deps = { db, crypto, dataDir, logHost: 'log.example', signers, levels, sequencer, now };
  const prints = printWork({ ...deps, ...made(records) } as SignPrintsDeps);
  await of.sign('schoolSeal', school.clerk, { ...work, prints });
  await of.sequencer.settle(of.origin);
  return records;
}

beforeAll(async () => {
  house = await makeHouse({ pupils: 3, publicUrl: URL });
  folder = await mkdtemp(join(tmpdir(), 'hocba-prints-'));
  ids = await printed(house, ([, , third]) => ({
    printer: paintingOne(() => third),
    claimOf: async () => null,
  }));
});
afterAll(async () => {
  await house.close();
  await rm(folder, { recursive: true, force: true });
});

describe('signed prints in an audit', () => {
  const painted = () => ({ what: 'print', id: ids[2], code: 'print-pages-differ' });
  let kept: Map<string, Uint8Array>;
  beforeAll(async () => {
    kept = new Map();
    for (const id of ids) kept.set(id, await printOf(id));
  });
  afterEach(async () => {
    for (const [id, pdf] of kept) {
      const [row] = await house.database.asOwner('select 1 from signed_print where record_id = $1', [id]);
      if (row !== undefined) await write(id, pdf);
    }
  });

  test('all are judged; pages that the seal signed and that no form makes of the record are named', async () => {
    const { records, prints, problems, open } = await audit();
    expect([records, prints, problems, open]).toEqual([3, 3, [painted()], []]);
  });

  test('a byte changed by who owns the database is named, wherever it stands', async () => {
    const [id = ''] = ids;
    const pdf = kept.get(id) ?? new Uint8Array();
    const base = unsignedPart(pdf)?.base.length ?? 0;
    for (const at of [40, base >> 1, base + 200, pdf.length - 60]) {
      const changed = pdf.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      await write(id, changed);
      const { problems } = await audit();
      expect(problems.map((one) => [one.what, one.id])).toEqual([
        ['print', id],
        ['print', ids[2]],
      ]);
    }
  });

  test('two pupils’ prints swapped are named both', async () => {
    const [a = '', b = ''] = ids;
    await write(a, kept.get(b) ?? new Uint8Array());
    await write(b, kept.get(a) ?? new Uint8Array());
    const code = 'print-of-other-record';
    expect((await audit()).problems).toEqual([
      { what: 'print', id: a, code },
      { what: 'print', id: b, code },
      painted(),
    ]);
  });

  test('the school’s signature cut off is named', async () => {
    const [id = ''] = ids;
    await write(id, unsignedPart(kept.get(id) ?? new Uint8Array())?.base ?? new Uint8Array());
    expect((await audit()).problems).toEqual([{ what: 'print', id, code: 'print-not-signed' }, painted()]);
  });

  test('goes on where it was cut off; a print that was changed meanwhile is looked at again', async () => {
    const [a = ''] = ids;
    const path = join(folder, 'state');
    await expect(audit(path, 2)).rejects.toThrow('killed');
    const lines = (await readFile(path, 'utf8')).trim().split('\n');
    expect(lines.filter((line) => line.includes('print:'))).toHaveLength(2);
    const changed = (kept.get(a) ?? new Uint8Array()).slice();
    changed[60] = (changed[60] ?? 0) ^ 1;
    await write(a, changed);
    expect((await audit(path)).problems.map(({ id }) => id)).toEqual([a, ids[2]]);
  });

  test.each<[string, string, string]>([
    ['no pages', 'pdf', 'null'],
    ['no digest', 'digest', 'null'],
    ['a term that is none', 'renew_before', `'infinity'`],
    ['a term that was over before all time', 'renew_before', `'-infinity'`],
    ['another than who had it signed', 'signed_by', `gen_random_uuid()`],
    ['more timestamps than the file', 'timestamps', 'timestamps + 1'],
    ['fewer', 'timestamps', '0'],
    ['a time before it was dated', 'stored_at', `stored_at - interval '3 days'`],
    ['one to come', 'stored_at', `stored_at + interval '3 days'`],
    ['a time that is none', 'stored_at', `'infinity'`],
  ])('a row that holds %s ends no audit', async (_, column, value) => {
    const [id = ''] = ids;
    const keep = `create table kept_prints as select * from signed_print`;
    await asSuperuser(
      house,
      `${keep}; alter table signed_print alter column ${column} drop not null;
       update signed_print set ${column} = ${value} where record_id = '${id}'`,
    );
    const found = (await audit()).problems.filter((one) => one.what === 'print' && one.id === id);
    await asSuperuser(
      house,
      `delete from signed_print; insert into signed_print select * from kept_prints; drop table kept_prints;
       ${column === 'renew_before' ? '' : `alter table signed_print alter column ${column} set not null`}`,
    );
    expect(found).toEqual([
      {
        what: 'print',
        id,
        code: expect.stringMatching(/^print-(bytes|term|signed-by|timestamps|stored-at)-differ/),
      },
    ]);
  });

  test('one that was taken away is named by the batch that made it', async () => {
    const [, id = ''] = ids;
    await asSuperuser(house, `delete from signed_print where record_id = '${id}'`);
    const { prints, problems } = await audit();
    expect([prints, problems]).toEqual([2, [{ what: 'print', id, code: 'print-missing' }, painted()]]);
  });
});

describe('a print whose QR claims', () => {
  let other: TestHouse;
  beforeEach(async () => {
    other = await makeHouse({ pupils: 1, publicUrl: URL });
  });
  afterEach(() => other.close());

  const OTHERS: readonly (readonly [string, (name: string) => readonly string[]])[] = [
    ['other marks than the record beside it', () => ['Người Khác']],
    ['another pupil behind the right one', (own) => [own, 'Người Khác']],
  ];
  async function claimed(names: (own: string) => readonly string[]): Promise<string> {
    const [row] = await other.database.asOwner<{ xml: Uint8Array }>('select xml from issued_record');
    const content = claimContentOf(readRecord(new Uint8Array(row?.xml ?? [])).doc);
    const body = { keyId: new Uint8Array(4), leafIndex: 1, leafHash: new Uint8Array(16) };
    const claims = names(content.fullName).map((fullName) =>
      signClaim({ ...body, content: { ...content, fullName } }, async () => new Uint8Array(64)),
    );
    return (await Promise.all(claims)).join('#');
  }

  test.each(OTHERS)('%s is not signed', async (_, names) => {
    const [id] = await printed(other, () => ({ printer: other.printer, claimOf: () => claimed(names) }));
    expect(await other.database.asOwner('select 1 from signed_print')).toEqual([]);
    expect(
      await other.database.asOwner(`select record_id, refusal from signing_item where slot_id = 'print'`),
    ).toEqual([{ record_id: id, refusal: expect.stringContaining('bị hỏng') }]);
  });

  test.each(OTHERS)('%s is named, whoever signed both', async (_, names) => {
    const renderYear = async ({ issued, ...input }: FormInput) =>
      other.printer.renderYear({
        ...input,
        issued: issued && { ...issued, qrUrl: `${issued.qrUrl}#${await claimed(names)}` },
      });
    const [id] = await printed(other, () => ({ printer: { renderYear }, claimOf: async () => null }));
    const { database, dataDir, now } = other;
    const { prints, problems } = await auditStore({ connection: database.owner, dataFolder: dataDir, now });
    expect([prints, problems]).toEqual([1, [{ what: 'print', id, code: 'print-claim-differs' }]]);
  });
});
