import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FeatureCache } from '@kinemetric/evaluation'
import { openNpz, readFeatureFile } from '@kinemetric/metrics'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from './shared.ts'

// Small files from the shared folder that once hung a command, ended it with a stack trace or gave other numbers. Inputs of our own for the same kinds
// are made in the tests of the packages that read them.
const root = join(import.meta.dirname, '..')
const kinemetric = join(root, 'packages', 'cli', 'bin', 'kinemetric.js')

interface Outcome {
  code: number | string | null | undefined
  said: string
}

/** The command's exit code and all that it printed; killed after a minute. */
function run(folder: string, ...args: readonly string[]): Promise<Outcome> {
  return node(folder, [kinemetric, ...args])
}

/** The same of any script. */
function node(folder: string, args: readonly string[]): Promise<Outcome> {
  const env = { ...process.env, HOME: folder, XDG_CACHE_HOME: join(folder, 'xdg'), KINEMETRIC_WEIGHTS: 'weights' }
  const bounded = { cwd: folder, env, timeout: 60_000, killSignal: 'SIGKILL' } as const
  return new Promise((resolve) => {
    execFile(process.execPath, args, bounded, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, said: stdout + stderr }),
    )
  })
}

describe.runIf(hasShared('cases-fuzz', 'README.txt'))('files that did harm once', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'kinemetric-hostile-')))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))
  /** A copy of a case that may be written to. */
  const copy = (name: string) => cp(sharedPath('cases-fuzz', name), folder, { recursive: true, mode: 0 })

  test('an .npz as a Node Buffer, whose entries lie at any address', async () => {
    const npz = openNpz(await readFile(sharedPath('cases-fuzz', '01-npz-of-a-buffer', 'x.npz')))
    expect([...npz.array('mu').data]).toEqual([1, 2, 3])
    expect([...npz.array('features').data]).toEqual([1, 2, 3, 4])
  })

  test('a deflated .npz with a header that is not padded', async () => {
    const path = sharedPath('cases-fuzz', '02-deflated-npz-unaligned-header', 'unaligned.npz')
    expect([...(await readFeatureFile(path)).features.data]).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('a zip among weights whose locator leads beyond any file', async () => {
    await copy('03-zip64-locator')
    expect(await run(folder, 'weights', 'list')).toMatchObject({ code: 0 })
    const { code, said } = await run(folder, 'weights', 'import', 'weights/x.pth', '--folder', 'w')
    expect(code).toBe(2)
    expect(said.trim().split('\n')).toHaveLength(1)
  })

  test('a damaged table beside a record is refused in no time', async () => {
    const table = sharedPath('cases-fuzz', '04-parquet-hangs', 'results', 'p', 'static.parquet')
    // In a process of its own, which can be ended: a reader that hangs would hang this one too.
    const source = `import { readTable } from '@kinemetric/records'\nawait readTable(process.argv[1])`
    const { code, said } = await node(root, ['--input-type=module', '-e', source, table])
    expect(said).toMatch(/static\.parquet/)
    expect(code).toBe(1)
  })

  // A site beside a table that is none is built in packages/report/test/build-site.test.ts.
  test.runIf(process.env.KINEMETRIC_FULL)(
    '… and the site is built, with a warning that says that it is left out',
    async () => {
      await copy('04-parquet-hangs')
      const { code, said } = await run(folder, 'report', 'build', 'results', '--out', 'site', '--no-claims', '--quiet')
      expect(said).toMatch(/static\.parquet/)
      expect(code).toBe(0)
    },
  )

  test('a lock of a download that was made and not filled is taken over', async () => {
    await copy('07-pull-killed-at-its-lock')
    const url = 'http://127.0.0.1:9/x'
    const args = ['--folder', 'w', '--url', url, '--retries', '0', '--quiet']
    const { said } = await run(folder, 'weights', 'pull', 'lpips-alex', ...args)
    expect(said).toMatch(/127\.0\.0\.1:9/)
    expect(said).not.toMatch(/other run|fetching this/)
  })

  test('a cache entry with one bit flipped in its header', async () => {
    await copy('11-cache-entry-one-bit')
    const address = '0adcce650a92fabb27ea31f3a9a95efae373b77447c4edeb2fc2574b64669e03'
    const cache = new FeatureCache(join(folder, 'shared'), undefined, () => undefined)
    expect(await cache.read(address)).toBeUndefined()
  })

  test('an .npy of ten bytes', async () => {
    await copy('12-npy-of-ten-bytes')
    const files = ['--generated', 'ten.npy', '--reference', 'ten.npy']
    const { code, said } = await run(folder, 'distance', ...files, '--metrics', 'fvd', '--no-interval')
    expect(said).toMatch(/ten\.npy: expected a header/)
    expect(code).toBe(2)
  })
})
