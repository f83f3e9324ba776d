/** A file's name in ASCII out of parts that may be Vietnamese: `ket-qua-4A-GHK1.xlsx`. */
export function fileNameOf(...parts: readonly string[]): string {
  const plain = parts
    .join('-')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .replace(/[^A-Za-z0-9-]+/g, '-')
    .replace(/-+/g, '-');
  return `${plain}.xlsx`;
}
