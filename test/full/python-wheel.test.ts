import { spawnSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readFrames } from '@kinemetric/video'
import { beforeAll, describe, expect, test } from 'vitest'
import { ended, type Ended, findPython } from '../python.ts'
import { hasShared, sharedPath } from '../shared.ts'
import { temporaryFolder } from '../temporary-folder.ts'

// The wheel as a user gets it: made, installed by pip in a fresh environment, and run with nothing on the PATH but that environment's programs. In the full run,
// for it takes minutes and Python's package index; KINEMETRIC_WHEEL_WITH=torch adds packages whose tests are skipped without them.
const root = join(import.meta.dirname, '..', '..')
const isFull = process.env.KINEMETRIC_FULL === '1'
const python = isFull ? findPython() : undefined
const folder = await temporaryFolder('kinemetric-wheel-test-')
const bin = join(folder, 'venv', process.platform === 'win32' ? 'Scripts' : 'bin')
const packages = ['numpy', 'pandas', 'pandas-stubs', 'mypy', ...(process.env.KINEMETRIC_WHEEL_WITH ?? '').split(' ')]

/** Nothing of the caller's: no Node, no npm, no home. */
function alone(name: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return ended(join(bin, name), args, { cwd: folder, env: { PATH: bin, ...more } })
}

function installed(wheel: string): boolean {
  spawnSync(python ?? '', ['-m', 'venv', join(folder, 'venv')], { stdio: 'inherit' })
  const args = ['-m', 'pip', 'install', '--quiet', wheel, ...packages.filter((each) => each !== '')]
  const { status, stderr } = spawnSync(join(bin, 'python'), args, { encoding: 'utf8' })
  if (status !== 0) console.warn(`skipped: pip could not install the wheel and ${packages.join(' ')}: ${stderr}`)
  return status === 0
}

/** @returns the wheel that `npm run wheel` writes */
function made(): string {
  const { status, stderr } = spawnSync(process.execPath, [join('scripts', 'wheel', 'make-wheel.ts')], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return globSync(join(root, 'dist', 'kinemetric-*.whl'))[0]
}

const wheel = python === undefined ? '' : made()
const isInstalled = python !== undefined && installed(wheel)

describe.runIf(isInstalled)('the wheel', () => {
  beforeAll(() => {
    // Not beside the sources, which would be imported instead.
    cpSync(join(root, 'python', 'tests'), join(folder, 'tests'), { recursive: true })
  })

  test('is one file of less than 100 MB', () => {
    expect(globSync('dist/kinemetric-*.whl', { cwd: root })).toHaveLength(1)
    expect(readFileSync(wheel).length).toBeLessThan(100e6)
  })

  test('says its version alone, as a script and as a module', async () => {
    const { version }: { version: string } = JSON.parse(
      readFileSync(join(root, 'packages', 'kinemetric', 'package.json'), 'utf8'),
    )
    expect(await alone('kinemetric', ['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    expect((await alone('python', ['-m', 'kinemetric', '--version'])).stdout).toBe(`${version}\n`)
    const attribute = 'import kinemetric; print(kinemetric.__version__)'
    expect((await alone('python', ['-c', attribute])).stdout).toBe(`${version}\n`)
  })

  test('has what RECORD says, and pip finds nothing amiss', async () => {
    const check = `
import base64, csv, hashlib, importlib.metadata as m
files = m.files("kinemetric")
for f in files:
    if f.hash is not None:
        digest = base64.urlsafe_b64encode(hashlib.sha256(f.locate().read_bytes()).digest()).rstrip(b"=").decode()
        assert digest == f.hash.value, f
print(len(files))`
    const { code, stdout, stderr } = await alone('python', ['-c', check])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(Number(stdout)).toBeGreaterThan(1000)
    expect((await alone('python', ['-m', 'pip', 'check'])).stdout).toMatch(/No broken requirements/)
  })

  test('its own tests hold with nothing else on the PATH', async () => {
    const { stderr } = await alone('python', ['-m', 'unittest'])
    expect(stderr).toMatch(/^Ran \d\d tests in .*\n\nOK/m)
  })

  test('a caller’s types hold under mypy --strict', async () => {
    const caller = `
import kinemetric

result = kinemetric.score(generated="gens", reference=["a.mp4"], metrics=["psnr"], layout="TCHW")
value: float | None = result["psnr"].value
for name, score in result.items():
    pairs: list[tuple[str, float | None]] = list(score.values.items())
    text: str = name + score.signature
`
    writeFileSync(join(folder, 'caller.py'), caller)
    const wrong = caller.replace('layout="TCHW"', 'layout="CHW"')
    writeFileSync(join(folder, 'wrong.py'), wrong)
    expect(await alone('mypy', ['--strict', 'caller.py'])).toMatchObject({ code: 0 })
    expect((await alone('mypy', ['--strict', 'wrong.py'])).stdout).toMatch(/"layout".*Literal\['CHW'\]/)
    expect(await alone('mypy', ['--strict', '-p', 'kinemetric'])).toMatchObject({ code: 0 })
  })

  test.runIf(isInstalled && hasShared('data', 'interdyn-examples'))(
    'real clips: arrays, files, folders and the command of this checkout agree to the bit',
    { timeout: 600_000 },
    async () => {
      const ids = ['102979', '111230', '125021']
      for (const side of ['refs', 'gens']) mkdirSync(join(folder, side))
      for (const [index, id] of ids.entries())
        for (const [side, from] of Object.entries({ refs: id, gens: ids[(index + 1) % 3] })) {
          const path = sharedPath('data', 'interdyn-examples', from, 'video.webm')
          const { pixels } = await readFrames(path, { window: { start: 0, stride: 1, count: 6 } })
          const [count, height, width] = pixels.shape
          writeFileSync(join(folder, `${side}-${id}.raw`), croppedTo(pixels.data, count, height, width))
        }
      writeFileSync(join(folder, 'compare.py'), comparison)
      const done = await alone('python', ['compare.py', ...ids])
      expect(done).toMatchObject({ code: 0, stderr: '' })
      const command = ['score', '--reference', 'refs', '--generated', 'gens', '--metrics', 'psnr,ssim', '--json']
      const own = await ended(
        process.execPath,
        [join(root, 'packages', 'cli', 'bin', 'kinemetric.js'), ...command, '--quiet'],
        { cwd: folder },
      )
      const printed: { scores: { value: number }[] } = JSON.parse(own.stdout)
      expect(JSON.parse(done.stdout)).toEqual(printed.scores.map(({ value }) => value))
    },
  )

  test('the document’s own lines run', { timeout: 600_000 }, async () => {
    const text = readFileSync(join(root, 'docs', 'python.md'), 'utf8')
    const hasTorch = (await alone('python', ['-c', 'import torch'])).code === 0
    const blocks = [...text.matchAll(/```python\n([\s\S]*?)```/g)].map(([, block]) => block)
    expect(blocks.length).toBeGreaterThan(3)
    const lines = blocks.filter((block) => hasTorch || !block.includes('import torch'))
    writeFileSync(join(folder, 'document.py'), `${documentFiles}\n${lines.join('\n')}`)
    mkdirSync(join(folder, 'document'))
    const done = await ended(join(bin, 'python'), ['../document.py'], {
      cwd: join(folder, 'document'),
      env: { PATH: bin },
    })
    expect(done).toMatchObject({ code: 0 })
  })
})

/** The upper left 120×160 of each frame: real content, and less to compute. */
function croppedTo(data: Uint8Array, count: number, height: number, width: number): Uint8Array {
  const rows = Array.from({ length: count * 120 }, (_, row) => {
    const at = (Math.floor(row / 120) * height + (row % 120)) * width * 3
    return data.subarray(at, at + 160 * 3)
  })
  return Buffer.concat(rows)
}

/** Scores the same frames by arrays, by files and by folders, says that they agree, and prints the values. */
const comparison = `
import json, os, sys, kinemetric, numpy
from kinemetric._png import write_png
ids, metrics = sys.argv[1:], ["psnr", "ssim"]
def read(side, name):
    return numpy.fromfile(f"{side}-{name}.raw", numpy.uint8).reshape(-1, 120, 160, 3)
arrays = {side: [read(side, name) for name in ids] for side in ("gens", "refs")}
for side, clips in arrays.items():
    for name, clip in zip(ids, clips):
        os.makedirs(f"{side}/{name}")
        for index, frame in enumerate(clip):
            write_png(f"{side}/{name}/{index}.png", frame.tobytes(), 120, 160)
def numbers(**sides):
    result = kinemetric.score(metrics=metrics, **sides)
    return [(name, score.value, dict(score.values)) for name, score in result.items()]
by_folder = numbers(generated="gens", reference="refs")
files = {side: [f"{side}/{name}" for name in ids] for side in arrays}
assert numbers(generated=files["gens"], reference=files["refs"]) == by_folder
assert numbers(generated=arrays["gens"], reference=arrays["refs"], names=ids) == by_folder
floats = [clip.astype(numpy.float32) / 255 for clip in arrays["gens"]]
assert numbers(generated=floats, reference=arrays["refs"], names=ids) == by_folder
psnr = numpy.mean([numpy.mean([10 * numpy.log10(255**2 / numpy.mean((a.astype(float) - b) ** 2)) for a, b in zip(x, y)]) for x, y in zip(arrays["gens"], arrays["refs"])])
assert abs(psnr - by_folder[0][1]) < 1e-12 * psnr, (psnr, by_folder[0][1])
print(json.dumps([value for _, value, _ in by_folder]))
`

/** What the document takes for granted: two folders of clips, and a list of arrays a side. */
const documentFiles = `
import numpy, os
from kinemetric._png import write_png
_random = numpy.random.default_rng(1)
references = [_random.integers(0, 256, (4, 48, 64, 3), dtype=numpy.uint8) for _ in range(3)]
videos = [numpy.clip(clip.astype(int) + _random.integers(-9, 10, clip.shape), 0, 255).astype(numpy.uint8) for clip in references]
for _side, _clips in (("refs", references), ("gens", videos)):
    for _index, _clip in enumerate(_clips):
        os.makedirs(f"{_side}/{_index}")
        for _frame, _picture in enumerate(_clip):
            write_png(f"{_side}/{_index}/{_frame}.png", _picture.tobytes(), 48, 64)
`
