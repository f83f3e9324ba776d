/** A file's name in ASCII out of parts that may be Vietnamese: `ket-qua-4A-GHK1.xlsx`. */
export function fileNameOf(...parts: readonly string[]): string {
  return `${plainName(parts)}.xlsx`;
}

/** The same for a print: `bang-tong-hop-4A-CN.pdf`. */
export function printNameOf(...parts: readonly string[]): string {
  return `${plainName(parts)}.pdf`;
}

function plainName(parts: readonly string[]): string {
  return parts
    .join('-')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .replace(/[^A-Za-z0-9-]+/g, '-')
    .replace(/-+/g, '-');
}
