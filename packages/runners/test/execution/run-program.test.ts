import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { writeMask } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { findMethod, type Method, runMethod } from '../../src/index.ts'
import { smallManifest } from '../small-manifest.ts'

const { folder, manifest } = await smallManifest(2)
const small = join(folder, 'small.png')

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
      capabilities: { control: 'mask' },
      output: { alignment: 'frame' },
      determinism: 'bitwise-cpu',
      defaults: { strength: 1 },
      implementationStatus: 'working',
    }),
  )
  return findMethod(methodFolder)
}

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

test('the output folder may be given as a relative path', async () => {
  const method = await programMethod('relative', copyImage)
  const out = join(folder, 'relative-out')
  expect(await runMethod({ method, manifest, out: relative(process.cwd(), out) })).toMatchObject({
    done: 2,
    failures: [],
  })
  expect(await readFile(join(out, manifest.clips[0].id, 's0', 'item.json'), 'utf8')).toContain('ok')
})

test('too few frames and a missing item.json are failures of those clips', async () => {
  const out = join(folder, 'short')
  const source = copyImage.replace('t < item.target.frames', 't < 5')
  const { failures } = await runMethod({ method: await programMethod('short', source), manifest, out })
  expect(failures).toHaveLength(2)
  expect(failures[0].message).toMatch(/expected 14 frames .* found 5/)
  const silent = await runMethod({ method: await programMethod('silent', ''), manifest, out: join(folder, 'silent') })
  expect(silent.failures[0].message).toMatch(/item\.json.*; it ended with exit code 0, its messages: .*run\.log$/)
})

/** What a program does to its frames after it has written them, in `folder`, and what it is told. */
const spoilt: [what: string, source: string, message: RegExp][] = [
  [
    'another size',
    `copyFileSync(${JSON.stringify(small)}, join(folder, 'frame_0003.png'))`,
    /frame_0003\.png: expected a frame of \d+×\d+ \(height × width\), found 8×8/,
  ],
  [
    'text',
    `writeFileSync(join(folder, 'frame_0005.png'), 'dear diary')`,
    /frame_0005\.png: expected a PNG, .*found other/,
  ],
  [
    'half a frame',
    `writeFileSync(join(folder, 'frame_0013.png'), readFileSync(join(folder, 'frame_0013.png')).subarray(0, 200))`,
    /frame_0013\.png: expected a whole image/,
  ],
  [
    'a link out of the folder',
    `rmSync(join(folder, 'frame_0002.png')); symlinkSync(resolve(dirname(manifest), item.image.path), join(folder, 'frame_0002.png'))`,
    /frame_0002\.png: expected a regular file in the folder of its sample, found one that leads to/,
  ],
  [
    'a gap',
    `renameSync(join(folder, 'frame_0002.png'), join(folder, 'frame_0099.png'))`,
    /frame_0002\.png: expected a regular file in the folder of its sample, found no such file/,
  ],
  [
    'a folder elsewhere',
    `renameSync(folder, folder + '-moved'); symlinkSync(folder + '-moved', folder)`,
    /expected a folder of its own for a sample, found a link/,
  ],
]

test.each(spoilt)('%s among the frames is that clip’s failure, and asked for again', async (what, source, message) => {
  const name = what.replaceAll(' ', '-')
  await writeMask(small, new Uint8Array(64), 8, 8)
  const spoil = `if (item.itemId === '${manifest.clips[0].id}' && !existsSync(join(out, 'again'))) { ${source} }`
  const program = copyImage
    .replace('import { ', 'import { existsSync, renameSync, rmSync, symlinkSync, ')
    .replace('console.log(JSON.stringify({ itemId', `${spoil}\n    console.log(JSON.stringify({ itemId`)
  const run = { method: await programMethod(name, program), manifest, out: join(folder, `spoilt-${name}`) }
  const first = await runMethod(run)
  expect(first).toMatchObject({ done: 1, failures: [{ clip: manifest.clips[0].id, message }] })
  await writeFile(join(run.out, 'again'), '')
  expect(await runMethod(run)).toEqual({ done: 2, resumed: 1, failures: [] })
})

test('a program that breaks down, hangs or is not there ends the run with a message', async () => {
  const broken = await programMethod('broken', `console.error('no GPU here'); process.exit(4)`)
  await expect(runMethod({ method: broken, manifest, out: join(folder, 'broken') })).rejects.toThrow(
    /expected exit code 0 or 1, found 4 \(device unavailable\)/,
  )
  expect(await readFile(join(folder, 'broken', 'run.log'), 'utf8')).toContain('no GPU here')
  await expect(runMethod({ method: broken, manifest, out: join(folder, 'broken') })).rejects.toMatchObject({
    message: expect.stringContaining(join(folder, 'broken', 'run.log')),
    details: { lastLines: ['no GPU here'] },
  })
  const lacking = await programMethod('lacking', `for (let i = 0; i < 30; i++) console.log('line', i); process.exit(3)`)
  await expect(runMethod({ method: lacking, manifest, out: join(folder, 'lacking') })).rejects.toMatchObject({
    kind: 'missing',
    code: 'method-weights',
    message: expect.stringMatching(/found 3 \(missing weights or licence\); its messages: .*run\.log$/),
    details: { lastLines: Array.from({ length: 10 }, (_, i) => `line ${i + 20}`) },
  })
  const hanging = await programMethod('hanging', 'setInterval(() => {}, 1000)')
  await expect(runMethod({ method: hanging, manifest, out: join(folder, 'hanging'), timeoutMs: 500 })).rejects.toThrow(
    /expected its end within 500 ms/,
  )
  const absent = { ...hanging, spec: { ...hanging.spec, command: ['no-such-program-anywhere'] } }
  await expect(runMethod({ method: absent, manifest, out: join(folder, 'absent') })).rejects.toMatchObject({
    code: 'process-failed',
    found: 'none',
  })
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

test('a program is asked for each sample, and one that writes the first alone is told so', async () => {
  const method = await programMethod('copy-one', copyImage)
  const { done, failures } = await runMethod({ method, manifest, out: join(folder, 'one-of-two'), samples: 2 })
  expect(done).toBe(2)
  expect(failures).toMatchObject(manifest.clips.map(({ id }) => ({ clip: id, sample: 1, message: /item\.json/ })))
  const every = await programMethod('copy-each', copyImage.replace("'s0'", "'s' + item.sampleIndex"))
  expect(await runMethod({ method: every, manifest, out: join(folder, 'two-of-two'), samples: 2 })).toEqual({
    done: 4,
    resumed: 0,
    failures: [],
    samples: 2,
  })
})
