import { readFileSync } from 'node:fs';
import {
  type ClassTableDocument,
  freezeClassTable,
  insertTableSlots,
  readClassTable,
  type SlotPlan,
  tableSlotPlansOf,
} from '@hocba/record';
import { makeTrainingPki, nodeCrypto } from '@hocba/signature/node';
import { describe, expect, test } from 'vitest';
import { signSlots } from '../testing/issued.ts';
import { checkCertificates, checkPlanned } from './check-signatures.ts';

const sample = new URL('../../../record/samples/bang-lop-1/mau3-lop1.json', import.meta.url);
const doc = JSON.parse(readFileSync(sample, 'utf8')) as ClassTableDocument;
const NOW = new Date('2026-05-28T13:00:00Z');
const pki = await makeTrainingPki({ organisation: 'Kiểm thử', now: NOW, rootKey: 'p256' });
const sign = (of: ClassTableDocument, swap?: (plan: SlotPlan) => SlotPlan): Promise<Uint8Array> =>
  signSlots(pki, freezeClassTable(of), (xml, plan, slot) => insertTableSlots(xml, [{ plan, slot }]), swap);

async function judged(xml: Uint8Array): Promise<string> {
  const read = readClassTable(xml);
  const { fragment } = await checkPlanned(nodeCrypto, read, tableSlotPlansOf(read));
  return fragment.code;
}

describe('a class’s table signed by everybody', () => {
  test('verifies, each signature over its own part', async () => {
    const xml = await sign(doc);
    const read = readClassTable(xml);
    const { fragment, slots } = await checkPlanned(nodeCrypto, read, tableSlotPlansOf(read));
    expect(fragment).toMatchObject({ state: 'valid', code: 'all-valid' });
    expect(slots).toHaveLength(12);
    expect(await checkCertificates(nodeCrypto, slots, true, null)).toMatchObject({ state: 'not-checked' });
    expect(await checkCertificates(nodeCrypto, slots, false, null)).toMatchObject({
      state: 'invalid',
      code: 'training-certificate',
    });
  });

  test('a level changed behind it, an absent seal and another teacher are found', async () => {
    const text = new TextDecoder().decode(await sign(doc));
    const changed = text.replace('<MUC_DAT_DUOC>H<', '<MUC_DAT_DUOC>T<');
    expect(await judged(new TextEncoder().encode(changed))).toBe('signature-invalid');
    const unsealed = text.replace(/<KY_PHAT_HANH .*<\/KY_PHAT_HANH>/, '');
    expect(await judged(new TextEncoder().encode(unsealed))).toBe('incomplete');
    const plans = freezeClassTable(doc).slots;
    expect(plans[2]?.subjects).toEqual(['NN1']);
    const other = await sign(doc, (plan) => (plan.order === 2 ? (plans[3] ?? plan) : plan));
    expect(await judged(other)).toBe('signer-differs');
  });

  test('a column’s signature does not pass into the table of another class', async () => {
    const other = { ...doc, className: '1B', uuid: doc.uuid.replace(/.$/, 'f') };
    const [from, into] = await Promise.all([sign(doc), sign(other)]);
    const slot = /<GVBM Id="gvbm-2">.*?<\/GVBM>/;
    const moved = new TextDecoder().decode(from).match(slot)?.[0] ?? '';
    const mixed = new TextDecoder().decode(into).replace(slot, () => moved);
    expect(await judged(new TextEncoder().encode(mixed))).toBe('signature-invalid');
  });
});
