import { claimContentOf, readClaim, signClaim } from '@hocba/form/claim';
import { claimKeyId, decodeLeaf, parseClaimKey } from '@hocba/ledger';
import { nodeEd25519, nodeSha256 } from '@hocba/ledger/node';
import { readRecord } from '@hocba/record';
import { nodeCrypto } from '@hocba/signature/node';
import { claimSentence, openBundle, type Trust, trustOf, verifyClaim } from '@hocba/verify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inSchool } from '../../store/database.ts';
import { auditStore } from '../audit/audit.ts';
import { issuedRecord } from '../issue/issued.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';
import { trustBundle } from '../trust/bundle.ts';
import { openClaimKey } from './claim-keys.ts';
import { signClaims, startClaims, storedClaim } from './sign-claims.ts';

let house: TestHouse;
let ids: string[];
beforeAll(async () => {
  house = await makeHouse({ pupils: 2 });
  ids = await house.issueAll();
});
afterAll(() => house.close());

const deps = () => ({
  db: house.database.db,
  dataDir: house.dataDir,
  crypto: nodeCrypto,
  signers: house.signers,
  sequencer: house.sequencer,
  logHost: LOG_HOST,
  now: house.now,
});
const claimOf = (recordId: string) =>
  inSchool(house.database.db, house.school.schoolId, (trx) =>
    storedClaim(trx, house.school.schoolId, recordId),
  );

test('every issued record gets one claim, by a key that a leaf certifies, of what was issued', async () => {
  expect(await signClaims(deps(), house.school.schoolId)).toBe(2);
  expect(await signClaims(deps(), house.school.schoolId)).toBe(0);
  const row = await house.database.db.selectFrom('claim_key').selectAll().executeTakeFirstOrThrow();
  expect(decodeLeaf(row.leaf).kind).toBe('claimKey');
  const key = parseClaimKey(row.document);
  for (const id of ids) {
    const claim = readClaim((await claimOf(id)) ?? '');
    expect(await nodeEd25519.verify(key.publicKey, claim.signed, claim.signature)).toBe(true);
    expect(claim.keyId).toEqual(claimKeyId(nodeSha256, key.publicKey));
    const issued = await inSchool(house.database.db, house.school.schoolId, (trx) =>
      issuedRecord(trx, house.school.schoolId, id, LOG_HOST),
    );
    expect(claim.content).toEqual(claimContentOf(readRecord(issued?.xml ?? new Uint8Array()).doc));
    expect(claim.leafIndex).toBe(issued?.leafIndex);
    expect(Buffer.from(claim.leafHash).equals(issued?.leafHash.subarray(0, 16) ?? new Uint8Array())).toBe(
      true,
    );
  }
});

test('the bundle carries the certified key; the next pass uses the same one', async () => {
  const claims = startClaims(deps(), () => {});
  expect(await claims.claimOf(house.school.schoolId, ids[0] ?? '')).toBe(await claimOf(ids[0] ?? ''));
  await claims.stop();
  const keys = await house.database.db.selectFrom('claim_key').select('document').execute();
  expect(keys).toHaveLength(1);
  const { bundle } = await trustBundle({ db: house.database.db, dataDir: house.dataDir, now: house.now });
  expect(bundle).toContain(Buffer.from(keys[0]?.document ?? '').toString('base64'));
});

test('the audit finds the key’s leaf, and a key that no leaf speaks of', async () => {
  const audit = () =>
    auditStore({ connection: house.database.owner, dataFolder: house.dataDir, now: house.now });
  expect(await audit()).toMatchObject({ ok: true, problems: [] });
  await house.database.asOwner(`set session_replication_role = replica;
    insert into claim_key select origin, document, sha256('salt'), leaf, sha256('other'), made_at from claim_key`);
  expect((await audit()).problems).toMatchObject([{ what: 'log', code: 'claim-key-differs' }]);
  await house.database.asOwner(`set session_replication_role = replica;
    delete from claim_key where leaf_hash = sha256('other')`);
});

test('the audit names claims that were swapped, changed, or signed by no key of the log', async () => {
  const [one = '', two = ''] = ids.toSorted();
  const named = async (change: string, undo: string) => {
    await house.database.asOwner(`set session_replication_role = replica; ${change}`);
    const { problems } = await auditStore({
      connection: house.database.owner,
      dataFolder: house.dataDir,
      now: house.now,
    });
    await house.database.asOwner(`set session_replication_role = replica; ${undo}`);
    return problems.map(({ what, id, code }) => `${what} ${id} ${code}`);
  };
  const swap = `update record_claim c set claim = o.claim from record_claim o where o.record_id <> c.record_id`;
  const differs = (id: string) => `record ${id} claim-differs`;
  const other = (id: string) => `record ${id} claim-of-other-contents`;
  expect(await named(swap, swap)).toEqual([other(one), other(two), differs(one), differs(two)]);
  const [claim, body] = [(await claimOf(one)) ?? '', readClaim((await claimOf(one)) ?? '')];
  const set = (to: string) => `update record_claim set claim = '${to}' where record_id = '${one}'`;
  const better = { ...body, content: { ...body.content, result: 'HTXS', promoted: false } } as const;
  // Whoever has the data folder has the claim key too.
  const { sign } = await openClaimKey(deps(), house.origin);
  const forged: [string, string[]][] = [
    // Its last digits are the signature's.
    [`${claim.slice(0, -1)}${claim.endsWith('1') ? '2' : '1'}`, [differs(one)]],
    [await signClaim(body, async () => new Uint8Array(64).fill(1)), [differs(one)]],
    [await signClaim(better, async () => body.signature), [other(one), differs(one)]],
    [await signClaim(better, sign), [other(one)]],
    [await signClaim({ ...body, leafIndex: body.leafIndex + 1 }, sign), [differs(one)]],
    ['không phải mã', [differs(one)]],
  ];
  for (const [wrong, said] of forged) expect(await named(set(wrong), set(claim)), wrong).toEqual(said);
  // No other one would ever be signed in its place.
  const none = `update record_claim set claim = null where record_id = '${one}'`;
  expect(await named(none, set(claim))).toEqual([`record ${one} claim-missing`]);
  // When it was signed is held to when its record was issued, and to the day of the audit.
  for (const far of [`signed_at - interval '3 days'`, `signed_at + interval '90 days'`, `'infinity'`]) {
    const keep = `create table kept_claims as select * from record_claim`;
    const undo = `delete from record_claim; insert into record_claim select * from kept_claims; drop table kept_claims`;
    expect(
      await named(`${keep}; update record_claim set signed_at = ${far} where record_id = '${one}'`, undo),
    ).toEqual([`record ${one} claim-time-differs`]);
  }
  expect(await named('select 1', 'select 1')).toEqual([]);
});

test('a QR is read without a network: what was issued, and no more than that', async () => {
  const { bundle, vkey } = await trustBundle({
    db: house.database.db,
    dataDir: house.dataDir,
    now: house.now,
  });
  const ports = { crypto: nodeCrypto, ed25519: nodeEd25519, now: house.now };
  const opened = await openBundle(nodeSha256, nodeEd25519, [vkey], new TextEncoder().encode(bundle));
  const trust = trustOf(opened, []);
  const claim = (await claimOf(ids[0] ?? '')) ?? '';
  const text = `https://hocba.example/x/31TLjiIBw0qo4iWtq2ihWe#${claim}`;
  const found = await verifyClaim(text, trust, ports);
  expect([found.state, found.trustAsOf, found.trustEnded]).toEqual(['training', trust.asOf, undefined]);
  const late = await verifyClaim(text, trust, {
    ...ports,
    now: () => new Date((trust.until ?? 0) * 1_000 + 1_000),
  });
  expect([late.state, late.trustEnded]).toEqual(['training', trust.until]);
  expect(claimSentence(found)).toMatch(
    /chữ in khớp bản phát hành ngày \d\d\/\d\d\/\d{4}; chưa kiểm tra thu hồi$/,
  );
  const said = async (what: string, believed: Trust | null = trust): Promise<string> => {
    const finding = await verifyClaim(what, believed, ports);
    return 'code' in finding ? `${finding.state}:${finding.code}` : finding.state;
  };
  expect(await said(text.split('#')[0] ?? '')).toBe('not-checked:no-claim');
  expect(await said(text, null)).toBe('not-checked:training-unknown');
  expect(await said(text, { ...trust, claimKeys: [] })).toBe('not-checked:training-unknown');
  expect(await said(text, { ...trust, policy: null })).toBe('not-checked:training-unknown');
  expect(await said('không phải mã QR')).toBe('not-checked:other-code');
  // A list of after the print that does not have its school calls it false; an older one cannot tell.
  const nobody = { ...trust, schools: new Map() };
  const later = (trust.asOf ?? 0) + 400 * 86_400;
  expect(await said(text, { ...nobody, asOf: later })).toBe('invalid:key-of-other-school');
  expect(await said(text, nobody)).toBe('not-checked:training-unknown');
  // A document that the leaf does not commit to certifies nothing.
  const [certified] = trust.claimKeys;
  const other = Buffer.from(String(Buffer.from(certified?.document ?? '')).replace('until 2', 'until 3'));
  const swapped = [{ document: new Uint8Array(other), proof: certified?.proof ?? new Uint8Array() }];
  expect(await said(text, { ...trust, claimKeys: swapped })).toBe('not-checked:training-unknown');
  for (let at = 0; at < claim.length; at += 7) {
    const changed = `${claim.slice(0, at)}${claim[at] === '1' ? '2' : '1'}${claim.slice(at + 1)}`;
    expect(await said(changed)).not.toBe('training');
  }
});

test('a claim can be neither changed nor taken away by the application', async () => {
  const { db } = house.database;
  const change = () => inSchool(db, house.school.schoolId, (trx) => trx.deleteFrom('record_claim').execute());
  await expect(change()).rejects.toThrow();
});
