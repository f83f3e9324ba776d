import { escapeAttribute, escapeText } from '@hocba/xml';

/**
 * A record as it was written, out of one that a program has read as XML and saved in its own way: with a declaration, comments before or
 * behind the root, other quotes, `<a/>` for an empty element, characters by number, lines and indents between elements. All that says the
 * same data. Whether it does is judged on what is given here, so that a wrong guess makes nothing true.
 *
 * @returns null for what has a DOCTYPE, what shows the data in a dress of its own (a stylesheet), or is not made of elements and texts
 */
export function writtenAnew(bytes: Uint8Array): Uint8Array | null {
  const xml = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  let out = '';
  let depth = 0;
  for (let at = 0; at < xml.length; ) {
    const next = xml.indexOf('<', at);
    const end = next < 0 ? xml.length : next;
    if (end > at) {
      const text = withoutIndents(xml.slice(at, end));
      const written = respelt(text, escapeText);
      if (written === null || (depth === 0 && text !== '')) return null;
      out += written;
      at = end;
      continue;
    }
    const beside = BESIDE.find(({ begins }) => xml.startsWith(begins, at));
    if (beside !== undefined) {
      const from = at + beside.begins.length;
      const to = xml.indexOf(beside.ends, from);
      if (depth > 0 || to < 0 || IN_DRESS.test(xml.slice(from, to))) return null;
      at = to + beside.ends.length;
      continue;
    }
    TAG.lastIndex = at;
    const [whole, closed, name, attributes = '', isEmpty] = TAG.exec(xml) ?? [];
    if (whole === undefined) return null;
    at += whole.length;
    if (closed !== undefined) {
      depth--;
      out += `</${closed}>`;
      continue;
    }
    out += `<${name}`;
    for (const [, attribute, quoted = ''] of attributes.matchAll(ATTRIBUTE)) {
      const value = respelt(quoted.slice(1, -1), escapeAttribute);
      if (value === null) return null;
      out += ` ${attribute}="${value}"`;
    }
    out += isEmpty ? `></${name}>` : '>';
    if (!isEmpty) depth++;
  }
  return new TextEncoder().encode(out);
}

/** What may stand beside the root (XML 1.0 §2.8), a declaration among it. */
const BESIDE = [
  { begins: '<!--', ends: '-->' },
  { begins: '<?', ends: '?>' },
] as const;
/** What a browser or a reader of PDFs shows in place of the data: a stylesheet, or a page of its own that is no part of the XML. */
const IN_DRESS = /^xml-stylesheet|[<>]|%PDF-/;
const NAME = '[^\\s<>/"\'=&]+';
const VALUE = '"[^"<]*"|\'[^\'<]*\'';
/** White space of XML, which is less than that of a text (XML 1.0 §2.3). */
const S = '[ \\t\\n]';
const TAG = new RegExp(
  `<(?:/(${NAME})${S}*|(${NAME})((?:${S}+${NAME}${S}*=${S}*(?:${VALUE}))*)${S}*(/?))>`,
  'y',
);
const ATTRIBUTE = new RegExp(`(${NAME})${S}*=${S}*(${VALUE})`, 'g');

/** White space with a line in it, at either end of a text: an indent, and in no text of ours. */
function withoutIndents(text: string): string {
  const isSpace = (at: number): boolean => ' \t\n'.includes(text.charAt(at));
  let from = 0;
  while (from < text.length && isSpace(from)) from++;
  let to = text.length;
  while (to > from && isSpace(to - 1)) to--;
  const isIndent = (space: string): boolean => space.includes('\n');
  return text.slice(isIndent(text.slice(0, from)) ? from : 0, isIndent(text.slice(to)) ? to : text.length);
}

/** In the spelling of canonical XML (C14N 1.0 §2.3); null where it names an entity that only a DOCTYPE could tell. */
function respelt(written: string, escaped: (text: string) => string): string | null {
  let isKnown = true;
  const read = written.replace(/&(?:#(\d{1,7})|#x([\dA-Fa-f]{1,6})|(\w*));/g, (_, decimal, hex, name) => {
    const code =
      decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : null;
    if (code !== null && code <= 0x10ffff) return String.fromCodePoint(code);
    isKnown &&= ENTITIES[name] !== undefined;
    return ENTITIES[name] ?? '';
  });
  return isKnown ? escaped(read) : null;
}
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
