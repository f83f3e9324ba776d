/** One people (dân tộc) of the national list; records carry the name, not the number. */
export interface People {
  readonly code: string;
  readonly name: string;
  /** First day of the list (ISO date). */
  readonly validFrom: string;
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
  validFrom: '1979-03-02',
}));

/** Other ways in which families and older papers write a name. */
const ALSO: Readonly<Record<string, string>> = {
  khmer: 'Khơ-me',
  khơmer: 'Khơ-me',
  mông: 'Hmông',
  mèo: 'Hmông',
  jrai: 'Gia-rai',
  giarai: 'Gia-rai',
  êđê: 'Ê-đê',
  bahnar: 'Ba-na',
  xêđăng: 'Xơ-đăng',
  caolan: 'Sán Chay',
  sánchỉ: 'Sán Chay',
  kơho: 'Cơ-ho',
  stiêng: 'Xtiêng',
  xơtiêng: 'Xtiêng',
  vânkiều: 'Bru-Vân Kiều',
  bru: 'Bru-Vân Kiều',
  giẻtriêng: 'Gié-Triêng',
  cơho: 'Cơ-ho',
  mơnông: 'Mnông',
  raglay: 'Ra-glai',
};

function key(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s'’–-]/gu, '');
}

const BY_KEY: ReadonlyMap<string, People> = new Map(PEOPLES.map((p) => [key(p.name), p]));

/** The people of a name in any usual spelling, such as `H'Mông`, `Ê Đê`, `Khmer`; undefined if none is meant. */
export function peopleNamed(name: string): People | undefined {
  const wanted = key(name);
  const other = Object.hasOwn(ALSO, wanted) ? ALSO[wanted] : undefined;
  return BY_KEY.get(wanted) ?? (other === undefined ? undefined : BY_KEY.get(key(other)));
}
