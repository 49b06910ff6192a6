import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { contiguous, hashFrames, readFrames, readImage, sliceFrames, writeLossless } from '@kinemetric/video'
import { expect, test } from 'vitest'
import { prepare, readManifest } from '../../src/index.ts'
import { evaluate } from '../../../evaluation/src/index.ts'
import { changed, discMask, pattern, smallProtocol, writeDataset, writePair } from '../small-benchmark.ts'
import { filesOf } from '../prepare-shards/sharded.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const root = await temporaryFolder()

test('prepared files are what the protocol cuts, and the folder can be moved', async () => {
  const dataset = join(root, 'plain')
  await writeDataset(dataset, ['a', 'b c'])
  await writeFile(join(dataset, 'a', 'scene.json'), '{}')
  const done: string[] = []
  const out = join(root, 'plain-out')
  const result = await prepare({
    adapter: 'physics',
    dataset,
    protocol: smallProtocol,
    out,
    onProgress: ({ clip, done: n, total }) => done.push(`${clip} ${n}/${total}`),
  })
  expect(result).toMatchObject({ clips: 2, kept: 0, failures: [], warnings: [] })
  expect(done).toEqual(['a 1/2', 'b c 2/2'])
  const moved = join(root, 'moved')
  await rename(out, moved)
  const { clips, root: at } = await readManifest(join(moved, 'manifest.jsonl'))
  const clip = clips[0]
  const reference = (await readFrames(join(at, clip.reference?.path ?? ''))).pixels
  expect(hashFrames(reference)).toBe(hashFrames(pattern()))
  expect(clip.reference?.framesSha256).toBe(hashFrames(pattern()))
  const image = await readImage(join(at, clip.image.path))
  expect(hashFrames(image)).toBe(hashFrames(contiguous(sliceFrames(pattern(), 0, 1, 1))))
  expect(clip.control).toMatchObject({ dir: 'clips/a/control', count: 6 })
  const control = (await readFrames(join(at, clip.control?.dir ?? ''))).pixels
  expect(hashFrames(control)).toBe(hashFrames(discMask({ radius: 8 })))
  expect(clip.objectMasks).toMatchObject([{ object: 'ball', sourceFrame: 0, pixels: 437 }])
  expect(clip.assets).toMatchObject({ 'scene.json': { path: 'clips/a/scene.json' } })
  const { record } = await evaluate({
    reference: { manifest: join(moved, 'manifest.jsonl') },
    protocol: smallProtocol,
    generated: dataset,
    out: join(root, 'moved-results'),
    cache: false,
  })
  // The dataset's own folders hold no frame images: nothing was generated for either clip.
  expect(record.failures.map(({ reason }) => reason)).toEqual(['duplicate-generated', 'duplicate-generated'])
})

test('a second preparation keeps what fits, makes again what changed and gives the same manifest', async () => {
  const dataset = join(root, 'again')
  const out = join(root, 'again-out')
  await writeDataset(dataset, ['a', 'b'])
  const options = { adapter: 'physics', dataset, protocol: smallProtocol, out }
  await prepare(options)
  const first = await readFile(join(out, 'manifest.jsonl'), 'utf8')
  await rm(join(out, 'manifest.jsonl'))
  await rm(join(out, 'clips', 'b'), { recursive: true })
  // What a preparation leaves that is killed in the middle of a clip.
  await mkdir(join(out, 'clips', '.b.123-abcd.partial'))
  expect(await prepare(options)).toMatchObject({ clips: 2, kept: 1 })
  expect((await readdir(join(out, 'clips'))).sort()).toEqual(['a', 'b'])
  expect(await readFile(join(out, 'manifest.jsonl'), 'utf8')).toBe(first)
  await writeLossless(join(dataset, 'a', 'video.mkv'), { pixels: pattern({ phase: 9 }), fps: 6 })
  expect(await prepare(options)).toMatchObject({ clips: 2, kept: 1 })
  expect(await readFile(join(out, 'manifest.jsonl'), 'utf8')).not.toBe(first)
})

test('a clip whose files are not what was prepared is made again, and that is said', async () => {
  const dataset = join(root, 'lost')
  const out = join(root, 'lost-out')
  await writeDataset(dataset, ['a', 'b'])
  await writePair(dataset, 'a')
  await writeFile(join(dataset, 'a', 'scene.json'), '{}')
  const prepareIt = async (jobs: number) => {
    const warned: string[] = []
    const onWarning = (message: string) => warned.push(message)
    const { kept } = await prepare({ adapter: 'physics', dataset, protocol: smallProtocol, out, jobs, onWarning })
    return { kept, warned, tree: await filesOf(out) }
  }
  const { tree } = await prepareIt(1)
  const clip = join(out, 'clips', 'a')
  const names = Object.keys(tree).flatMap((name) => (name.startsWith('/clips/a/') ? [name.slice(9)] : []))
  const named = names.filter((name) => name !== 'clip.json')
  expect(named).toEqual(expect.arrayContaining(['image.png', 'reference.mkv', 'scene.json', 'control/frame_0000.png']))
  expect(named.some((name) => name.startsWith('without-'))).toBe(true)
  for (const [index, name] of named.entries()) {
    const path = join(clip, name)
    const bytes = await readFile(path)
    const damages = [
      () => rm(path),
      () => truncate(path, bytes.length - 1),
      () => writeFile(path, ''),
      // As long as before.
      () => writeFile(path, bytes.with(bytes.length >> 1, bytes[bytes.length >> 1] ^ 1)),
    ]
    await damages[index % damages.length]()
    const lost = name.replace(/\/frame_\d+\.png$/, '')
    expect(await prepareIt(1)).toEqual({
      kept: 1,
      warned: [`a: clips/a/${lost} is not what was prepared (changed or lost): the clip is made again`],
      tree,
    })
  }
  await rm(join(clip, 'image.png'))
  const { warned, ...again } = await prepareIt(2)
  expect(warned).toHaveLength(1)
  expect(again).toEqual({ kept: 1, tree })
  expect(await prepareIt(2)).toEqual({ kept: 2, warned: [], tree })
})

test('a folder prepared under another protocol is not mixed up, unless overwriting is asked for', async () => {
  const dataset = join(root, 'other')
  const out = join(root, 'other-out')
  await writeDataset(dataset, ['a'])
  await prepare({ adapter: 'physics', dataset, protocol: smallProtocol, out })
  const other = changed(smallProtocol, { version: 2 })
  await expect(prepare({ adapter: 'physics', dataset, protocol: other, out })).rejects.toMatchObject({
    code: 'other-inputs',
  })
  expect(await prepare({ adapter: 'physics', dataset, protocol: other, out, overwrite: true })).toMatchObject({
    kept: 0,
  })
})

test('every kind of bad clip is a failure with its reason, and the good ones are prepared', async () => {
  const dataset = join(root, 'bad')
  const names = ['empty', 'fps', 'good', 'masks', 'masksize', 'novideo', 'short', 'text', 'truncated']
  await writeDataset(dataset, names)
  const video = (id: string) => join(dataset, id, 'video.mkv')
  await writeFile(video('empty'), '')
  await writeLossless(video('fps'), { pixels: pattern({ frames: 30 }), fps: 25 })
  await writeLossless(join(dataset, 'masks', 'mask_driver.mkv'), { pixels: discMask({ frames: 5 }), fps: 6 })
  await writeLossless(join(dataset, 'masksize', 'mask_ball.mkv'), { pixels: discMask({ height: 50 }), fps: 6 })
  await rm(video('novideo'))
  await writeLossless(video('short'), { pixels: pattern({ frames: 5 }), fps: 6 })
  await writeFile(video('text'), 'this is no video at all, only words')
  await truncate(video('truncated'), 20_000)
  const out = join(root, 'bad-out')
  const { clips, failures } = await prepare({ adapter: 'physics', dataset, protocol: smallProtocol, out })
  expect(clips).toBe(1)
  expect(failures.map(({ clip, reason }) => `${clip} ${reason}`)).toEqual([
    'empty empty',
    'fps unsupported-fps',
    'masks mask-frame-count',
    'masksize wrong-size',
    'novideo dataset',
    'short too-few-frames',
    'text not-a-video',
    'truncated truncated',
  ])
  expect(failures[2].message).toMatch(/expected 6 mask frames, one a video frame, found 5/)
  expect(JSON.parse(await readFile(join(out, 'prepare.json'), 'utf8'))).toMatchObject({ clips: 1, failures })
})

test('no usable clip, no dataset and unknown names are errors', async () => {
  const dataset = join(root, 'none')
  await mkdir(join(dataset, 'a'), { recursive: true })
  const options = { adapter: 'physics', dataset, protocol: smallProtocol, out: join(root, 'none-out') }
  await expect(prepare(options)).rejects.toMatchObject({ code: 'no-clips', message: /a: expected video\.mkv in/ })
  await expect(prepare({ ...options, dataset: join(root, 'nowhere') })).rejects.toMatchObject({ code: 'bad-dataset' })
  await expect(prepare({ ...options, adapter: 'ssv3' })).rejects.toThrow(
    /expected one of the datasets interdyn-examples/,
  )
  await expect(prepare({ ...options, protocol: 'x' })).rejects.toMatchObject({ code: 'bad-protocol' })
})

test('a folder that cannot be made is said once', async () => {
  await writeFile(join(root, 'no-folder'), '')
  const dataset = join(root, 'unwritable')
  await writeDataset(dataset, ['a'])
  const out = join(root, 'no-folder', 'out')
  await expect(prepare({ adapter: 'physics', dataset, protocol: smallProtocol, out })).rejects.toMatchObject({
    code: 'write-failed',
    message: `${out}: cannot be written (ENOTDIR)`,
  })
})

test('an aborted preparation keeps its finished clips and goes on from them', async () => {
  const dataset = join(root, 'abort')
  const out = join(root, 'abort-out')
  await writeDataset(dataset, ['a', 'b', 'c'])
  const controller = new AbortController()
  const options = { adapter: 'physics', dataset, protocol: smallProtocol, out }
  const stopped = prepare({ ...options, signal: controller.signal, onProgress: () => controller.abort() })
  await expect(stopped).rejects.toMatchObject({ code: 'aborted' })
  expect(await prepare(options)).toMatchObject({ clips: 3, kept: 1 })
})

test('a file size limit (as a full disk) is told as such and loses nothing', async () => {
  const dataset = join(root, 'full')
  const out = join(root, 'full-out')
  await writeDataset(dataset, ['a'])
  await cp(join(dataset, 'a'), join(dataset, 'b'), { recursive: true })
  const large = pattern({ height: 480, width: 640 })
  await writeLossless(join(dataset, 'b', 'video.mkv'), { pixels: large, fps: 6 })
  for (const name of ['mask_driver.mkv', 'mask_ball.mkv'])
    await writeLossless(join(dataset, 'b', name), { pixels: discMask({ height: 480, width: 640 }), fps: 6 })
  const script = `
    import { prepare, findProtocol } from '${join(import.meta.dirname, '..', '..', 'src', 'index.ts')}'
    process.on('SIGXFSZ', () => {})
    const protocol = structuredClone(findProtocol('as-is'))
    try { await prepare({ adapter: 'physics', dataset: process.argv[1], protocol, out: process.argv[2] }) }
    catch (error) { console.log(error.name, error.code) }`
  // ulimit -f counts in blocks of 1024 bytes in bash: what clip a needs, and less than clip b does. Node's cache of what it compiled would meet it first.
  const command = 'ulimit -f 200; NODE_DISABLE_COMPILE_CACHE=1 exec "$0" --input-type=module -e "$1" "$2" "$3"'
  const output = await new Promise<string>((resolve) => {
    execFile('bash', ['-c', command, process.execPath, script, dataset, out], (_, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })
  expect(output).toContain('KinemetricError disk-full')
  const { kept, clips } = await prepare({ adapter: 'physics', dataset, protocol: 'as-is', out })
  expect({ kept, clips }).toEqual({ kept: 1, clips: 2 })
})
