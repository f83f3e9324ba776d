import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import { FormError } from './error.ts';
import type { FormInput } from './input.ts';
import { type PageData, PROOF_PATH, pageData, XML_PATH } from './page-data.ts';
import { collectGarbage } from './release-memory.ts';

const LAYOUT = fileURLToPath(new URL('../typst', import.meta.url));
/** Typst 0.13 knows A-3 at level B only; A-3 is what lets the XML travel inside (ISO 19005-3). */
const PDF_STANDARD = 'a-3b';
const COLLECT_EVERY = 10;
const STYLES = [
  '400Regular/Tinos_400Regular',
  '400Regular_Italic/Tinos_400Regular_Italic',
  '700Bold/Tinos_700Bold',
  '700Bold_Italic/Tinos_700Bold_Italic',
];

function fonts(): Buffer[] {
  const root = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/tinos/package.json'));
  return STYLES.map((style) => readFileSync(join(root, `${style}.ttf`)));
}

export interface Typesetter {
  /** One form; same input, same bytes. Throws FormError. */
  render(input: FormInput): Promise<Uint8Array>;
}

/** Starts a compiler in this thread (2 MB of fonts, 50–150 ms once). Each render blocks the thread while it runs. */
export function startTypesetter(): Typesetter {
  const compiler = NodeCompiler.create({ workspace: LAYOUT, fontArgs: [{ fontBlobs: fonts() }] });
  let rendered = 0;
  return {
    async render(input) {
      const data = pageData(input);
      try {
        return compile(compiler, data, input);
      } finally {
        // Native memory hangs on small JS wrappers: without both steps it grows by 8 MB a document.
        compiler.resetShadow();
        compiler.evictCache(0);
        rendered += 1;
        if (rendered % COLLECT_EVERY === 0) await collectGarbage();
      }
    },
  };
}

function compile(compiler: NodeCompiler, data: PageData, input: FormInput): Uint8Array {
  compiler.mapShadow(join(LAYOUT, 'input.json'), Buffer.from(JSON.stringify(data)));
  if (data.attachments.length > 0) {
    compiler.mapShadow(join(LAYOUT, XML_PATH), Buffer.from(input.xml));
    if (input.proof !== null) compiler.mapShadow(join(LAYOUT, PROOF_PATH), Buffer.from(input.proof));
  }
  try {
    const pdf = compiler.pdf({ mainFilePath: join(LAYOUT, 'main.typ') }, { pdfStandard: PDF_STANDARD });
    return new Uint8Array(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  } catch (error) {
    throw refusal(error);
  }
}

/** The compiler's words may quote the pupil's data: only their kind leaves this place. */
function refusal(error: unknown): FormError {
  const words =
    error instanceof Error ? `${error.message} ${String((error as { code?: unknown }).code)}` : String(error);
  return /could not be displayed with any font|\.notdef/i.test(words)
    ? new FormError('glyph-missing', 'a letter is not in the font of the form')
    : new FormError('typeset-failed', 'the form could not be typeset');
}
