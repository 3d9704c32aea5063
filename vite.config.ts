/** How the window's page is built; see tools/build.ts for the rest of the program. */
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** Monaco's languages start their workers through a module that drags in the whole editor; ours does not. */
function monacoWorkers(): Plugin {
  return {
    name: 'monaco-workers',
    enforce: 'pre',
    resolveId(source, importer) {
      const isMonaco = importer?.includes('/monaco-editor/') === true;
      return isMonaco && source.endsWith('/internal/common/workers.js')
        ? path('src/renderer/editors/monaco-worker.ts')
        : null;
    },
  };
}

export default defineConfig({
  root: path('src/renderer'),
  // Files are served over app://, so every address is relative to the page.
  base: './',
  plugins: [react(), monacoWorkers()],
  worker: { format: 'es' },
  build: {
    outDir: path('dist/renderer'),
    emptyOutDir: true,
    // The content security policy takes fonts from files only, so not even a small one becomes a data: address.
    assetsInlineLimit: 0,
    // The Chrome of the oldest Electron that development and tests use.
    target: 'chrome114',
    cssTarget: 'chrome114',
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 8000,
    reportCompressedSize: false,
  },
});
