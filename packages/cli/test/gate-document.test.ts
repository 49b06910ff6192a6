import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { generateClips, scoreClips } from './gate-results.ts'
import { kinemetric, temporaryFolder } from './kinemetric.ts'

// The commands of docs/gate.md, one after another, in a folder that has what the page speaks of.

const cwd = await temporaryFolder()
const text = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'gate.md'), 'utf8')
const commands = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block.trim().split('\n'))

/** Words of a command line; quotes hold one together. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word)
}

beforeAll(async () => {
  await generateClips(cwd, 'refs', () => 0)
  await generateClips(cwd, 'main/alpha', () => 0.4)
  await generateClips(cwd, 'branch/alpha', (clip) => 0.4 + 0.003 * Math.sin(7 + 13 * clip))
  for (let repeat = 1; repeat <= 5; repeat++) {
    await generateClips(cwd, `runs/${repeat}/alpha`, (clip) => 0.4 + 0.003 * Math.sin(7 * repeat + 13 * clip))
    await scoreClips(cwd, `runs/${repeat}/alpha`, '--out', `repeats/${repeat}`)
  }
  await writeFile(join(cwd, 'rules.txt'), 'psnr > 10 # dB\nssim >= baseline.ssim - 0.1\n')
})

test('the page has commands of every kind', () => {
  expect(commands.length).toBeGreaterThan(6)
  for (const option of ['--margin', '--calibration', '--rules ', '--rules-file', '--junit', 'calibrate'])
    expect(commands.join('\n')).toContain(option)
})

test.each(commands)('%s', async (line) => {
  const [program, ...args] = wordsOf(line)
  const { code, stderr } = await kinemetric(args, { cwd })
  expect({ program, code }, stderr).toEqual({ program: 'kinemetric', code: 0 })
})
