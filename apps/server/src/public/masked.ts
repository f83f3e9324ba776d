/**
 * A pupil's name as the public page may show it: the first letter of each word, then always three dots, so that
 * not even the words' lengths are told ("Nguyễn Thị Hương Giang" → "N••• T••• H••• G•••").
 */
export function maskedName(fullName: string): string {
  return fullName
    .normalize('NFC')
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => `${[...word][0] ?? ''}•••`)
    .join(' ');
}

/** The last three characters of Mã học sinh; none of one so short that little would be left to hide. */
export function codeTail(pupilCode: string): string {
  return `•••${pupilCode.length < 8 ? '' : pupilCode.slice(-3)}`;
}
