import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { areHeld, held } from '@kinemetric/metrics'
import { expect, test, vi } from 'vitest'
import {
  cacheAddress,
  type CacheArrays,
  decodeEntry,
  FeatureCache,
  type FeatureKey,
} from '../src/store/feature-cache.ts'
import { gatherFeatures } from '../src/store/kept-features.ts'
import { keptRows } from '../src/store/stored-features.ts'
import { temporaryFolder } from '../../benchmark/test/temporary-folder.ts'

const root = await temporaryFolder()
const key = (frames: string): FeatureKey => ({
  kind: 'features',
  version: 1,
  frames,
  network: 'inception-2015-12-05',
  digest: 'd',
  input: 'tf1',
  provider: 'cpu',
})
const rows = (...values: number[]) => ({ rows: { shape: [1, values.length], data: Float32Array.from(values) } })
const entry = (folder: string, frames: string) => {
  const address = cacheAddress(key(frames))
  return join(folder, address.slice(0, 2), `${address}.bin`)
}

test('an entry is computed once and comes back bit by bit, in other processes too', async () => {
  const folder = join(root, 'plain')
  const compute = vi.fn<() => Promise<CacheArrays>>(() => Promise.resolve(rows(1.1, -2, 3e-30)))
  const first = new FeatureCache(folder, join(root, 'own'), () => undefined)
  await first.get(key('a'), 'reference', compute)
  const second = new FeatureCache(folder, join(root, 'own'), () => undefined)
  const { arrays, address } = await second.get(key('a'), 'reference', compute)
  expect(arrays).toEqual(rows(1.1, -2, 3e-30))
  expect(await second.read(address)).toEqual(arrays)
  expect(compute).toHaveBeenCalledTimes(1)
  expect(second.counters.reference).toEqual({ hits: 1, misses: 0, rejected: 0, networkRuns: 0 })
})

test('an address is what it was: caches that are out there stay of use', () => {
  // As commit 5c3425e made it.
  expect(cacheAddress(key('a'))).toBe('8c86bccddee5c503d27c295621525c356f1ed8af0bd5da71d5a4075f97f71305')
  expect(cacheAddress({ ...key('a'), kind: 'tracks' })).toBe(
    '3b7f81b04a164c4e4d1cbc2de2b80c36cc5db078b4f4b8555817218823bd661a',
  )
})

test('everything that changes the features changes the address', () => {
  const changes: Partial<FeatureKey>[] = [
    { kind: 'tracks' },
    { version: 2 },
    { frames: 'b' },
    { network: 'x' },
    { digest: 'x' },
    { input: 'x' },
    { provider: 'webgpu' },
  ]
  const addresses = [{}, ...changes].map((change) => cacheAddress({ ...key('a'), ...change }))
  expect(new Set(addresses).size).toBe(addresses.length)
})

test.each([
  ['a flipped bit', (bytes: Buffer) => bytes.with(bytes.length - 2, 255 - bytes[bytes.length - 2])],
  ['a cut end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 3)],
  ['another version', (bytes: Buffer) => Buffer.from(bytes.toString('latin1').replace('cache-2', 'cache-9'), 'latin1')],
  ['a header of nonsense', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 25), Buffer.from('nonsense\n1234')])],
  ['nothing in it', () => Buffer.alloc(0)],
])('an entry with %s is never used: it is computed and written again', async (name, spoil) => {
  const folder = join(root, name)
  const warnings: string[] = []
  const cache = new FeatureCache(folder, join(root, 'own'), (message) => warnings.push(message))
  await cache.get(key('a'), 'generated', () => Promise.resolve(rows(5)))
  await writeFile(entry(folder, 'a'), spoil(await readFile(entry(folder, 'a'))))
  const again = await cache.get(key('a'), 'generated', () => Promise.resolve(rows(6)))
  expect(again.arrays).toEqual(rows(6))
  expect(cache.counters.generated).toMatchObject({ misses: 2, rejected: 1, networkRuns: 2 })
  expect(warnings).toHaveLength(1)
  expect((await cache.get(key('a'), 'generated', () => Promise.reject(new Error('computed')))).arrays).toEqual(rows(6))
})

test('whichever single bit of an entry is flipped, it is refused', async () => {
  const folder = join(root, 'bits')
  const cache = new FeatureCache(folder, undefined, () => undefined)
  const { address } = await cache.get(key('a'), 'generated', () => Promise.resolve(rows(1, 2, 3)))
  const whole = await readFile(entry(folder, 'a'))
  expect(decodeEntry(whole, address)).toEqual(rows(1, 2, 3))
  for (let bit = 0; bit < 8 * whole.length; bit++) {
    const flipped = whole.with(bit >> 3, whole[bit >> 3] ^ (1 << (bit & 7)))
    expect(typeof decodeEntry(flipped, address), `bit ${bit}`).toBe('string')
  }
})

test('an entry of version 1, whose header had no checksum, is no entry: nothing is said, and it is made again', async () => {
  const folder = join(root, 'old')
  const address = cacheAddress(key('a'))
  const payload = Buffer.from(Float32Array.of(1, 2).buffer)
  const sha256 = createHash('sha256').update(payload).digest('hex')
  // Its shape says none of the two rows.
  const header = JSON.stringify({ address, arrays: [{ name: 'rows', shape: [0, 2] }], sha256 })
  await mkdir(join(entry(folder, 'a'), '..'), { recursive: true })
  await writeFile(entry(folder, 'a'), Buffer.concat([Buffer.from(`kinemetric-cache-1\n${header}\n`), payload]))
  const warnings: string[] = []
  const cache = new FeatureCache(folder, undefined, (message) => warnings.push(message))
  expect(await cache.has(address)).toBe(false)
  expect((await cache.get(key('a'), 'generated', () => Promise.resolve(rows(1, 2)))).arrays).toEqual(rows(1, 2))
  expect(await cache.has(address)).toBe(true)
  expect(warnings).toEqual([])
})

test('a damaged entry that a summary needs is removed, so that the next run computes it', async () => {
  const folder = join(root, 'needed')
  const cache = new FeatureCache(folder, undefined, () => undefined)
  const { address } = await cache.get(key('a'), 'generated', () => Promise.resolve(rows(5)))
  await truncate(entry(folder, 'a'), 90)
  expect(await cache.has(address)).toBe(true)
  expect(await cache.read(address)).toBeUndefined()
  expect(await cache.has(address)).toBe(false)
})

test('an entry under another address is not taken for it', async () => {
  const folder = join(root, 'moved')
  const cache = new FeatureCache(folder, join(root, 'own'), () => undefined)
  await cache.get(key('a'), 'generated', () => Promise.resolve(rows(5)))
  await mkdir(join(entry(folder, 'b'), '..'), { recursive: true })
  await writeFile(entry(folder, 'b'), await readFile(entry(folder, 'a')))
  expect((await cache.get(key('b'), 'generated', () => Promise.resolve(rows(7)))).arrays).toEqual(rows(7))
})

test('a cache folder that cannot be written is told once and worked without; the run keeps its own entries', async () => {
  const folder = join(root, 'blocked')
  // A file where the folder should be: also root cannot write below it.
  await writeFile(folder, '')
  const warnings: string[] = []
  const cache = new FeatureCache(folder, join(root, 'own-blocked'), (message) => warnings.push(message))
  const { address } = await cache.get(key('a'), 'generated', () => Promise.resolve(rows(1)))
  await cache.get(key('b'), 'generated', () => Promise.resolve(rows(2)))
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatch(/blocked cannot be written .*going on without it/)
  expect(await cache.read(address)).toEqual(rows(1))
})

test('without a folder of its own, a command goes on with what it computes', async () => {
  const folder = join(root, 'blocked-alone')
  await writeFile(folder, '')
  const warnings: string[] = []
  const cache = new FeatureCache(folder, undefined, (message) => warnings.push(message))
  for (const frames of ['a', 'b'])
    expect((await cache.get(key(frames), 'reference', () => Promise.resolve(rows(3)))).arrays).toEqual(rows(3))
  expect(warnings).toHaveLength(1)
})

test('kept rows come back in the order of the clips, however many each has, in a matrix of just that size', async () => {
  const cache = new FeatureCache(join(root, 'gather'), join(root, 'own-gather'), () => undefined)
  const places: { clip: string; address: string }[] = []
  for (const [clip, count] of [
    ['long', 3000],
    ['short', 1],
    ['middle', 40],
  ] as const) {
    const data = new Float32Array(count * 4).fill(count)
    const { address } = await cache.get(key(clip), 'generated', () =>
      Promise.resolve({ rows: { shape: [count, 4], data } }),
    )
    places.push({ clip, address })
  }
  const gathered = await gatherFeatures(places, cache)
  expect(gathered).toMatchObject({ rows: 3041, dimension: 4, clips: ['long', 'short', 'middle'] })
  expect([gathered.data[11_999], gathered.data[12_000], gathered.data[12_163]]).toEqual([3000, 1, 40])
  expect([0, 2999, 3000, 3001, 3040].map((row) => gathered.clipOfRow?.[row])).toEqual([0, 0, 1, 2, 2])
  expect(gathered.data.buffer.byteLength).toBeLessThan(1.1 * gathered.data.byteLength)
  // In files, as they are where they are many, they are the same.
  const stored = await keptRows(places, cache, 0)
  const { data: _, ...shape } = gathered
  expect(stored).toMatchObject(shape)
  expect(areHeld(stored)).toBe(false)
  expect(areHeld(await keptRows(places, cache))).toBe(true)
  expect((await held(stored)).data).toEqual(gathered.data)
  if (areHeld(stored)) return
  for (const [start, end] of [
    [0, 1024],
    [1024, 2048],
    [2999, 3002],
    [3001, 3041],
    [7, 7],
  ])
    expect(await stored.read(start, end)).toEqual(gathered.data.slice(4 * start, 4 * end))
  expect([...(await stored.pick([3040, 0, 3000, 2999, 0]))].filter((_value, i) => i % 4 === 0)).toEqual([
    40, 3000, 1, 3000, 3000,
  ])
  const lost = gatherFeatures([...places, { clip: 'gone', address: 'ab'.repeat(32) }], cache)
  await expect(lost).rejects.toMatchObject({ code: 'cache-lost' })
})

test('rows in files say so where an entry has gone, is damaged, has other values or lies about its size', async () => {
  const folder = join(root, 'stored')
  const cache = new FeatureCache(folder, undefined, () => undefined)
  const put = async (clip: string, dimension: number, count = 2) => {
    const data = new Float32Array(count * dimension).fill(count)
    const { address } = await cache.get(key(clip), 'generated', () =>
      Promise.resolve({ rows: { shape: [count, dimension], data } }),
    )
    return { clip, address }
  }
  const places = [await put('a', 3), await put('b', 3)]
  const lost = { code: 'cache-lost' }
  await expect(keptRows([...places, { clip: 'gone', address: 'ab'.repeat(32) }], cache, 0)).rejects.toMatchObject(lost)
  await expect(keptRows([...places, await put('c', 4)], cache, 0)).rejects.toMatchObject(lost)
  const rows = await keptRows(places, cache, 0)
  if (areHeld(rows)) throw new Error('expected rows in files')
  // One bit of its values, then its end, then a header of more rows than the file holds.
  const path = entry(folder, 'b')
  const whole = await readFile(path)
  const damaged = Buffer.from(whole)
  damaged[damaged.length - 1] ^= 1
  await writeFile(path, damaged)
  await expect(rows.read(0, 4)).rejects.toMatchObject(lost)
  expect(await rows.read(0, 2)).toEqual(new Float32Array(6).fill(2))
  await writeFile(path, whole.toString('latin1').replace('"shape":[2,3]', '"shape":[9000000000,3]'), 'latin1')
  await expect(keptRows(places, cache, 0)).rejects.toMatchObject(lost)
})

test('a full disk under the cache (here a limit on file sizes) leaves no half entry and does not stop the run', async () => {
  const [folder, own] = [join(root, 'full'), join(root, 'own-full')]
  const script = `
    import { FeatureCache } from ${JSON.stringify(join(import.meta.dirname, '..', 'src', 'store', 'feature-cache.ts'))}
    process.on('SIGXFSZ', () => {})
    const cache = new FeatureCache(process.argv[2], process.argv[3], (message) => console.log('warning', message))
    const key = ${JSON.stringify(key('a'))}
    try {
      await cache.get(key, 'generated', async () => ({ rows: { shape: [1, 100000], data: new Float32Array(100000) } }))
    } catch (error) { console.log('error', error.code) }`
  const file = join(root, 'full.mjs')
  await writeFile(file, script)
  const { stdout } = await promisify(execFile)('bash', [
    '-c',
    // Node's cache of what it compiled would meet the limit first.
    'ulimit -f 100; NODE_DISABLE_COMPILE_CACHE=1 exec "$0" "$@"',
    process.execPath,
    file,
    folder,
    own,
  ])
  expect(stdout).toMatch(/^warning the cache folder .* cannot be written/)
  // The run's own folder is on the same full disk: that one has to end the run.
  expect(stdout).toContain('error disk-full')
  const left = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((item) => item.isFile())
  expect(left).toEqual([])
})

test('many processes at once on one folder: everybody gets whole entries', async () => {
  const folder = join(root, 'crowd')
  const script = `
    import { FeatureCache } from ${JSON.stringify(join(import.meta.dirname, '..', 'src', 'store', 'feature-cache.ts'))}
    const cache = new FeatureCache(process.argv[2], process.argv[2] + '-own', (message) => { throw new Error(message) })
    const key = ${JSON.stringify(key('a'))}
    for (let i = 0; i < 40; i++) {
      const { arrays } = await cache.get({ ...key, frames: String(i) }, 'generated', async () => ({ rows: { shape: [1, 5000], data: new Float32Array(5000).fill(i) } }))
      if (!arrays.rows.data.every((value) => value === i)) throw new Error('torn entry')
    }`
  const file = join(root, 'crowd.mjs')
  await writeFile(file, script)
  await Promise.all(Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, [file, folder])))
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.includes('.'))
  expect(names).toHaveLength(40)
  expect(names.every((name) => name.endsWith('.bin'))).toBe(true)
  await chmod(folder, 0o755)
})
