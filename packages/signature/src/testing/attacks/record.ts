import { canonicalElement, decodeUtf8, el, encodeUtf8, scanCanonical, serialize } from '@hocba/xml';
import type { ForeignPlace } from '../../foreign/places.ts';
import { idsOf, type SignatureRequest } from '../../index.ts';
import { type IssuedLeaf, issueTrainingPerson } from '../../node.ts';
import { makeSigners, NOW, SCHOOL, SIGNING_TIME, signed, signerOf, type TestSigners } from '../record.ts';

/** Where a slot's signature stands, what it must sign, and whose it must be. */
export interface AttackSlot extends ForeignPlace {
  readonly leaf: IssuedLeaf;
  /** Ids at the places of `signed`, in order. */
  readonly ids: readonly string[];
  /** Slots whose SignatureValue it signs. */
  readonly over: readonly string[];
  /** UID of the person's certificate, or of the school's. */
  readonly owner: string;
}

/** A signed record to be attacked, with everything that its judge knows. */
export interface AttackRecord {
  readonly signers: TestSigners;
  readonly slots: readonly AttackSlot[];
  readonly xml: string;
}

const DATA = 'HOC_BA/DU_LIEU_HOC_BA';
const INFO = `${DATA}/THONG_TIN_HOC_BA`;
const WITHIN = `${DATA}/DANH_SACH_KY`;
const ISSUED = 'HOC_BA/PHAT_HANH_HOC_BA';

/** The record before anybody signed: `teachers` subjects with a mark each. */
function frozen(pupil: string, mark: string, teachers: number): Uint8Array {
  const numbers = Array.from({ length: Math.max(teachers, 1) }, (_, n) => n + 1);
  return serialize(
    el(
      'HOC_BA',
      null,
      el(
        'DU_LIEU_HOC_BA',
        { Id: 'data' },
        el(
          'THONG_TIN_HOC_BA',
          { Id: 'thongtin' },
          el('HO_VA_TEN', null, pupil),
          ...numbers.map((n) => el(`MON_${n}`, { Id: `mon-${n}` }, el('DIEM_SO', null, mark))),
        ),
        el('DANH_SACH_KY', null),
      ),
      el('PHAT_HANH_HOC_BA', null),
    ),
  );
}

function slotsOf(signers: TestSigners, teachers: readonly IssuedLeaf[]): AttackSlot[] {
  const subjects = teachers.map((leaf, n) => ({
    slot: `gvbm-${n + 1}`,
    signatureIn: `${WITHIN}/GVBM_${n + 1}`,
    signed: [`${INFO}/MON_${n + 1}`],
    ids: [`mon-${n + 1}`],
    over: [],
    leaf,
    owner: `CCCD:00119000${100 + n}1`,
  }));
  const earlier = [...subjects.map(({ slot }) => slot), 'gvcn', 'cbql'];
  return [
    ...subjects,
    {
      slot: 'gvcn',
      signatureIn: `${WITHIN}/GVCN`,
      signed: [INFO],
      ids: ['thongtin'],
      over: [],
      leaf: signers.homeroomTeacher,
      owner: 'CCCD:001185000022',
    },
    {
      slot: 'cbql',
      signatureIn: `${ISSUED}/CBQL`,
      signed: [DATA],
      ids: ['data'],
      over: [],
      leaf: signers.principal,
      owner: 'CCCD:001175000033',
    },
    {
      slot: 'ky-phat-hanh',
      signatureIn: `${ISSUED}/KY_PHAT_HANH`,
      signed: [DATA],
      ids: ['data'],
      over: earlier,
      leaf: signers.seal,
      owner: 'MST:0101234567',
    },
  ];
}

export const tagOf = ({ signatureIn }: ForeignPlace): string =>
  signatureIn.slice(signatureIn.lastIndexOf('/') + 1);

/** The request of a slot for a record as it stands. */
export function requestOf(xml: string, { slot, ids, over, leaf }: AttackSlot): SignatureRequest {
  const doc = scanCanonical(encodeUtf8(xml));
  const references = [...ids, ...over.map((other) => idsOf(other).value)].map((id) => {
    const element = doc.byId.get(id);
    if (element === undefined) throw new Error(`no ${id}`);
    return { id, canonical: canonicalElement(doc, element) };
  });
  const { chain, algorithm } = signerOf(leaf);
  return {
    slotId: slot,
    references,
    signingTime: SIGNING_TIME,
    chain,
    algorithm,
    signingTimeNamespace: 'urn:hocba:signing-time:1',
  };
}

/** Puts a signature into its slot. */
export function put(xml: string, place: AttackSlot, signature: string): string {
  const tag = tagOf(place);
  const before = place.signatureIn.startsWith(WITHIN) ? '</DANH_SACH_KY>' : '</PHAT_HANH_HOC_BA>';
  const slot = `<${tag} Id="${place.slot}"><NGAY_KY>${SIGNING_TIME}</NGAY_KY>${signature}</${tag}>`;
  return xml.replace(before, () => slot + before);
}

/** A record of three slots (class teacher, principal, seal), or of twelve with nine subject teachers. */
export async function attackRecord(
  slots: 3 | 12,
  pupil = 'Nguyễn Ngọc Bảo',
  mark = '9',
  signers?: TestSigners,
): Promise<AttackRecord> {
  const people = signers ?? (await makeSigners());
  const teachers = await Promise.all(
    Array.from({ length: slots - 3 }, (_, n) =>
      issueTrainingPerson(
        people.pki,
        {
          fullName: `Giáo viên ${n + 1}`,
          personalId: `00119000${100 + n}1`,
          schoolName: SCHOOL,
          key: 'p256',
        },
        NOW,
      ),
    ),
  );
  const places = slotsOf(people, teachers);
  let xml = decodeUtf8(frozen(pupil, mark, slots - 3));
  for (const place of places)
    xml = put(xml, place, decodeUtf8(await signed(requestOf(xml, place), place.leaf)));
  return { signers: people, slots: places, xml };
}

/** A Signature that is signed honestly over what is asked for, by whoever's key. */
export const honestly = async (request: SignatureRequest, leaf: IssuedLeaf): Promise<string> =>
  decodeUtf8(await signed(request, leaf));
