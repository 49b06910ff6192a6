import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findMethod, testMethod } from '../../src/index.ts'

const folder = await mkdtemp(join(tmpdir(), 'kinemetric-conformance-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

/**
 * A program that keeps the contract: the image, inverted under each mask, with a little noise of the seed. It reads and writes PNG of 8 bits by itself: a
 * library for pictures takes longer to load than all that it does, and it is started some two hundred times here.
 */
const honest = `
  import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
  import { dirname, join } from 'node:path'
  import { crc32, deflateSync, inflateSync } from 'node:zlib'
  const [manifest, out] = process.argv.slice(2)
  const here = dirname(manifest)
  for (const line of readFileSync(manifest, 'utf8').trim().split('\\n')) {
    const item = JSON.parse(line)
    const folder = join(out, item.itemId, 's' + item.sampleIndex)
    mkdirSync(folder, { recursive: true })
    const image = read(join(here, item.image.path))
    const [height, width] = item.geometry.target
    for (let t = 0; t < item.target.frames; t++) {
      const name = 'frame_' + String(t).padStart(4, '0') + '.png'
      const mask = read(join(here, item.control.dir, name))
      let state = item.seed + 1
      const frame = image.map((value, i) => {
        state = (state * 48271) % 2147483647
        return (mask[i] > 127 ? 255 - value : value) ^ (state & 1)
      })
      write(join(folder, name), frame, height, width)
    }
    writeFileSync(join(folder, 'item.tmp'), JSON.stringify({ status: 'ok', seed: item.seed }))
    renameSync(join(folder, 'item.tmp'), join(folder, 'item.json'))
    console.log(JSON.stringify({ itemId: item.itemId }))
  }
  // RGB, of grey or RGB.
  function read(path) {
    const file = readFileSync(path)
    const parts = []
    let [width, height, channels] = [0, 0, 0]
    for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
      const type = file.toString('latin1', at + 4, at + 8)
      const data = file.subarray(at + 8, at + 8 + file.readUInt32BE(at))
      if (type === 'IHDR') [width, height, channels] = [data.readUInt32BE(0), data.readUInt32BE(4), { 0: 1, 2: 3 }[data[9]]]
      if (type === 'IDAT') parts.push(data)
    }
    const lines = inflateSync(Buffer.concat(parts))
    const stride = width * channels
    const pixels = new Uint8Array(height * stride)
    for (let y = 0; y < height; y++)
      for (let i = 0; i < stride; i++) {
        const at = y * stride + i
        const left = i < channels ? 0 : pixels[at - channels]
        const above = y === 0 ? 0 : pixels[at - stride]
        const corner = i < channels || y === 0 ? 0 : pixels[at - stride - channels]
        const [a, b, c] = [above - corner, left - corner, left + above - 2 * corner].map(Math.abs)
        const paeth = a <= b && a <= c ? left : b <= c ? above : corner
        pixels[at] = lines[y * (stride + 1) + 1 + i] + [0, left, above, (left + above) >> 1, paeth][lines[y * (stride + 1)]]
      }
    return channels === 3 ? pixels : Uint8Array.from({ length: 3 * pixels.length }, (_, i) => pixels[Math.floor(i / 3)])
  }
  function write(path, pixels, height, width) {
    const lines = Buffer.alloc(height * (1 + 3 * width))
    for (let y = 0; y < height; y++) lines.set(pixels.subarray(3 * y * width, 3 * (y + 1) * width), y * (1 + 3 * width) + 1)
    const chunk = (type, data) => {
      const named = Buffer.concat([Buffer.from(type), data])
      const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
      length.writeUInt32BE(data.length)
      sum.writeUInt32BE(crc32(named))
      return Buffer.concat([length, named, sum])
    }
    const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0])
    head.writeUInt32BE(width, 0)
    head.writeUInt32BE(height, 4)
    const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
    const chunks = [chunk('IHDR', head), chunk('IDAT', deflateSync(lines)), chunk('IEND', Buffer.alloc(0))]
    writeFileSync(path, Buffer.concat([signature, ...chunks]))
  }`

/** What fails of a program, by the checks' names. */
async function failing(name: string, source: string, capabilities: object = {}): Promise<Record<string, string>> {
  const place = join(folder, name)
  await mkdir(place)
  await writeFile(join(place, 'generate.mjs'), source)
  const spec = {
    id: name,
    version: '1',
    displayName: name,
    licences: ['Apache-2.0'],
    kind: 'process',
    command: [process.execPath, 'generate.mjs', '{manifest}', '{out}'],
    capabilities: { control: 'mask', resolutions: [[24, 32]], frames: { fixed: 3 }, ...capabilities },
    output: { alignment: 'frame' },
    determinism: 'seeded',
    implementationStatus: 'working',
  }
  await writeFile(join(place, 'method.json'), JSON.stringify(spec))
  const results = await testMethod({ method: await findMethod(place), folder: join(folder, `test of ${name}`) })
  const ids = 'frames same-seed order seeds resume control refusals claims reference outside'
  expect(results.map(({ id }) => id).join(' ')).toBe(ids)
  return Object.fromEntries(results.filter(({ verdict }) => verdict === 'fail').map(({ id, said }) => [id, said]))
}

const replaced = (from: string, to: string) => {
  expect(honest).toContain(from)
  return honest.replace(from, to)
}

test('a program that keeps the contract passes', { timeout: 120_000 }, async () => {
  expect(await failing('honest', honest)).toEqual({})
})

describe('one that does not fails where it does not', { timeout: 120_000 }, () => {
  test.each([
    [
      'frames too few',
      't < item.target.frames',
      't < item.target.frames - 1',
      { frames: /expected 3 frames.* found 2/ },
    ],
    [
      'another size',
      'frame, height, width',
      'frame, 16, 16',
      { frames: /expected a frame of 24×32 \(height × width\), found 16×16/ },
    ],
    [
      'a stray file',
      'console.log',
      "writeFileSync(join(folder, 'log.txt'), ''); console.log",
      { frames: /left test 1\/s0\/log.txt/ },
    ],
    [
      'the clock in place of the seed',
      'let state = item.seed + 1',
      'let state = 1 + (Number(process.hrtime.bigint() % 1000003n)); image.forEach((_, i) => (image[i] = state % 251))',
      {
        'same-seed': /frames differ by/,
        order: /frames differ by/,
        seeds: /sample 0 of two is not sample 0 of one/,
        resume: /frames differ by/,
        reference: /frames differ by/,
      },
    ],
    [
      'the place in the list',
      'let state = item.seed + 1',
      'let state = item.seed + 1; globalThis.calls = (globalThis.calls ?? 0) + 1; image[0] = 5 * globalThis.calls; image.fill(5 * globalThis.calls)',
      { order: /frames differ by/ },
    ],
    ['no seed', 'item.seed + 1', '1', { seeds: /the samples of seed 0 and 1 of test 1, test 2 are one/ }],
    [
      'no mask',
      'mask[i] > 127',
      'i % 2',
      { control: /masks in the opposite order the frames of test 1, test 2 are the same/ },
    ],
    [
      'no going on',
      'const here',
      // Whichever of the two the first run got to.
      "if (['test 1', 'test 2'].some((clip) => existsSync(join(out, clip)))) process.exit(5); const here",
      { resume: /found 5 \(internal error\)/ },
    ],
    [
      'a file elsewhere',
      'const here',
      "writeFileSync(join(out, '..', '..', 'note.txt'), 'I was here'); writeFileSync('cache.bin', ''); const here",
      { outside: /note\.txt, .*cache\.bin/ },
    ],
  ])('%s', async (name, from, to, wanted) => {
    const found = await failing(name.replaceAll(' ', '-'), replaced(from, to))
    expect(Object.keys(found)).toEqual(Object.keys(wanted))
    expect(found).toMatchObject(
      Object.fromEntries(Object.entries(wanted).map(([id, said]) => [id, expect.stringMatching(said)])),
    )
  })

  test('more claimed than it can', async () => {
    const small = replaced('const image =', 'if (item.target.frames > 4) process.exit(2); const image =')
    const found = await failing('claims-too-much', small, { frames: { min: 3, max: 8 } })
    expect(found.claims).toMatch(/found 2 \(bad input or configuration\)/)
  })
})
