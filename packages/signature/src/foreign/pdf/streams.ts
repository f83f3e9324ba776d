/** A stream of a PDF (ISO 32000-1 §7.3.8), by offsets into its octets. */
export interface Stream {
  /** Where its dictionary ends. */
  readonly dictionaryEnd: number;
  readonly start: number;
  readonly end: number;
}

/** Every stream, in the file's order, whatever table names it. @param text one character an octet */
export function streamsOf(text: string): readonly Stream[] {
  const streams: Stream[] = [];
  const begin = />>\s*stream\r?\n/g;
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    const end = endOfStream(text, match.index, begin.lastIndex);
    if (end < 0) break;
    streams.push({ dictionaryEnd: match.index, start: begin.lastIndex, end });
    begin.lastIndex = end;
  }
  return streams;
}

/** By its length where that leads to its end, since content may hold the word; else by the word. */
function endOfStream(text: string, dictionaryEnd: number, start: number): number {
  const dictionary = text.slice(Math.max(0, dictionaryEnd - 2_000), dictionaryEnd);
  const length = /\/Length\s+(\d{1,9})(?!\d|\s+\d+\s+R)/.exec(
    dictionary.slice(Math.max(0, dictionary.lastIndexOf('/Length'))),
  )?.[1];
  const end = start + Number(length ?? Number.NaN);
  return /^\s{0,4}endstream/.test(text.slice(end, end + 14)) ? end : text.indexOf('endstream', start);
}
