import type { IssuedLeaf } from '@hocba/signature/node';
import type { RealPki } from '@hocba/signature/testing';
import {
  ENVELOPED,
  EXCLUSIVE,
  INCLUSIVE,
  signAsVendor,
  type VendorSignature,
} from '@hocba/signature/testing/vendor';

/** Records by the ministry's scheme as other vendors write and sign them: indented, declared, with short tags. */

export type Layout = '1.0' | '2025';
export interface ForeignPeople {
  readonly teachers: readonly IssuedLeaf[];
  readonly homeroom: IssuedLeaf;
  readonly principal: IssuedLeaf;
  readonly seal: IssuedLeaf;
}
export interface ForeignOptions {
  readonly layout?: Layout;
  /** How References canonicalise; `enveloped`: the seal signs the whole document around itself. */
  readonly way?: 'exclusive' | 'inclusive' | 'enveloped';
  readonly idAttribute?: 'Id' | 'id' | 'ID';
  readonly schoolCode?: string;
  readonly sealedAt?: string | null;
  readonly xades?: boolean;
  /** Changes one slot's plan before it is signed; null leaves the slot empty. */
  readonly change?: (slot: string, plan: VendorSignature) => VendorSignature | null;
  /** Of the record before anything is signed. */
  readonly edit?: (xml: string) => string;
}

const PRINCIPAL_ID = '000175300001';
const HOMEROOM_ID = '000385100001';

export function foreignPeople(pki: RealPki): ForeignPeople {
  return {
    teachers: [pki.person('Thầy Mẫu Ba', '000190200003'), pki.person('Cô Mẫu Bốn', '000190200004')],
    homeroom: pki.person('Cô Giáo Mẫu Một', HOMEROOM_ID),
    principal: pki.person('Hiệu Trưởng Mẫu', PRINCIPAL_ID),
    seal: pki.seal('Trường Tiểu học Khác', '0109999999'),
  };
}

function unsigned({
  layout = '2025',
  schoolCode = '79000009',
  idAttribute: id = 'Id',
}: ForeignOptions): string {
  const common = `<THONG_TIN_CHUNG${layout === '2025' ? ` ${id}="thongtinchung"` : ''}>
        <PHIEN_BAN>${layout}</PHIEN_BAN>
        <MA_TRA_CUU_UUID>7d0c2a34-5b6d-4e7f-8a90-b1c2d3e4f5a6</MA_TRA_CUU_UUID>
        <TEN_NAM_HOC>2025-2026</TEN_NAM_HOC>
        <MA_TRUONG>${schoolCode}</MA_TRUONG><TEN_TRUONG>Trường Tiểu học Khác</TEN_TRUONG>
        <HO_VA_TEN>Học Sinh Mẫu Khác</HO_VA_TEN><NGAY_SINH>11/01/2016</NGAY_SINH>
        <SO_CCCD_GIAM_HIEU_KY_HOC_BA>${PRINCIPAL_ID}</SO_CCCD_GIAM_HIEU_KY_HOC_BA>
        <SO_CCCD_GIAO_VIEN_CHU_NHIEM>${HOMEROOM_ID}</SO_CCCD_GIAO_VIEN_CHU_NHIEM>
        <TEN_LOP>4C</TEN_LOP>
      </THONG_TIN_CHUNG>`;
  const row = (code: string, level: string) =>
    `<DIEM_TONG_KET ${id}="mon${code}"><MA_MON_HOC>${code}</MA_MON_HOC><MUC_DAT_DUOC>${level}</MUC_DAT_DUOC><GHI_CHU/></DIEM_TONG_KET>`;
  const summary = `<TONG_KET><KET_QUA_XEP_LOAI>Hoàn thành tốt</KET_QUA_XEP_LOAI>
        <BANG_DIEM>${row('TOAN', 'T')}${row('GDTC', 'H')}</BANG_DIEM></TONG_KET>`;
  const declaration = `<?xml version='1.0' encoding="utf-8"?>\n`;
  if (layout === '1.0')
    return `${declaration}<HOC_BA xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>
  <DU_LIEU_HOC_BA ${id}="data">${common}${summary.replaceAll(/ (?:Id|id|ID)="mon[A-Z]+"/g, '')}</DU_LIEU_HOC_BA>
  <DANH_SACH_THONG_TIN_KY><GVCN><SO_CCCD>${HOMEROOM_ID}</SO_CCCD></GVCN><CBQL/><KY_PHAT_HANH/></DANH_SACH_THONG_TIN_KY>
</HOC_BA>\n`;
  return `${declaration}<HOC_BA xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>
  <DU_LIEU_HOC_BA ${id}="data">
    <THONG_TIN_HOC_BA ${id}="thongtinhocba">${common}${summary}</THONG_TIN_HOC_BA>
    <DANH_SACH_THONG_TIN_KY><DANH_SACH_GVBM><GVBM ${id}="b1"/><GVBM ${id}="b2"/></DANH_SACH_GVBM><GVCN/></DANH_SACH_THONG_TIN_KY>
  </DU_LIEU_HOC_BA>
  <PHAT_HANH_HOC_BA><CBQL/><KY_PHAT_HANH/></PHAT_HANH_HOC_BA>
</HOC_BA>\n`;
}

/** A foreign record signed by everybody, in the order that the layout forces. */
export function foreignRecord(people: ForeignPeople, options: ForeignOptions = {}): string {
  const {
    layout = '2025',
    way = 'exclusive',
    idAttribute = 'Id',
    sealedAt = '2026-05-29T08:00:00+07:00',
  } = options;
  const c14n = way === 'inclusive' ? INCLUSIVE : EXCLUSIVE;
  const by = (target: string) => ({ xpath: `//*[@${idAttribute}='${target}']`, transforms: [c14n] });
  const whole = { xpath: '/*', transforms: [ENVELOPED, c14n], whole: true };
  const inner = 'HOC_BA/DU_LIEU_HOC_BA/DANH_SACH_THONG_TIN_KY';
  const outer = layout === '1.0' ? 'HOC_BA/DANH_SACH_THONG_TIN_KY' : 'HOC_BA/PHAT_HANH_HOC_BA';
  const [first, second] = people.teachers;
  const plans: [string, string, IssuedLeaf | undefined, VendorSignature['references']][] = [
    ...(layout === '1.0'
      ? []
      : ([
          ['gvbm-1', `${inner}/DANH_SACH_GVBM/GVBM[1]`, first, [by('thongtinchung'), by('monTOAN')]],
          ['gvbm-2', `${inner}/DANH_SACH_GVBM/GVBM[2]`, second, [by('monGDTC')]],
        ] as [string, string, IssuedLeaf | undefined, VendorSignature['references']][])),
    [
      'gvcn',
      `${layout === '1.0' ? outer : inner}/GVCN`,
      people.homeroom,
      [by(layout === '1.0' ? 'data' : 'thongtinhocba')],
    ],
    ['cbql', `${outer}/CBQL`, people.principal, [by('data')]],
    ['ky-phat-hanh', `${outer}/KY_PHAT_HANH`, people.seal, [way === 'enveloped' ? whole : by('data')]],
  ];
  let xml = (options.edit ?? ((text: string) => text))(unsigned(options));
  for (const [slot, signatureIn, leaf, references] of plans) {
    if (leaf === undefined) continue;
    const plan: VendorSignature = {
      place: { slot, signatureIn, signed: [] },
      leaf,
      references,
      canonicalization: c14n,
      idAttribute,
      ...(sealedAt === null ? {} : { signingTime: sealedAt }),
      ...(options.xades === undefined ? {} : { xades: options.xades }),
    };
    const changed = options.change === undefined ? plan : options.change(slot, plan);
    if (changed !== null) xml = signAsVendor(xml, changed);
  }
  return xml;
}
