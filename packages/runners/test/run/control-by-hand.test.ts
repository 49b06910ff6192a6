import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Manifest, readManifest } from '@kinemetric/benchmark'
import { readItem, sampleFolder } from '@kinemetric/records'
import { frameArray, writePngFolder } from '@kinemetric/video'
import { describe, expect, test } from 'vitest'
import { findMethod, runMethod } from '../../src/index.ts'
import { smallManifest } from '../small-manifest.ts'

const { folder, manifest } = await smallManifest(2)
const [{ id: first }, { id: second }] = manifest.clips

/** The prepared clips without their control signals, and a folder of masks whose name has a space. */
async function byHand(name: string, control: Record<string, unknown>): Promise<{ root: string; manifest: Manifest }> {
  const root = join(folder, name)
  await cp(manifest.root, root, { recursive: true })
  await cp(join(manifest.root, 'clips', first, 'control'), join(root, 'hand drawn masks'), { recursive: true })
  await rm(join(root, 'clips', first, 'control'), { recursive: true })
  const lines = (await readFile(join(root, 'manifest.jsonl'), 'utf8')).trim().split('\n')
  const written = lines.map((line) => {
    const clip: Record<string, unknown> = JSON.parse(line)
    return JSON.stringify(clip.id === first ? { ...clip, control } : clip)
  })
  await writeFile(join(root, 'manifest.jsonl'), written.join('\n'))
  return { root, manifest: await readManifest(join(root, 'manifest.jsonl')) }
}

const wanted = { type: 'mask', dir: 'hand drawn masks', count: 14 }
const frames = async (out: string, clip: string) =>
  Promise.all(
    (await readdir(sampleFolder(out, clip, 0)))
      .filter((name) => name.endsWith('.png'))
      .map((name) => readFile(join(sampleFolder(out, clip, 0), name), 'base64')),
  )

test('a control signal that was added to a line by hand, without its sha256, is taken', async () => {
  const { manifest: own } = await byHand('by-hand', wanted)
  const method = await findMethod('mask-warp')
  const [prepared, written] = [join(folder, 'of-prepared'), join(folder, 'of-hand')]
  await runMethod({ method, manifest, out: prepared })
  expect(await runMethod({ method, manifest: own, out: written })).toMatchObject({ done: 2, resumed: 0, failures: [] })
  for (const clip of [first, second]) expect(await frames(written, clip)).toEqual(await frames(prepared, clip))
})

/** What is said of the first clip where its control signal was changed; of a manifest of it alone nothing runs. */
async function refusal(name: string, change: (dir: string) => Promise<unknown>, control = wanted): Promise<string> {
  const { root, manifest: own } = await byHand(name, control)
  await change(join(root, 'hand drawn masks'))
  const out = join(root, 'generated')
  const method = await findMethod('mask-warp')
  const result = await runMethod({ method, manifest: own, out })
  // Its pair would say nothing without it.
  expect(result).toMatchObject({ done: 1, failures: [{ clip: first }, { clip: `${first}.without-driver` }] })
  expect((await readItem(sampleFolder(out, first, 0)))?.status).toBe('failed')
  // Clips without one that fits leave nothing to run.
  const alone = { ...own, clips: own.clips.filter(({ id }) => id === first) }
  await expect(runMethod({ method, manifest: alone, out: join(root, 'none') })).rejects.toMatchObject({
    code: 'unfit-manifest',
  })
  return result.failures[0].message
}

describe('one that is not what the line says is that clip’s failure, before anything runs', () => {
  test('a frame too few', async () => {
    expect(await refusal('short', (dir) => rm(join(dir, 'frame_0013.png')))).toMatch(
      /expected 14 frames of control signal, .* found 13/,
    )
  })
  test('another count', async () => {
    expect(await refusal('counted', async () => {}, { ...wanted, count: 12 })).toMatch(/expected 14 frames.* found 12/)
  })
  test('no such folder', async () => {
    expect(await refusal('gone', (dir) => rm(dir, { recursive: true }))).toMatch(/expected 14 frames.* found 0/)
  })
  test('another size', async () => {
    const small = { pixels: frameArray(new Uint8Array(14 * 8 * 8 * 3), 14, 8, 8), fps: undefined }
    const replace = async (dir: string) => {
      await rm(dir, { recursive: true })
      await writePngFolder(dir, small)
    }
    expect(await refusal('small', replace)).toMatch(/expected a control signal of 256×384 .* found 8×8/)
  })
  test('no picture', async () => {
    expect(await refusal('broken', (dir) => writeFile(join(dir, 'frame_0000.png'), 'dear diary'))).toMatch(
      /expected frames of control signal that can be read, found one that says /,
    )
  })
})

test('a driver that frame 0 does not show is said in item.json', async () => {
  const { root, manifest: own } = await byHand('unseen', wanted)
  await mkdir(join(root, 'black'))
  const black = { pixels: frameArray(new Uint8Array(256 * 384 * 3), 1, 256, 384), fps: undefined }
  await writePngFolder(join(root, 'black', 'one'), black)
  await cp(join(root, 'black', 'one', 'frame_0000.png'), join(root, 'hand drawn masks', 'frame_0000.png'))
  const out = join(root, 'generated')
  await runMethod({ method: await findMethod('mask-warp'), manifest: own, out })
  const notes = async (clip: string) => (await readItem(sampleFolder(out, clip, 0)))?.notes
  expect(await notes(first)).toEqual([expect.stringContaining('mask of frame 0 is empty')])
  expect(await notes(second)).toEqual([])
})
