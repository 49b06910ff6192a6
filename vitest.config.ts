import { globSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const include = ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts']

/**
 * What would reach the test files that come after in the same process: modules and clocks replaced, variables set, signals that a browser of another file
 * takes for its end. And what needs a process where nothing was opened before: the first network alone makes denormal numbers 0, and graphics drivers are looked for once.
 */
const own = globSync(include, { cwd: import.meta.dirname, exclude: ['**/node_modules'] }).filter((path) =>
  /\bvi\.(mock|doMock|stub\w+|useFakeTimers)\(|process\.(env\.\w+ = |chdir|emit\()|\b(denormalsAreZero|useSoftwareVulkan)\b/.test(
    readFileSync(join(import.meta.dirname, path), 'utf8'),
  ),
)

// Node keeps the code that it compiled and the types that it stripped, for workers and for every process that a test starts: where the command does.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'node-compile-cache')

// Two files run at once: a thread each for their networks, which else wait for one another with the cores' time. A full run has as many as users have.
if (process.env.KINEMETRIC_FULL !== '1') process.env.KINEMETRIC_THREADS ??= '1'

export default defineConfig({
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    globalSetup: ['test/shared-folder.ts'],
    setupFiles: ['test/setup.ts'],
    // onnxruntime and the decoder are native: a crash of a fork is the failure of one test file, and those that wait get another fork.
    pool: 'forks',
    // Cut connections, killed processes and a browser depend on time: on a busy machine such a test gets one more try.
    retry: process.env.CI ? 1 : 0,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'own process', include: own } },
      // The others come one after another in a process a worker: importing everything for every file took a fifth of all processor time.
      {
        extends: true,
        test: { name: 'shared process', include, exclude: [...own, '**/node_modules/**'], isolate: false },
      },
    ],
  },
})
