import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../test/shared.ts'
import { reducedConfig } from '../../networks/test/models/sam2-goldens.ts'
import { ended, kinemetric, refused, start, temporaryFolder } from './kinemetric.ts'
import { writeVideo } from './small-videos.ts'

const cwd = await temporaryFolder()
const at = { cwd }
const checkpoint = sharedPath('goldens', 'sam2', 'sam2.1_tiny_golden.pt')
const small = ['--checkpoint', checkpoint, '--unverified', '--config', 'config.json']
const box = [10, 8, 40, 30]
const prompted = (...frames: number[]) => ({
  objects: [{ id: 1, prompts: frames.map((frame) => ({ frame, box })) }],
})
const write = (name: string, value: unknown) => writeFile(join(cwd, name), JSON.stringify(value))

const ofClips = (boxes: string, ...more: string[]) =>
  ['masks', 'prepared/manifest.jsonl', '--boxes', boxes, '--out', 'of-clips', '--quiet'].concat(small, more)
const ofVideo = (out: string, boxes: string, ...more: string[]) =>
  ['masks', 'long.mkv', '--boxes', boxes, '--out', out].concat(small, more)

/** Everything that lies in a folder of masks, by name: pictures by their bytes, masks.json but for the digest of a network that was not opened. */
async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(join(cwd, folder), { recursive: true })).filter((name) => /\.(png|json)$/.test(name))
  const found = names.sort().map(async (name) => [name, await readFile(join(cwd, folder, name), 'base64')] as const)
  return Object.fromEntries(await Promise.all(found))
}

/** Starts a command, and interrupts it as Ctrl-C does when its first frame is done. */
async function interrupted(args: readonly string[]) {
  const child = start(args, at)
  child.stderr!.on('data', (text: Buffer) => {
    if (/: [1-9]\d*\/\d/.test(text.toString())) child.kill('SIGINT')
  })
  return ended(child)
}

const possible = hasShared('goldens', 'sam2', 'sam2.1_tiny_golden.pt')

describe.runIf(possible)('masks of the clips of a manifest', { timeout: 120_000 }, () => {
  const geometry = { native: [48, 64], resize: [48, 64], filter: 'none', target: [48, 64] }
  const line = (id: string, reference: object | undefined) => ({
    schema: reference === undefined ? 'kinemetric/prompt@1' : 'kinemetric/clip@1',
    id,
    protocol: { id: 'as-is', version: 1 },
    source: { dataset: 'made', video: id, fps: 6 },
    window: { start: 0, stride: 1, count: 3 },
    geometry: { ...geometry, crop: { top: 0, left: 0, height: 48, width: 64 } },
    fps: 6,
    ...(reference === undefined ? {} : { reference }),
    image: { path: 'a.png' },
  })
  beforeAll(async () => {
    await write('config.json', reducedConfig.json)
    await mkdir(join(cwd, 'prepared'))
    for (const id of ['a', 'b c']) await writeVideo(join(cwd, 'prepared'), id, { frames: 3 })
    await writeFile(join(cwd, 'prepared', 'cut.mkv'), 'no video')
    const lines = ['a', 'cut', 'b c', 'unasked'].map((id) => line(id, { path: `${id}.mkv` }))
    const all = [...lines, line('prompt', undefined)].map((each) => `${JSON.stringify(each)}\n`)
    await writeFile(join(cwd, 'prepared', 'manifest.jsonl'), all.join(''))
  })

  test('clips that prompts are there for are masked; one that cannot be is told, with code 1, and leaves the others', async () => {
    await write('clips.json', { clips: { a: prompted(0), 'b c': prompted(0, 7), cut: prompted(0) } })
    const { code, stdout, stderr } = await kinemetric(ofClips('clips.json', '--json'), at)
    expect(code).toBe(1)
    expect(stderr).toMatch(/failed: cut: /)
    expect(stderr).toMatch(/failed: b c: point-outside: .*frame 7: expected a frame of 0\.\.2/)
    expect(JSON.parse(stdout)).toMatchObject([
      { clip: 'a', known: 0, objects: [{ id: '1' }] },
      { clip: 'cut', failed: {} },
      { clip: 'b c', failed: { reason: 'point-outside' } },
    ])
    // The same with prompts that fit makes what was missing; what is there stays.
    await write('clips.json', { clips: { a: prompted(0), 'b c': prompted(0, 2) } })
    const again = await kinemetric(ofClips('clips.json', '--json'), at)
    expect(again.code, again.stderr).toBe(0)
    expect(JSON.parse(again.stdout)).toMatchObject([
      { clip: 'a', known: 3 },
      { clip: 'b c', known: 0 },
    ])
    const pictures = [0, 1, 2].map((frame) => join('1', `frame_000${frame}.png`))
    for (const clip of ['a', 'b c'])
      expect(Object.keys(await contents(join('of-clips', clip)))).toEqual([...pictures, 'masks.json'])
  })

  test('prompts of other clips, of one video and of a clip without a video are refused', async () => {
    await write('others.json', { clips: { a: prompted(0), d: prompted(0) } })
    expect(await refused(ofClips('others.json'), at)).toMatch(/of clips that .*manifest\.jsonl has, found d/)
    await write('one.json', prompted(0))
    expect(await refused(ofClips('one.json'), at)).toMatch(/expected prompts by clip .*found those of one video/)
    await write('prompt.json', { clips: { prompt: prompted(0) } })
    expect(await refused(ofClips('prompt.json'), at)).toMatch(/found those of prompt, which has none/)
    expect(await refused(ofClips('clips.json', '--overlay', 'o.mp4'), at)).toMatch(/one video, where an overlay/)
  })
})

describe.runIf(possible && process.platform !== 'win32')('interrupted', { timeout: 120_000 }, () => {
  const frames = 5
  beforeAll(async () => {
    await write('config.json', reducedConfig.json)
    await writeVideo(cwd, 'long', { frames })
    await write('every.json', prompted(...Array(frames).keys()))
    await write('first.json', prompted(0))
  })

  test('frame by frame: what is done is kept, and the same command goes on from there', async () => {
    const { code, stderr } = await interrupted(ofVideo('halves', 'every.json'))
    expect(code, stderr).toBe(2)
    expect(stderr).toMatch(/SIGINT: stopping; what is done is kept/)
    const kept = Object.keys(await contents('halves'))
    expect(kept.filter((name) => name.endsWith('.png')).length).toBeGreaterThan(0)
    expect(kept).not.toContain('masks.json')
    const resumed = await kinemetric(ofVideo('halves', 'every.json', '--quiet'), at)
    expect(resumed.stdout).toMatch(/\([1-4] frames? (?:was|were) there\)/)
    expect((await kinemetric(ofVideo('whole', 'every.json', '--quiet'), at)).code).toBe(0)
    expect(await contents('halves')).toEqual(await contents('whole'))
  })

  test('through the video: it is said that nothing is kept, and the same command begins anew', async () => {
    const more = ['--mode', 'box-propagate']
    const { code, stderr } = await interrupted(ofVideo('broken-off', 'first.json', ...more))
    expect(code, stderr).toBe(2)
    expect(stderr).toMatch(/SIGINT: stopping; nothing is kept/)
    expect(Object.keys(await contents('broken-off'))).not.toContain('masks.json')
    const again = await kinemetric(ofVideo('broken-off', 'first.json', ...more, '--quiet'), at)
    expect(again.code, again.stderr).toBe(0)
    expect(again.stdout).not.toMatch(/(?:was|were) there/)
    const found = Object.keys(await contents('broken-off'))
    expect(found).toHaveLength(frames + 1)
    expect(found).toContain('masks.json')
  })
})
