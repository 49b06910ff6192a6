import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { temporaryFolder } from '../src/site-build/temporary-folder.ts'

const subject = mkdtempSync(join(tmpdir(), 'kinemetric-subject-'))
afterAll(() => rmSync(subject, { recursive: true, force: true }))

const isLinux = process.platform === 'linux'

// Elsewhere the system does not tell when a process began.
test.skipIf(!isLinux)(
  'what a killed process left for a subject is gone for the next one, and nothing is left in the end',
  async () => {
    const first = await temporaryFolder('test', subject)
    await first.remove()
    expect(existsSync(first.path)).toBe(false)
    // What a kill leaves: the folder, and the lock of a process that is not there any more.
    mkdirSync(first.path)
    writeFileSync(join(first.path, 'left'), '')
    writeFileSync(`${first.path}.lock`, JSON.stringify({ pid: process.pid, host: hostname(), born: '1' }))
    const next = await temporaryFolder('test', subject)
    expect({ path: next.path, holds: readdirSync(next.path) }).toEqual({ path: first.path, holds: [] })
    await next.remove()
    expect([existsSync(next.path), existsSync(`${next.path}.lock`)]).toEqual([false, false])
  },
)

test('two at once have folders of their own', async () => {
  const [one, two] = await Promise.all([temporaryFolder('test', subject), temporaryFolder('test', subject)])
  expect(one.path).not.toBe(two.path)
  await Promise.all([one.remove(), two.remove()])
  expect([existsSync(one.path), existsSync(two.path)]).toEqual([false, false])
})
