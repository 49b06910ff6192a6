import { join } from 'node:path'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { hasTinyModels, writeTinyInterdyn } from '../../../../test/tiny-models.ts'
import { findMethod, type Machine, runMethod } from '../../src/index.ts'
import { thisMachine } from '../../src/run/machine.ts'
import { requireRoom, type WantedRoom } from '../../src/run/require-room.ts'
import { maskManifest } from '../mask-manifest.ts'

const machine = (memory: number, free = 1e12, disks: Record<string, number> = {}): Machine => ({
  memory: () => Promise.resolve(memory),
  space: (folder) => Promise.resolve({ free, disk: disks[folder] ?? 1 }),
})
const wanted: WantedRoom = {
  memory: { about: 14e9, least: 5e9 },
  frames: { folder: 'out', most: 2e9 },
  dump: { folder: 'kept', bytes: 3e9 },
}

describe('what a run wants', () => {
  test('is there: nothing is said', async () => {
    expect(await requireRoom(wanted, machine(20e9))).toEqual([])
  })

  test('of memory may not be there: said, with what to lower; cannot be: refused', async () => {
    expect(await requireRoom(wanted, machine(8e9))).toEqual([
      expect.stringMatching(/may want 14 GB of memory, of 8\.0 GB that can be had: try --low-memory/),
    ])
    await expect(requireRoom(wanted, machine(4.9e9))).rejects.toMatchObject({
      kind: 'missing',
      code: 'too-little-memory',
      expected: 'about 14 GB, and never less than 5.0 GB',
      found: '4.9 GB that can be had',
      message: expect.stringMatching(/--low-memory.*smaller or fewer frames/),
    })
  })

  test('of disk: frames may become smaller, a dump does not', async () => {
    await expect(requireRoom(wanted, machine(20e9, 2.9e9))).rejects.toMatchObject({
      kind: 'disk',
      code: 'disk-full',
      where: 'kept',
      message: expect.stringMatching(/3\.0 GB for what --dump keeps, found 2\.9 GB free; lower steps or --samples/),
    })
    expect(await requireRoom(wanted, machine(20e9, 4e9))).toEqual([
      expect.stringMatching(/may write 5\.0 GB into out, of 4\.0 GB free: lower --samples/),
    ])
    expect(await requireRoom(wanted, machine(20e9, 4e9, { kept: 2 }))).toEqual([])
  })

  test('where the system says nothing of a disk nothing is refused', async () => {
    const silent = { memory: () => Promise.resolve(20e9), space: () => Promise.resolve(undefined) }
    expect(await requireRoom(wanted, silent)).toEqual([])
  })
})

test('this machine has memory, and disk where a folder is still to be made', async () => {
  expect(await thisMachine.memory()).toBeGreaterThan(1e8)
  const there = await thisMachine.space(import.meta.dirname)
  expect(there?.free).toBeGreaterThan(0)
  expect((await thisMachine.space(join(import.meta.dirname, 'none', 'of', 'these')))?.disk).toBe(there?.disk)
})

describe.skipIf(!hasTinyModels())('a run of tiny weights', { timeout: 120_000 }, async () => {
  const { folder, manifest } = await maskManifest(['a'], [64, 64], 3)
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'))
  let checkpoints: Record<string, string>
  beforeAll(async () => {
    checkpoints = await writeTinyInterdyn(join(folder, 'weights'))
  })
  const run = async (out: string, on: Machine, native = {}) => {
    const warnings: string[] = []
    const result = await runMethod({
      method: await findMethod('interdyn'),
      manifest,
      out: join(folder, out),
      config: { steps: 2 },
      native: { checkpoints, unverified: true, threads: 1, ...native },
      machine: on,
      onWarning: (message) => warnings.push(message),
    })
    return { result, warnings }
  }

  test('is refused before its first step where memory or the dump’s disk cannot be enough', async () => {
    await expect(run('small', machine(1e6))).rejects.toMatchObject({ code: 'too-little-memory' })
    // Two steps and the frames: 2 · 3 · 4 · 8 · 8 + 3 · 3 · 64 · 64 numbers.
    const bytes = 4 * (2 * 3 * 4 * 64 + 9 * 4096)
    const dump = join(folder, 'kept')
    await expect(run('full', machine(1e12, bytes - 1), { dump })).rejects.toMatchObject({ code: 'disk-full' })
  })

  test('runs with a warning where they may not be, and again, whole, where nothing is left to make', async () => {
    const { result, warnings } = await run('made', machine(1e8, 100))
    expect(result).toMatchObject({ done: 1, failures: [] })
    expect(warnings).toEqual([
      expect.stringMatching(/of memory/),
      expect.stringMatching(/may write 37 kB/),
      expect.stringMatching(/nothing vouches/),
    ])
    expect(await run('made', machine(0, 0))).toMatchObject({ result: { resumed: 1 }, warnings: [] })
  })
})
