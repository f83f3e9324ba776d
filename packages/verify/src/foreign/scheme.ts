import type { ForeignElement, ForeignPlace } from '@hocba/signature/foreign';

/** Slots of the ministry's scheme that are never empty in an issued record. */
export const PRINCIPAL = 'cbql';
export const SEAL = 'ky-phat-hanh';
export const HOMEROOM = 'gvcn';

const ROOT = 'HOC_BA';
/** What principal and school sign, and from which alone a foreign record is read. */
export const DATA = 'HOC_BA/DU_LIEU_HOC_BA';
const BODY = `${DATA}/THONG_TIN_HOC_BA`;
const INNER_SLOTS = `${DATA}/DANH_SACH_THONG_TIN_KY`;
const OUTER_SLOTS = 'HOC_BA/DANH_SACH_THONG_TIN_KY';
const ISSUING_SLOTS = 'HOC_BA/PHAT_HANH_HOC_BA';

/** Whether the document has the ministry's outer form; another one has no place at which anybody could look. */
export function followsScheme(root: ForeignElement): boolean {
  return root.name === ROOT && root.children.some(({ name }) => name === 'DU_LIEU_HOC_BA');
}

/**
 * Where each role signs and what it must sign, in the two forms of the ministry's scheme: version 1.0 (CV 2088, every
 * slot beside the data) and the one seen since 2025 (teachers within the data that principal and school then sign, each
 * subject's teacher over that subject's results). A slot that stands there must be filled.
 */
export function placesOf(root: ForeignElement): ForeignPlace[] {
  const body = childOf(childOf(root, 'DU_LIEU_HOC_BA'), 'THONG_TIN_HOC_BA');
  const newer = childOf(root, 'PHAT_HANH_HOC_BA') !== undefined;
  const outer = newer ? ISSUING_SLOTS : OUTER_SLOTS;
  const last = (slot: string, name: string): ForeignPlace => ({
    slot,
    signatureIn: `${outer}/${name}`,
    signed: [DATA],
    within: ROOT,
  });
  const homeroom: ForeignPlace = {
    slot: HOMEROOM,
    signatureIn: `${newer ? INNER_SLOTS : OUTER_SLOTS}/GVCN`,
    signed: [body === undefined ? DATA : BODY],
    ...(newer ? {} : { within: ROOT }),
  };
  const slots = [
    ...(newer ? subjectTeachers(root) : []),
    last(PRINCIPAL, 'CBQL'),
    last(SEAL, 'KY_PHAT_HANH'),
  ];
  const signsHomeroom = newer || childOf(childOf(root, 'DANH_SACH_THONG_TIN_KY'), 'GVCN') !== undefined;
  return signsHomeroom ? [homeroom, ...slots] : slots;
}

/** One slot for each `GVBM`, over the results of subjects and, if it likes, what is common to the record. */
function subjectTeachers(root: ForeignElement): ForeignPlace[] {
  const data = childOf(root, 'DU_LIEU_HOC_BA');
  const list = childOf(childOf(data, 'DANH_SACH_THONG_TIN_KY'), 'DANH_SACH_GVBM');
  const body = childOf(data, 'THONG_TIN_HOC_BA');
  const table = `${BODY}/TONG_KET/BANG_DIEM`;
  const rows = childrenOf(childOf(childOf(body, 'TONG_KET'), 'BANG_DIEM'), 'DIEM_TONG_KET');
  return childrenOf(list, 'GVBM').map((_, n) => ({
    slot: `gvbm-${n + 1}`,
    signatureIn: `${INNER_SLOTS}/DANH_SACH_GVBM/GVBM[${n + 1}]`,
    // Without a single subject there is nothing that a subject's teacher could have signed.
    signed: rows.length === 0 ? [`${table}/DIEM_TONG_KET`] : [],
    someOf: rows.map((_row, row) => `${table}/DIEM_TONG_KET[${row + 1}]`),
    maySign: [`${BODY}/THONG_TIN_CHUNG`],
  }));
}

export function childOf(parent: ForeignElement | undefined, name: string): ForeignElement | undefined {
  return parent?.children.find((child) => child.name === name && child.namespace === parent.namespace);
}

function childrenOf(parent: ForeignElement | undefined, name: string): ForeignElement[] {
  return (
    parent?.children.filter((child) => child.name === name && child.namespace === parent.namespace) ?? []
  );
}
