import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    restoreMocks: true,
    server: { deps: { inline: ['leaflet'] } },
    sequence: { shuffle: true },
  },
});
