import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { buildSite } from '../src/index.ts'

const isFull = process.env.KINEMETRIC_FULL === '1'
if (!isFull) console.warn('skipped: the data that a clip’s page loads (KINEMETRIC_FULL=1 builds 8 methods × 512 clips)')

const work = mkdtempSync(join(tmpdir(), 'kinemetric-data-budget-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

test.runIf(isFull)(
  'a clip’s page starts with at most 231 kB of data at 8 methods × 9 columns, four of them by frame',
  async () => {
    const generator = join(import.meta.dirname, '../../../bench/large-results.ts')
    const made = spawnSync(process.execPath, [generator, join(work, 'results'), '--clips', '512'], { encoding: 'utf8' })
    expect({ status: made.status, said: made.stderr.slice(-500) }).toMatchObject({ status: 0 })
    await buildSite(join(work, 'results'), join(work, 'site'), { media: 'none' })
    const sizeOf = (name: string) => statSync(join(work, 'site', 'large-256x384', 'data', `${name}.js`)).size
    // Both shards are whole: they are as large at 8,667 clips, where `protocol.js` takes 69 kB, 8 bytes a clip (bench/site.md).
    expect(sizeOf('values-1') + sizeOf('curves-7')).toBeLessThanOrEqual(231_000 - 69_500)
    expect(sizeOf('protocol')).toBeLessThanOrEqual(10_000)
  },
  300_000,
)
