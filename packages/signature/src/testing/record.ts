import { canonicalElement, el, scanCanonical, serialize } from '@hocba/xml';
import {
  bytesToSign,
  completeSignature,
  DSIG,
  idsOf,
  prepareSignature,
  type SignatureRequest,
  type Signer,
} from '../index.ts';
import {
  type IssuedLeaf,
  issueTrainingPerson,
  issueTrainingSeal,
  makeTrainingPki,
  nodeCrypto,
  softSigner,
  type TrainingPki,
} from '../node.ts';

/** A small record in the layout that real ones have, signed by invented people: the ground of the tests here. */

export const NOW = new Date('2026-05-28T12:00:00Z');
export const SIGNING_TIME = '2026-05-28T20:14:05+07:00';
export const SCHOOL = 'Trường Tiểu học Mẫu';
const TIME_NAMESPACE = 'urn:hocba:signing-time:1';

export interface TestSigners {
  readonly pki: TrainingPki;
  readonly subjectTeacher: IssuedLeaf;
  readonly homeroomTeacher: IssuedLeaf;
  readonly principal: IssuedLeaf;
  readonly seal: IssuedLeaf;
}

export async function makeSigners(now: Date = NOW): Promise<TestSigners> {
  const pki = await makeTrainingPki({ organisation: SCHOOL, now });
  const person = (fullName: string, personalId: string, key: 'p256' | 'rsa-2048') =>
    issueTrainingPerson(pki, { fullName, personalId, schoolName: SCHOOL, key }, now);
  return {
    pki,
    subjectTeacher: await person('Trần Thị Ánh', '001190000011', 'p256'),
    homeroomTeacher: await person('Lê Văn Bền', '001185000022', 'rsa-2048'),
    principal: await person('Phạm Thị Cẩm', '001175000033', 'p256'),
    seal: await issueTrainingSeal(
      pki,
      { organisationName: SCHOOL, taxCode: '0101234567', key: 'rsa-2048' },
      now,
    ),
  };
}

export const signerOf = (leaf: IssuedLeaf): Signer => softSigner(leaf.privateKeyPem, leaf.chain);

export const ANNEX: Uint8Array = serialize(
  el(
    'Object',
    { xmlns: DSIG, Id: 'annex' },
    el('PHU_LUC', { xmlns: 'urn:hocba:annex:1' }, el('NHAN_XET', { MON: 'TOAN' }, 'Tính nhanh & đúng')),
  ),
);

export const FROZEN: Uint8Array = serialize(
  el(
    'HOC_BA',
    null,
    el(
      'DU_LIEU_HOC_BA',
      { Id: 'data' },
      el(
        'THONG_TIN_HOC_BA',
        { Id: 'thongtinhocba' },
        el('HO_VA_TEN', null, 'Nguyễn Ngọc Bảo'),
        el(
          'BANG_DIEM',
          null,
          el('DIEM_TONG_KET', { Id: 'mon-TV' }, el('DIEM_SO', null, '9')),
          el('DIEM_TONG_KET', { Id: 'mon-TOAN' }, el('DIEM_SO', null, '10')),
        ),
      ),
      el('DANH_SACH_THONG_TIN_KY', null, el('DANH_SACH_GVBM', null)),
    ),
    el('PHAT_HANH_HOC_BA', null),
  ),
);

/** Where each slot goes: before this text. */
const SLOTS = {
  'gvbm-1': ['GVBM', '</DANH_SACH_GVBM>'],
  gvcn: ['GVCN', '</DANH_SACH_THONG_TIN_KY>'],
  cbql: ['CBQL', '</PHAT_HANH_HOC_BA>'],
  'ky-phat-hanh': ['KY_PHAT_HANH', '</PHAT_HANH_HOC_BA>'],
} as const;
export type SlotId = keyof typeof SLOTS;

export function insert(xml: Uint8Array, slotId: SlotId, signature: Uint8Array): Uint8Array {
  const [tag, before] = SLOTS[slotId];
  const slot = `<${tag} Id="${slotId}"><NGAY_KY>${SIGNING_TIME}</NGAY_KY>${new TextDecoder().decode(signature)}</${tag}>`;
  return new TextEncoder().encode(new TextDecoder().decode(xml).replace(before, () => slot + before));
}

/** The request to sign `ids` of a record as it stands. */
export function requestFor(
  xml: Uint8Array,
  slotId: SlotId,
  leaf: IssuedLeaf,
  ids: readonly string[],
  annex?: Uint8Array,
): SignatureRequest {
  const doc = scanCanonical(xml);
  const references = ids.map((id) => {
    const element = doc.byId.get(id);
    if (element === undefined) throw new Error(`no ${id}`);
    return { id, canonical: canonicalElement(doc, element) };
  });
  const { chain, algorithm } = signerOf(leaf);
  const base = {
    slotId,
    references,
    signingTime: SIGNING_TIME,
    chain,
    algorithm,
    signingTimeNamespace: TIME_NAMESPACE,
  };
  return annex === undefined ? base : { ...base, annex };
}

export async function signed(request: SignatureRequest, leaf: IssuedLeaf): Promise<Uint8Array> {
  const prepared = prepareSignature(nodeCrypto, request);
  const [value] = await signerOf(leaf).sign([bytesToSign(prepared)]);
  if (value === undefined) throw new Error('no signature');
  return completeSignature(nodeCrypto, prepared, value);
}

/** The record with all four signatures: subject teacher, homeroom teacher with the annex, principal, seal. */
export async function signRecord(signers: TestSigners): Promise<Uint8Array> {
  let xml = FROZEN;
  const add = async (slotId: SlotId, leaf: IssuedLeaf, ids: readonly string[], annex?: Uint8Array) => {
    xml = insert(xml, slotId, await signed(requestFor(xml, slotId, leaf, ids, annex), leaf));
  };
  await add('gvbm-1', signers.subjectTeacher, ['mon-TV', 'mon-TOAN']);
  await add('gvcn', signers.homeroomTeacher, ['thongtinhocba'], ANNEX);
  await add('cbql', signers.principal, ['data', 'annex']);
  const values = (['gvbm-1', 'gvcn', 'cbql'] as const).map((slot) => idsOf(slot).value);
  await add('ky-phat-hanh', signers.seal, ['data', 'annex', ...values]);
  return xml;
}
