import { defineConfig, type ViteUserConfig } from 'vitest/config';

// Quick tests own the clock and run in an odd zone, so that a forgotten local time shows at once.
const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'quick',
          root: new URL('..', import.meta.url).pathname,
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**'],
          env: { TZ: 'Pacific/Chatham' },
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'e2e',
          root: new URL('..', import.meta.url).pathname,
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

export default config;
