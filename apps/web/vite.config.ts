import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { defineConfig, type Plugin, type Rolldown } from 'vite';

/**
 * What a page asks for when somebody's own file or act needs it, and not before. It lies in a folder of its own, so that
 * the budget can tell it from what every visitor loads (scripts/check/page-budgets.ts).
 */
const ON_DEMAND = [
  '/apps/web/src/pages/approvals.tsx',
  '/apps/web/src/pages/records/books.tsx',
  '/apps/web/src/pages/classes.tsx',
  '/apps/web/src/pages/records/closings.tsx',
  '/apps/web/src/pages/sheet/comment-bank.tsx',
  '/apps/web/src/pages/hand-over/give.tsx',
  '/apps/web/src/pages/hand-over/hand-over.tsx',
  '/apps/web/src/pages/hand-over/hand-overs.tsx',
  '/apps/web/src/pages/import/school.tsx',
  '/apps/web/src/pages/records/recall-form.tsx',
  '/apps/web/src/pages/records/class-book.tsx',
  '/apps/web/src/pages/school-facts.tsx',
  '/apps/web/src/pages/trust/schools-lodging.tsx',
  '/apps/web/src/pages/sheet/help.ts',
  '/apps/web/src/pages/signing/pictures.tsx',
  '/apps/web/src/pages/staff/staff.tsx',
  '/apps/web/src/pages/transfer/arrival.tsx',
  '/apps/web/src/pages/trust/trust.tsx',
  '/apps/web/src/pages/years/roll-over.tsx',
  '/apps/web/src/pages/years/years.tsx',
  '/apps/web/src/verify/claim-finding.tsx',
  '/apps/web/src/verify/other-facts.tsx',
  '/apps/web/src/verify/scan.tsx',
  '/apps/web/src/words/en.ts',
  '/apps/web/src/words/en/verify.ts',
  '/node_modules/libxml2-wasm/lib/index.mjs',
  '/packages/verify/src/foreign/judge.ts',
  '/packages/verify/src/issuance/log-time.ts',
  '/packages/verify/src/print/pdf-file.ts',
  '/packages/verify/src/several/archive.ts',
  '/packages/verify/src/table/table-reader.ts',
];

/**
 * What comes with a page, in few files: each file is one more round trip on a slow line, and is compressed by itself. First
 * what both pages load, then the rules, which the staff application asks for only with a sheet's help, then what judges a
 * file, then all else of the staff application. A module belongs to the first that names it; one that a page loads on demand belongs to none ($initial).
 */
const TOGETHER = [
  {
    name: 'both',
    test: /\/preact\/|\/record\/src\/(codes\/(subjects|traits|words)\.|rules\/(cell-text|rule-set-ids|school-year)\.)|\/web\/src\/(parts\/(file-drop|language-switch|text-area)|words\/(clock|language))\.|preload-helper|oxc-project/,
  },
  // Of the staff pages at once, of the page that checks records on demand.
  { name: 'cells', test: /\/record\/src\/(codes\/|rules\/parse-cell)|\/web\/src\/words\/day\./ },
  { name: 'rules', test: /\/record\/src\/rules\/(?!parse-cell)/ },
  {
    name: 'verifier',
    test: /\/packages\/(xml|record(?!\/src\/(rules|codes))|signature|ledger|verify)\/|\/@noble\/|\/web\/src\/(verify\/(?!main)|words\/vi\/verify)/,
  },
  // What its parts on demand share with it would else be eight files of next to nothing.
  { name: 'staff', test: /\/web\/src\/(api|app|grid|pages|parts|words)\b/ },
].map((group, n, all) => ({ ...group, tags: ['$initial' as const], priority: all.length - n }));

/**
 * Names in the page that checks records everything that it may ask for later, for its service worker, which keeps these
 * files too: a page without a network must judge whatever it judges with one.
 */
function namesWhatIsOnDemand(): Plugin {
  return {
    name: 'names-what-is-on-demand',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle, chunk, filename }) {
        if (bundle === undefined || chunk === undefined || !filename.endsWith('kiem-tra-hoc-ba.html')) return;
        const late = lateOf(bundle, chunk).map((name) => `/${name}`);
        return [
          { tag: 'meta', attrs: { name: 'hocba-on-demand', content: late.join(' ') }, injectTo: 'head' },
        ];
      },
    },
  };
}

/** Every chunk that dynamic imports lead to, with what these import, the largest last. */
function lateOf(bundle: Rolldown.OutputBundle, entry: Rolldown.OutputChunk): string[] {
  const reached = (from: readonly string[], next: (chunk: Rolldown.OutputChunk) => readonly string[]) => {
    const seen = new Set<string>();
    const visit = (name: string): void => {
      const chunk = bundle[name];
      if (chunk?.type !== 'chunk' || seen.has(name)) return;
      seen.add(name);
      next(chunk).forEach(visit);
    };
    from.forEach(visit);
    return seen;
  };
  const first = reached([entry.fileName], ({ imports }) => imports);
  const all = reached([entry.fileName], ({ imports, dynamicImports }) => [...imports, ...dynamicImports]);
  const bytes = (name: string): number => {
    const chunk = bundle[name];
    return chunk?.type === 'chunk' ? chunk.code.length : 0;
  };
  return [...all].filter((name) => !first.has(name)).sort((a, b) => bytes(a) - bytes(b));
}

/** Larger than this is asked for by few, and is packed by the server in a tenth of the time (static-files.ts). */
const WORTH_PACKING = 300_000;

/** Leaves each script and style packed as small as it goes beside it: at a page's first visit that is time on a slow line. */
function leavesPacked(): Plugin {
  return {
    name: 'leaves-packed',
    writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle).filter((one) => /\.(?:js|css)$/.test(one))) {
        const path = join(dir, name);
        const bytes = readFileSync(path);
        if (bytes.length <= WORTH_PACKING) writeFileSync(`${path}.br`, brotliCompressSync(bytes));
      }
    },
  };
}

// Floor of the staff application: Chrome 100 / Safari 15.4 / Firefox 115 (old school PCs stop at Chrome 109).
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [namesWhatIsOnDemand(), leavesPacked()],
  build: {
    target: ['es2021', 'chrome100', 'safari15.4', 'firefox115'],
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // libxml2 alone is a megabyte, and comes on demand only.
    chunkSizeWarningLimit: 1_200,
    rollupOptions: {
      transform: {
        assumptions: { setPublicClassFields: true },
        typescript: { removeClassFieldsWithoutInitializer: true },
      },
      input: { app: 'index.html', verify: 'kiem-tra-hoc-ba.html' },
      output: {
        codeSplitting: { groups: TOGETHER },
        chunkFileNames: ({ isDynamicEntry, facadeModuleId }) =>
          isDynamicEntry && ON_DEMAND.some((path) => facadeModuleId?.endsWith(path))
            ? 'assets/on-demand/[name]-[hash].js'
            : 'assets/[name]-[hash].js',
      },
    },
  },
});
