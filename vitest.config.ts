import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // onnxruntime and the decoder are native: a process per file keeps a crash from taking the others along.
    pool: 'forks',
    // Cut connections, killed processes and a browser depend on time: on a busy machine such a test gets one more try.
    retry: process.env.CI ? 1 : 0,
    maxWorkers: 2,
  },
})
