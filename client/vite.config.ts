import { defineConfig } from 'vite';

/**
 * The page is served at the root, its files below `client/`: `index.html` therefore points one folder down, while
 * scripts and styles find each other relative to themselves. No absolute URL: works behind prefixes and tunnels.
 */
export default defineConfig({
  base: './',
  publicDir: false,
  experimental: {
    renderBuiltUrl: (filename, { hostType }) => (hostType === 'html' ? `client/${filename}` : { relative: true }),
  },
  build: {
    outDir: '../src/visiomatic/client',
    emptyOutDir: true,
    target: ['chrome95', 'firefox94', 'safari15'],
    cssTarget: ['chrome95', 'firefox94', 'safari15'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { index: 'index.html', visiomatic: 'src/index.ts' },
      preserveEntrySignatures: 'strict',
      output: {
        entryFileNames: (chunk) => (chunk.name === 'visiomatic' ? 'visiomatic.js' : 'assets/[name]-[hash].js'),
        chunkFileNames: 'assets/[name]-[hash].js',
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8009' } },
});
