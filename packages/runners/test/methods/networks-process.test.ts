import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasTinyModels, writeTinyInterdyn } from '../../../../test/tiny-models.ts'
import { findMethod, runMethod } from '../../src/index.ts'
import { maskManifest } from '../mask-manifest.ts'

const { folder, manifest } = await maskManifest(['a', 'b', 'c'], [64, 64], 3)

/** Processes that this one started for networks. */
function networkProcesses(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const parent = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
        return parent === String(process.pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('serve-calls')
      } catch {
        return false
      }
    })
}

describe.skipIf(!hasTinyModels() || process.platform !== 'linux')('networks of a method', { timeout: 240_000 }, () => {
  test('a process of networks that is killed costs the clip that it was at, and the run goes on', async () => {
    const checkpoints: Record<string, string> = { ...(await writeTinyInterdyn(join(folder, 'weights'))) }
    const killed: number[] = []
    const { done, failures } = await runMethod({
      method: await findMethod('interdyn'),
      manifest,
      out: join(folder, 'out'),
      config: { steps: 3 },
      native: { checkpoints, unverified: true, threads: 1 },
      onProgress: ({ clip, step }) => {
        if (clip !== 'b' || step?.done !== 1 || killed.length > 0) return
        for (const pid of networkProcesses()) {
          killed.push(pid)
          process.kill(pid, 'SIGKILL')
        }
      },
    })
    expect(killed).toHaveLength(1)
    expect(done).toBe(2)
    expect(failures).toMatchObject([{ clip: 'b' }])
    const item: unknown = JSON.parse(await readFile(join(folder, 'out', 'b', 's0', 'item.json'), 'utf8'))
    expect(item).toMatchObject({ status: 'failed', error: { message: expect.stringContaining('--low-memory') } })
    expect(networkProcesses()).toEqual([])
  })
})
