// Runs the checks and the tests, says where the time went, and ends with one line: N passed, N failed, N skipped.
// --full adds the long ones (KINEMETRIC_FULL=1), --package the packages as a user installs them; --full has both. Other arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

interface Assertion {
  title: string
  duration?: number | null
}

interface Report {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  testResults: {
    name: string
    status: string
    startTime: number
    endTime: number
    assertionResults: Assertion[]
  }[]
}

const root = join(import.meta.dirname, '..')
const args = process.argv.slice(2)
const full = args.includes('--full')
const packaged = full || args.includes('--package') ? ['--package'] : []
const began = Date.now()
const check = spawnSync(process.execPath, [join(root, 'scripts', 'check.ts'), ...packaged], {
  cwd: root,
  stdio: 'inherit',
})
const checked = Date.now()
const folder = mkdtempSync(join(tmpdir(), 'kinemetric-test-'))
const output = join(folder, 'results.json')
const vitest = spawnSync(
  'vitest',
  [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${output}`,
    ...args.filter((arg) => arg !== '--full' && arg !== '--package'),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    env: { ...process.env, ...(full ? { KINEMETRIC_FULL: '1' } : {}), ASTRO_TELEMETRY_DISABLED: '1' },
  },
)
let passed = 0
let failed = check.status === 0 ? 0 : 1
let skipped = 0
try {
  const report: Report = JSON.parse(readFileSync(output, 'utf8'))
  passed = report.numPassedTests + (check.status === 0 ? 1 : 0)
  // A file that fails before its first test counts as one failure.
  failed +=
    report.numFailedTests +
    report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length
  skipped = report.numPendingTests
  printSlowest(report)
} catch (error) {
  console.error(`vitest left no report: ${error instanceof Error ? error.message : String(error)}`)
  failed += 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
if (vitest.status !== 0 && failed === 0) failed = 1
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed === 0 ? 0 : 1

/** Where the time went: the checks, all files together, and the files that took longest, each with its longest test. */
function printSlowest({ testResults }: Report): void {
  const files = testResults
    .map(({ name, startTime, endTime, assertionResults }) => {
      const [longest] = assertionResults.toSorted((a, b) => (b.duration ?? 0) - (a.duration ?? 0))
      return { name: relative(root, name), ms: endTime - startTime, longest }
    })
    .toSorted((a, b) => b.ms - a.ms)
  const all = files.reduce((sum, { ms }) => sum + ms, 0)
  console.log(
    `checks ${seconds(checked - began)}; tests ${seconds(Date.now() - checked)}, ${seconds(all)} of ${files.length} files one by one; slowest:`,
  )
  for (const { name, ms, longest } of files.slice(0, 15))
    console.log(
      `  ${seconds(ms).padStart(7)}  ${name}${longest === undefined ? '' : `, ${seconds(longest.duration ?? 0)} of it “${longest.title}”`}`,
    )
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
