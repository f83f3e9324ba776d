/** One people (dân tộc) of the national list; records carry the name, not the number. */
export interface People {
  readonly code: string;
  readonly name: string;
}

const NAMES = [
  'Kinh',
  'Tày',
  'Thái',
  'Hoa',
  'Khơ-me',
  'Mường',
  'Nùng',
  'Hmông',
  'Dao',
  'Gia-rai',
  'Ngái',
  'Ê-đê',
  'Ba-na',
  'Xơ-đăng',
  'Sán Chay',
  'Cơ-ho',
  'Chăm',
  'Sán Dìu',
  'Hrê',
  'Mnông',
  'Ra-glai',
  'Xtiêng',
  'Bru-Vân Kiều',
  'Thổ',
  'Giáy',
  'Cơ-tu',
  'Gié-Triêng',
  'Mạ',
  'Khơ-mú',
  'Co',
  'Ta-ôi',
  'Chơ-ro',
  'Kháng',
  'Xinh-mun',
  'Hà Nhì',
  'Chu-ru',
  'Lào',
  'La Chí',
  'La Ha',
  'Phù Lá',
  'La Hủ',
  'Lự',
  'Lô Lô',
  'Chứt',
  'Mảng',
  'Pà Thẻn',
  'Cơ Lao',
  'Cống',
  'Bố Y',
  'Si La',
  'Pu Péo',
  'Brâu',
  'Ơ-đu',
  'Rơ-măm',
  'Người nước ngoài',
] as const;

/**
 * The 54 peoples and "người nước ngoài", numbered `01`–`55` (QĐ 121-TCTK/PPCĐ of 02/03/1979). Other sectors number
 * differently, so that only the name is ever written into a record.
 */
export const PEOPLES: readonly People[] = NAMES.map((name, i) => ({
  code: String(i + 1).padStart(2, '0'),
  name,
}));
