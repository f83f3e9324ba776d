import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NodeCompiler, type NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler';
import { FormError } from './error.ts';
import { FONT_STYLES, fontFile } from './fit/font.ts';
import { packPdf } from './pdf/pack.ts';
import { collectGarbage } from './release-memory.ts';
import type { Sheet } from './sheet.ts';

const LAYOUT = fileURLToPath(new URL('../typst', import.meta.url));
/** What the last document did not use is forgotten; what every document has (guide, names of rows) is laid out once. */
const KEPT_ROUNDS = 1;
/** Pages between two forced collections. */
const COLLECT_EVERY = 50;
export interface Typesetter {
  /** One document as PDF; same input, same bytes. Throws FormError. */
  typeset(sheet: Sheet): Promise<Uint8Array>;
  /** The same pages as one drawing (SVG), for a look at them without a PDF reader. */
  draw(sheet: Sheet): Promise<string>;
}

/** Starts a compiler in this thread (2 MB of fonts, 50–150 ms once). Each document blocks the thread while it is made. */
export function startTypesetter(): Typesetter {
  const compiler = NodeCompiler.create({
    workspace: LAYOUT,
    fontArgs: [{ fontBlobs: FONT_STYLES.map(fontFile) }],
  });
  let sinceCollected = 0;

  /** Laid out with the largest letters at which no more pages come out than are reckoned. */
  function laidOut(sheet: Sheet): NodeTypstDocument {
    compiler.resetShadow();
    compiler.mapShadow(join(LAYOUT, 'input.json'), Buffer.from(JSON.stringify(sheet.data)));
    for (const [path, bytes] of sheet.files) compiler.mapShadow(join(LAYOUT, path), Buffer.from(bytes));
    const made = compiler.compile({ mainFilePath: join(LAYOUT, sheet.main) });
    const document = made.result;
    if (document === null) throw made.takeError() ?? new Error('nothing came out');
    const other = document.numOfPages > sheet.pages ? sheet.longer() : null;
    return other === null ? document : laidOut(other);
  }

  async function swept<T>(sheet: Sheet, make: (document: NodeTypstDocument) => T): Promise<T> {
    try {
      return make(laidOut(sheet));
    } catch (error) {
      throw refusal(error);
    } finally {
      // Native memory hangs on small JS wrappers: without both steps it grows by 8 MB a document of five pages.
      compiler.resetShadow();
      compiler.evictCache(KEPT_ROUNDS);
      sinceCollected += sheet.pages;
      if (sinceCollected >= COLLECT_EVERY) {
        sinceCollected = 0;
        await collectGarbage();
      }
    }
  }
  return {
    typeset: (sheet) =>
      swept(sheet, (document) => {
        const pdf = compiler.pdf(document, { pdfStandard: sheet.standard });
        const bytes = new Uint8Array(pdf.buffer, pdf.byteOffset, pdf.byteLength);
        return sheet.packed ? packPdf(bytes) : bytes;
      }),
    draw: (sheet) => swept(sheet, (document) => compiler.plainSvg(document)),
  };
}

/** The compiler's words may quote the pupil's data: only their kind leaves this place. */
function refusal(error: unknown): FormError {
  const words =
    error instanceof Error ? `${error.message} ${String((error as { code?: unknown }).code)}` : String(error);
  return /could not be displayed with (?:any )?font|\.notdef/i.test(words)
    ? new FormError('glyph-missing', 'a letter is not in the font of the form')
    : new FormError('typeset-failed', 'the form could not be typeset');
}
