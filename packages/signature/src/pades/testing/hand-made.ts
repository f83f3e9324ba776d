import { latin1, octets } from '../octets.ts';

/** A tagged PDF of two pages in the layout of the typesetter, small enough that every byte of it can be tried. */
export function handMadePdf(words = 'Hoan thanh tot'): Uint8Array {
  const page = (content: number, key: number): string =>
    `<<\n  /Type /Page\n  /Resources <<\n    /ProcSet [/PDF /Text]\n  >>\n  /MediaBox [0 0 595.2756 841.8898]\n  /StructParents ${key}\n  /Parent 1 0 R\n  /Contents ${content} 0 R\n>>`;
  const content = (text: string): string => {
    const operators = `/P <</MCID 0>> BDC\n% ${text}\n10 10 100 100 re f\nEMC`;
    return `<<\n  /Length ${operators.length}\n>>\nstream\n${operators}\nendstream`;
  };
  const bodies = [
    '<<\n  /Type /Pages\n  /Count 2\n  /Kids [6 0 R 8 0 R]\n>>',
    '<<\n  /Type /StructTreeRoot\n  /K [3 0 R]\n  /ParentTree <<\n    /Nums [0 4 0 R 1 5 0 R]\n  >>\n  /ParentTreeNextKey 2\n>>',
    '<<\n  /Type /StructElem\n  /S /Document\n  /P 2 0 R\n  /K [0 1]\n  /Pg 6 0 R\n>>',
    '[3 0 R]',
    '[3 0 R]',
    page(7, 0),
    content(words),
    page(9, 1),
    content(`${words} 2`),
    '<<\n  /Title (Hoc ba)\n>>',
    '<<\n  /Type /Catalog\n  /Pages 1 0 R\n  /Lang (vi)\n  /StructTreeRoot 2 0 R\n  /MarkInfo <<\n    /Marked true\n  >>\n>>',
  ];
  let text = '%PDF-1.7\n%\x80\x80\x80\x80\n\n';
  const offsets = bodies.map((body, n) => {
    const at = text.length;
    text += `${n + 1} 0 obj\n${body}\nendobj\n\n`;
    return at;
  });
  const table = text.length;
  const entries = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n\r\n`).join('');
  const size = bodies.length + 1;
  text += `xref\n0 ${size}\n0000000000 65535 f\r\n${entries}trailer\n<<\n  /Size ${size}\n  /Root ${size - 1} 0 R\n  /Info ${size - 2} 0 R\n  /ID [(aGFuZA==) (aGFuZA==)]\n>>\nstartxref\n${table}\n%%EOF`;
  return octets(text);
}

/** The first place of `from` replaced by `to` of whatever length; throws if it is not there. */
export function swapped(pdf: Uint8Array, from: string, to: string, last = false): Uint8Array {
  const text = latin1(pdf);
  const at = last ? text.lastIndexOf(from) : text.indexOf(from);
  if (at < 0) throw new Error(`not in the file: ${from}`);
  return octets(text.slice(0, at) + to + text.slice(at + from.length));
}
