import { PdfFile } from '../pdf/file.ts';
import { PdfRef, PdfString, type PdfValue } from '../pdf/objects.ts';

export interface Bookmark {
  title: string;
  /** From 1. */
  page: number;
  children: Bookmark[];
}

/** The bookmarks of one of our PDFs (ISO 32000-1 §12.3.3), with the page that each leads to. */
export function bookmarksOf(pdf: Uint8Array): Bookmark[] {
  const file = new PdfFile(pdf);
  const root = file.dict(file.trailer.get('Root'));
  const kids = file.dict(root?.get('Pages'))?.get('Kids');
  if (!Array.isArray(kids)) throw new Error('no pages');
  const pages = kids.map((kid) => (kid instanceof PdfRef ? kid.number : -1));
  const below = (parent: PdfValue | undefined): Bookmark[] => {
    const found: Bookmark[] = [];
    let at = file.dict(parent)?.get('First');
    while (at !== undefined) {
      const item = file.dict(at);
      const title = file.resolve(item?.get('Title'));
      const target = file.resolve(item?.get('Dest'));
      if (!(title instanceof PdfString) || !Array.isArray(target)) throw new Error('not a bookmark of ours');
      const [page] = target;
      const words = Buffer.from(title.bytes);
      found.push({
        title: words[0] === 0xfe ? words.subarray(2).swap16().toString('utf16le') : words.toString('latin1'),
        page: pages.indexOf(page instanceof PdfRef ? page.number : -2) + 1,
        children: below(at),
      });
      at = item?.get('Next');
    }
    return found;
  };
  return below(root?.get('Outlines'));
}
