import { defineConfig } from 'vite';

// Floor of the staff application: Chrome 100 / Safari 15.4 / Firefox 115 (old school PCs stop at Chrome 109).
export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: ['es2021', 'chrome100', 'safari15.4', 'firefox115'],
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { app: 'index.html', verify: 'kiem-tra-hoc-ba.html' } },
  },
});
