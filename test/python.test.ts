import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkoutEnvironment, ended, findPython } from './python.ts'

const root = join(import.meta.dirname, '..')
const python = findPython()
const isFull = process.env.KINEMETRIC_FULL === '1'

/** What starts the command once or not at all; everything in a full run. */
const quick = [
  'tests.test_frames',
  'tests.test_sides',
  'tests.test_result',
  'tests.test_score.Machines',
  'tests.test_score.Scores.test_folders_lists_of_files_and_arrays_give_the_same_numbers_to_the_bit',
]

describe.runIf(python !== undefined)('the Python package', () => {
  test('its own tests hold; those of arrays are skipped where NumPy or torch is not installed', async () => {
    const args = ['-m', 'unittest', ...(isFull ? [] : quick)]
    const { stderr } = await ended(python ?? '', args, { cwd: join(root, 'python'), env: checkoutEnvironment })
    expect(stderr).toMatch(/^Ran \d\d tests in .*\n\nOK/m)
  })
})
