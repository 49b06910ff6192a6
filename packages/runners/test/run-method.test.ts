import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare, readManifest, type Manifest } from '@kinemetric/benchmark'
import { readFrames } from '@kinemetric/video'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findMethod, type Method } from '../src/methods/catalogue.ts'
import { makePhysicsBenchmark } from '../../physics/src/make-benchmark.ts'
import { runMethod } from '../src/run/run-method.ts'

let folder: string
let manifest: Manifest

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kinemetric-runners-'))
  await makePhysicsBenchmark(join(folder, 'dataset'), { clips: 2 })
  const { manifest: path } = await prepare({
    adapter: 'physics',
    dataset: join(folder, 'dataset'),
    protocol: 'physics-256x384',
    out: join(folder, 'prepared'),
  })
  manifest = await readManifest(path)
})

afterAll(() => rm(folder, { recursive: true, force: true }))

async function programMethod(name: string, source: string): Promise<Method> {
  const methodFolder = join(folder, 'methods', name)
  await mkdir(methodFolder, { recursive: true })
  await writeFile(join(methodFolder, 'generate.mjs'), source)
  await writeFile(
    join(methodFolder, 'method.json'),
    JSON.stringify({
      id: name,
      version: '1',
      displayName: name,
      licences: ['Apache-2.0'],
      kind: 'process',
      command: [process.execPath, 'generate.mjs', '{manifest}', '{out}', '{config}'],
      capabilities: { control: 'mask', image: true },
      output: { includesInputFrame: true, alignment: 'frame' },
      determinism: 'bitwise-cpu',
      defaults: { strength: 1 },
      implementationStatus: 'working',
    }),
  )
  return findMethod(methodFolder)
}

function largestChange(a: Uint8Array, b: Uint8Array, frame: number): number {
  const size = 256 * 384 * 3
  let largest = 0
  for (let i = frame * size; i < (frame + 1) * size; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]))
  return largest
}

describe('built-in methods', () => {
  test('static repeats frame 0 exactly, for every clip', async () => {
    const out = join(folder, 'static')
    const result = await runMethod({ method: await findMethod('static'), manifest, out })
    expect(result).toEqual({ done: 2, resumed: 0, failures: [] })
    for (const clip of manifest.clips) {
      const { pixels } = await readFrames(join(out, clip.id, 's0'))
      const reference = await readFrames(join(manifest.root, clip.reference.path))
      expect(pixels.shape).toEqual(reference.pixels.shape)
      const size = 256 * 384 * 3
      const first = reference.pixels.data.subarray(0, size)
      for (let t = 0; t < 14; t++) {
        expect(Buffer.compare(pixels.data.subarray(t * size, (t + 1) * size), first)).toBe(0)
      }
    }
  })

  test('driver-only agrees with the reference before the first contact, and differs after it', async () => {
    const out = join(folder, 'driver-only')
    await runMethod({ method: await findMethod('driver-only'), manifest, out })
    const clip = manifest.clips[0]
    const generated = await readFrames(join(out, clip.id, 's0'))
    const reference = await readFrames(join(manifest.root, clip.reference.path))
    // The noise of two takes is below 3 levels each; a body that moved changes pixels by tens of levels.
    expect(largestChange(generated.pixels.data, reference.pixels.data, 2)).toBeLessThanOrEqual(6)
    expect(largestChange(generated.pixels.data, reference.pixels.data, 13)).toBeGreaterThan(40)
  })

  test('a second run keeps what is complete and makes what is missing', async () => {
    const out = join(folder, 'resume')
    const method = await findMethod('static')
    await runMethod({ method, manifest, out })
    await rm(join(out, manifest.clips[1].id, 's0', 'item.json'))
    expect(await runMethod({ method, manifest, out })).toEqual({ done: 2, resumed: 1, failures: [] })
  })

  test('a folder of another run, or of something else, is refused', async () => {
    const out = join(folder, 'other')
    await runMethod({ method: await findMethod('static'), manifest, out })
    await expect(runMethod({ method: await findMethod('blurred-reference'), manifest, out })).rejects.toThrow(
      /same method/,
    )
    const foreign = join(folder, 'foreign')
    await mkdir(foreign)
    await writeFile(join(foreign, 'thesis.txt'), 'precious')
    await expect(runMethod({ method: await findMethod('static'), manifest, out: foreign })).rejects.toThrow(
      /expected an empty folder/,
    )
    expect(await readdir(foreign)).toEqual(['thesis.txt'])
  })

  test('two runs into one folder: the second is refused; a lock of a dead process is taken over', async () => {
    const out = join(folder, 'locked')
    const method = await findMethod('static')
    await mkdir(out)
    const held = (pid: number) => writeFile(join(out, '.lock'), JSON.stringify({ pid, host: hostname(), born: null }))
    await held(process.pid)
    await expect(runMethod({ method, manifest, out })).rejects.toThrow(/expected no other run here, found process \d+/)
    await held(999_999_999)
    expect((await runMethod({ method, manifest, out })).done).toBe(2)
  })

  test('an unknown method names those there are', async () => {
    await expect(findMethod('nonesuch')).rejects.toThrow(/static, driver-only, blurred-reference/)
  })
})

describe('methods that are programs', () => {
  const copyImage = `
    import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
    import { dirname, join, resolve } from 'node:path'
    const [manifest, out, config] = process.argv.slice(2)
    console.log('settings', readFileSync(config, 'utf8'))
    for (const line of readFileSync(manifest, 'utf8').trim().split('\\n')) {
      const item = JSON.parse(line)
      if ('groundTruth' in item || 'reference' in item) process.exit(5)
      const folder = join(out, item.itemId, 's0')
      mkdirSync(folder, { recursive: true })
      for (let t = 0; t < item.target.frames; t++) {
        copyFileSync(resolve(dirname(manifest), item.image.path), join(folder, 'frame_' + String(t).padStart(4, '0') + '.png'))
      }
      writeFileSync(join(folder, 'item.json'), JSON.stringify({ status: 'ok' }))
      console.log(JSON.stringify({ itemId: item.itemId }))
    }`

  test('a program that keeps the contract is run, with its settings and progress', async () => {
    const out = join(folder, 'program')
    const events: string[] = []
    const result = await runMethod({
      method: await programMethod('copy-image', copyImage),
      manifest,
      out,
      config: { strength: 2 },
      onProgress: ({ clip }) => events.push(clip),
    })
    expect(result).toEqual({ done: 2, resumed: 0, failures: [] })
    expect(events).toEqual(manifest.clips.map((clip) => clip.id))
    expect(await readFile(join(out, 'run.log'), 'utf8')).toContain('"strength": 2')
  })

  test('too few frames and a missing item.json are failures of those clips', async () => {
    const out = join(folder, 'short')
    const source = copyImage.replace('t < item.target.frames', 't < 5')
    const { failures } = await runMethod({ method: await programMethod('short', source), manifest, out })
    expect(failures).toHaveLength(2)
    expect(failures[0].message).toMatch(/expected 14 frames .* found 5/)
    const silent = await runMethod({ method: await programMethod('silent', ''), manifest, out: join(folder, 'silent') })
    expect(silent.failures[0].message).toMatch(/item\.json/)
  })

  test('a program that breaks down, hangs or is not there ends the run with a message', async () => {
    const broken = await programMethod('broken', `console.error('no GPU here'); process.exit(4)`)
    await expect(runMethod({ method: broken, manifest, out: join(folder, 'broken') })).rejects.toThrow(
      /found 4 \(device unavailable\)/,
    )
    expect(await readFile(join(folder, 'broken', 'run.log'), 'utf8')).toContain('no GPU here')
    const hanging = await programMethod('hanging', 'setInterval(() => {}, 1000)')
    await expect(
      runMethod({ method: hanging, manifest, out: join(folder, 'hanging'), timeoutMs: 500 }),
    ).rejects.toThrow(/within 500 ms/)
    const absent = { ...hanging, spec: { ...hanging.spec, command: ['no-such-program-anywhere'] } }
    await expect(runMethod({ method: absent, manifest, out: join(folder, 'absent') })).rejects.toThrow(/found none/)
  })

  test('the program inherits no secrets', async () => {
    process.env.KINEMETRIC_TEST_SECRET = 'hush'
    const out = join(folder, 'secret')
    const method = await programMethod(
      'secret',
      `console.log(JSON.stringify(process.env)); console.log('env', process.env.KINEMETRIC_TEST_SECRET); process.exit(1)`,
    )
    await runMethod({ method, manifest, out })
    delete process.env.KINEMETRIC_TEST_SECRET
    expect(await readFile(join(out, 'run.log'), 'utf8')).toContain('env undefined')
  })
})
