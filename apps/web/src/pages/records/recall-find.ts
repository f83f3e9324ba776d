/** Without marks and capitals: who types in a hurry types neither. */
const plain = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'd').toLowerCase();

const wordsOf = (text: string): string[] => plain(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** What a few typed words find, each at the beginning of a word of the name; everything while nothing is typed. */
export function foundBy<T extends { readonly name: string }>(typed: string, among: readonly T[]): T[] {
  const asked = wordsOf(typed);
  return among.filter(({ name }) => {
    const held = wordsOf(name);
    return asked.every((word) => held.some((one) => one.startsWith(word)));
  });
}
