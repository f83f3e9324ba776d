import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditReport, auditStore, openBesideServer } from '@hocba/server';
import pg from 'pg';

/** What a superuser did, and what the audit named it; null: nobody noticed. */
export interface SuperuserAttack {
  readonly what: string;
  readonly named: string | null;
}

/** The class's issued record with the least id, and the one after it. */
const FIRST = '(select min(record_id::text)::uuid from issued_record)';
const SECOND = `(select record_id from issued_record where record_id <> ${FIRST} order by record_id limit 1)`;
const A_CLASS = '(select class_id from record order by record_id limit 1)';

const ATTACKS: readonly (readonly [what: string, sql: string])[] = [
  [
    'đổi một ô',
    `update cell set value = 'C' where (class_id, seq) = (select class_id, min(seq) from cell where class_id = ${A_CLASS} and value is not null group by class_id)`,
  ],
  [
    'đổi một ô cùng lần ghi của nó',
    `update cell_act set new_value = 'C' where class_id = ${A_CLASS} and seq = 5; update cell set value = 'C' where class_id = ${A_CLASS} and seq = 5`,
  ],
  ['xoá một lần ghi', `delete from cell_act where class_id = ${A_CLASS} and seq = 3`],
  [
    'cắt các lần ghi cuối',
    `delete from cell_act where class_id = ${A_CLASS} and seq > (select max(seq) - 3 from cell_act where class_id = ${A_CLASS})`,
  ],
  [
    'sửa XML của một học bạ đã phát hành',
    `update issued_record set xml = set_byte(xml, 900, get_byte(xml, 900) # 1) where record_id = ${FIRST}`,
  ],
  ['xoá một học bạ đã phát hành', `delete from issued_record where record_id = ${FIRST}`],
  [
    'đổi chỗ học bạ của hai em',
    `create temp table two as select * from issued_record where record_id in (${FIRST}, ${SECOND});
    update issued_record i set (xml, salt, core, leaf, leaf_hash) = (select xml, salt, core, leaf, leaf_hash from two t where t.record_id <> i.record_id) where record_id in (select record_id from two)`,
  ],
  ['cắt đuôi bảng lá', 'delete from log_leaf where leaf_index = (select max(leaf_index) from log_leaf)'],
  ['sửa một dòng nhật ký sử dụng', `update audit_event set outcome = 'not-allowed' where seq = 2`],
  ['cắt đuôi nhật ký sử dụng', 'delete from audit_event where seq = (select max(seq) from audit_event)'],
];
const KEPT = [
  'cell',
  'cell_act',
  'class_counter',
  'issued_record',
  'log_leaf',
  'audit_event',
  'audit_trail',
  'school_day',
  'school_day_head',
];

/**
 * One attack after the other (those that make every hash anew need a day that has ended: `days.test.ts` has them) on the database of a stopped server, each undone before the next, with every trigger off; after each
 * the whole store is audited in this process, each time going on from what the first audit found of the same bytes: whoever is found so is
 * found by an audit that knows nothing, too, and not every print is made anew for every attack.
 */
export async function attackAsSuperuser(dataFolder: string): Promise<SuperuserAttack[]> {
  const store = await openBesideServer({ dataFolder });
  const client = new pg.Client(store.owner);
  const attacks: SuperuserAttack[] = [];
  try {
    await client.connect();
    await client.query('set session_replication_role = replica');
    for (const table of KEPT) await client.query(`create temp table kept_${table} as select * from ${table}`);
    const audit = resumedAudits({ connection: store.owner, dataFolder });
    const before = await audit();
    if (!before.ok) throw new Error(`sai từ trước: ${before.problems[0]?.code}`);
    for (const [what, sql] of ATTACKS) {
      await client.query(sql);
      const [first] = (await audit()).problems;
      attacks.push({ what, named: first === undefined ? null : `${first.what} ${first.id}: ${first.code}` });
      for (const table of [...KEPT].reverse()) await client.query(`delete from ${table}`);
      for (const table of KEPT) await client.query(`insert into ${table} select * from kept_${table}`);
    }
  } finally {
    await client.end().catch(() => {});
    await store.close();
  }
  return attacks;
}

/** Audits of one store of which each goes on from the first as if that had been cut off when it had seen every record and print. */
function resumedAudits(store: Parameters<typeof auditStore>[0]) {
  const state = join(store.dataFolder, 'audit-state');
  const kept = `${state}.kept`;
  return async (): Promise<AuditReport> => {
    if (existsSync(kept)) copyFileSync(kept, state);
    return auditStore({
      ...store,
      state,
      progress: (stage) => {
        if (stage === 'acts' && !existsSync(kept)) copyFileSync(state, kept);
      },
    });
  };
}
