/** A province-level unit with the days between which its name and code are right (ISO dates, inclusive). */
export interface Province {
  readonly code: string;
  readonly name: string;
  readonly validFrom: string;
  /** Last day; absent while it still holds. */
  readonly validUntil?: string;
}

const OF_2025: readonly (readonly [code: string, name: string])[] = [
  ['01', 'Hà Nội'],
  ['04', 'Cao Bằng'],
  ['08', 'Tuyên Quang'],
  ['11', 'Điện Biên'],
  ['12', 'Lai Châu'],
  ['14', 'Sơn La'],
  ['15', 'Lào Cai'],
  ['19', 'Thái Nguyên'],
  ['20', 'Lạng Sơn'],
  ['22', 'Quảng Ninh'],
  ['24', 'Bắc Ninh'],
  ['25', 'Phú Thọ'],
  ['31', 'Hải Phòng'],
  ['33', 'Hưng Yên'],
  ['37', 'Ninh Bình'],
  ['38', 'Thanh Hóa'],
  ['40', 'Nghệ An'],
  ['42', 'Hà Tĩnh'],
  ['44', 'Quảng Trị'],
  ['46', 'Huế'],
  ['48', 'Đà Nẵng'],
  ['51', 'Quảng Ngãi'],
  ['52', 'Gia Lai'],
  ['56', 'Khánh Hòa'],
  ['66', 'Đắk Lắk'],
  ['68', 'Lâm Đồng'],
  ['75', 'Đồng Nai'],
  ['79', 'Thành phố Hồ Chí Minh'],
  ['80', 'Tây Ninh'],
  ['82', 'Đồng Tháp'],
  ['86', 'Vĩnh Long'],
  ['91', 'An Giang'],
  ['92', 'Cần Thơ'],
  ['96', 'Cà Mau'],
];

/** The 34 units since 01/07/2025 (NQ 202/2025/QH15; QĐ 19/2025/QĐ-TTg). Districts ended the same day. */
export const PROVINCES: readonly Province[] = OF_2025.map(([code, name]) => ({
  code,
  name,
  validFrom: '2025-07-01',
}));

/** Provinces that hold on a day (ISO date). */
export function provincesOn(day: string): readonly Province[] {
  return PROVINCES.filter((p) => p.validFrom <= day && (p.validUntil === undefined || day <= p.validUntil));
}
