import { renderYear } from '@hocba/form';
import { nodeEd25519 } from '@hocba/ledger/node';
import { freezeRecord, insertSlot } from '@hocba/record';
import { nodeCrypto } from '@hocba/signature/node';
import { makeRealPki } from '@hocba/signature/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { type LeafOf, signSlots } from '../testing/issued.ts';
import { REAL_START, realDocument } from '../testing/real-world.ts';
import { verifyFile } from '../verify-file.ts';

const pki = makeRealPki(REAL_START);
const leafOf: LeafOf = ({ signer }) =>
  'personalId' in signer
    ? pki.person(signer.fullName, signer.personalId)
    : pki.seal(signer.organisationName, signer.taxCode);

/** In octets that are exchanged one for one, wherever they stand. */
const exchanged = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
  Uint8Array.from(Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1'));

/** A record as a version to come writes and signs it: what it names is unknown here, and all of its signatures hold. */
async function signedAs(from: string, to: string): Promise<Uint8Array> {
  const there = (bytes: Uint8Array): Uint8Array => exchanged(bytes, from, to);
  const back = (bytes: Uint8Array): Uint8Array => exchanged(bytes, to, from);
  const { xml, slots, annex } = freezeRecord(realDocument());
  return signSlots(leafOf, { xml: there(xml), slots, annex: there(annex) }, (before, plan, slot) =>
    there(insertSlot(back(before), plan, { ...slot, signature: back(slot.signature) })),
  );
}

const ports = { crypto: nodeCrypto, ed25519: nodeEd25519 };
async function judged(bytes: Uint8Array, name = 'a.xml'): Promise<string> {
  const { verdict, fragments } = await verifyFile({ name, bytes }, null, ports);
  return `${verdict} ${fragments.find((one) => one.name === 'document')?.code}`;
}

describe.each([
  ['version', '<PHIEN_BAN>2025<', '<PHIEN_BAN>2031<'],
  ['profile', '<HO_SO_KY_THUAT>moet-2025<', '<HO_SO_KY_THUAT>moet-2031<'],
  ['rule set', 'TT27_2020', 'TT99_2031'],
  ['annex', 'urn:hocba:annex:1', 'urn:hocba:annex:2'],
])('a record of another %s than any that is known here', (_, from, to) => {
  let xml: Uint8Array;
  beforeAll(async () => {
    xml = await signedAs(from, to);
  });

  test('is not called false by a version that is too old for it, and not genuine', async () => {
    expect(await judged(xml)).toBe('not-fully-checked newer-kind');
  });
  test('is false where somebody has changed it, or made an older one into it', async () => {
    expect(await judged(exchanged(xml, '<MUC_DAT_DUOC>T<', '<MUC_DAT_DUOC>C<'))).toMatch(/^not-genuine/);
    const older = await signedAs('nothing', 'nothing');
    expect(await judged(exchanged(older, from, to))).toMatch(/^not-genuine/);
  });
});

test('… and inside a print, whose form nobody here knows either', async () => {
  const xml = await signedAs('TT27_2020', 'TT99_2031');
  const issued = { qrUrl: `https://truong.example/x/${'A'.repeat(22)}#1`, leafIndex: 0, signatures: [] };
  const pdf = await renderYear({ doc: realDocument(), xml, proof: new Uint8Array([1]), issued });
  expect(await judged(pdf, 'a.pdf')).toBe('not-fully-checked newer-kind');
});
