import { renderBook, reprintInputs } from '@hocba/form';
import { drawnSeal, drawnSignature } from '@hocba/form/testing';
import { verifyPades } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '../../access/actor.ts';
import { picturesWhenSigned, removePicture, setPicture } from '../../signing/signers/pictures.ts';
import { inSchool } from '../../store/database.ts';
import { yearOf } from '../books/issued-years.ts';
import { LOG_HOST, makeHouse, type TestHouse } from '../testing/house.ts';

const URL = 'https://hocba.example';
let house: TestHouse;
let id = '';
const OLD = drawnSignature(240, 100);
const NEW = drawnSignature(180, 120);

const set = (actor: Actor, holder: 'person' | 'seal', png: Uint8Array) =>
  setPicture({ ...house.work, dataDir: house.dataDir, log: () => {} }, actor, {
    holder,
    file: Buffer.from(png).toString('base64'),
  });
const shown = () =>
  inSchool(house.database.db, house.school.schoolId, (trx) =>
    picturesWhenSigned(trx, house.school.schoolId, id),
  );
const print = async (): Promise<Uint8Array> => {
  const rows = await inSchool(house.database.db, house.school.schoolId, (trx) =>
    trx.selectFrom('signed_print').select('pdf').execute(),
  );
  return rows[0]?.pdf ?? new Uint8Array();
};
const book = async (): Promise<Uint8Array> => {
  const { sequencer, dataDir, school, database } = house;
  const deps = { db: database.db, dataDir, logHost: LOG_HOST, sequencer, claimOf: async () => null };
  const facts = { proof: null, leafIndex: 0, qrUrl: `${URL}/x/31TLjiIBw0qo4iWtq2ihWe` };
  return renderBook({ years: [await yearOf(deps, school.schoolId, id, facts)] });
};

beforeAll(async () => {
  house = await makeHouse({ pupils: 1, publicUrl: URL });
  const { school } = house;
  await set(school.principal, 'person', OLD);
  await set(school.clerk, 'seal', drawnSeal());
  [id = ''] = await house.issueAll();
});
afterAll(() => house.close());

test('a print that the school signs shows the pictures in force when its slots were signed, and is genuine', async () => {
  const pictures = await shown();
  expect([...pictures.keys()].sort()).toEqual(['principal', 'schoolSeal']);
  const pdf = await print();
  expect(reprintInputs(pdf)).toMatchObject({ formVersion: 'hocba-picture-form/4', leafIndex: '0' });
  const roots = await house.signers.roots();
  const lookOf = () => new Uint8Array();
  expect((await verifyPades(nodeCrypto, pdf, { roots, now: house.now(), lookOf })).state).toBe('valid');
});

test('another picture, or none, changes no print of what is signed already', async () => {
  const [before, signed] = [await book(), await print()];
  const { school } = house;
  const pictures = await shown();
  await set(school.principal, 'person', NEW);
  await set(school.homeroom, 'person', NEW);
  await removePicture({ ...house.work, dataDir: house.dataDir, log: () => {} }, school.clerk, {
    holder: 'seal',
  });
  expect(await shown()).toEqual(pictures);
  expect(Buffer.compare(await book(), before)).toBe(0);
  expect(Buffer.compare(await print(), signed)).toBe(0);
});
