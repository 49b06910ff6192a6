import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { hashFile } from '@kinemetric/files'
import { expect, test } from 'vitest'
import { type RunClip, withPairs } from '../../src/generator/with-pairs.ts'
import { writeInputManifest } from '../../src/execution/input-manifest.ts'
import { smallManifest } from '../small-manifest.ts'

const { folder, manifest } = await smallManifest(1)

test('a program is told the image, the control and what is wanted, by paths beside the file, and not the reference', async () => {
  const [clip] = withPairs(manifest.clips)
  const path = await writeInputManifest(manifest, [{ clip, sample: 0 }], join(folder, 'out', '.input'))
  expect(path).toBe(join(folder, 'out', '.input', 'manifest.jsonl'))
  const text = await readFile(path, 'utf8')
  expect(text).not.toContain('reference')
  const item: { image: { path: string; sha256: string }; control: { dir: string } } = JSON.parse(text)
  expect(item).toMatchObject({
    schema: 'kinemetric/input@1',
    itemId: 'physics-0000',
    control: { type: 'mask', polarity: '255=driver', count: 14 },
    target: { frames: 14, fps: 6 },
    seed: 0,
    sampleIndex: 0,
  })
  expect(resolve(dirname(path), item.image.path)).toBe(resolve(manifest.root, clip.image.path))
  expect(item.image.sha256).toBe(await hashFile(join(manifest.root, clip.image.path)))
  expect(resolve(dirname(path), item.control.dir)).toBe(resolve(manifest.root, clip.control?.dir ?? ''))
})

test('a control of another kind says so without the polarity of masks, and the caption stands in for the label', async () => {
  const [own] = withPairs(manifest.clips)
  const clip: RunClip = {
    ...own,
    label: 'pushing a box',
    text: 'a hand pushes a box',
    template: 'pushing [something]',
    control: { type: 'rgb', source: 'scenes', dir: 'colours', count: 14 },
    window: { start: 3, stride: 1, count: 2, sourceFrames: [3, 8] },
  }
  const text = await readFile(
    await writeInputManifest(manifest, [{ clip, sample: 0 }], join(folder, 'rgb', '.input')),
    'utf8',
  )
  const item: { control: object } = JSON.parse(text)
  expect(item).toMatchObject({
    control: { type: 'rgb', source: 'scenes' },
    text: { label: 'a hand pushes a box', template: 'pushing [something]' },
    source: { frameIndices: [3, 8] },
  })
  expect(item.control).not.toHaveProperty('polarity')
})

test('each sample of a clip has a line of its own, with its seed', async () => {
  const [clip] = withPairs(manifest.clips)
  const wanted = [0, 2, 1].map((sample) => ({ clip, sample }))
  const text = await readFile(await writeInputManifest(manifest, wanted, join(folder, 'samples', '.input')), 'utf8')
  const items = text
    .trim()
    .split('\n')
    .map((line): { itemId: string; seed: number; sampleIndex: number } => JSON.parse(line))
  expect(items.map(({ itemId, seed, sampleIndex }) => [itemId, seed, sampleIndex])).toEqual([
    [clip.id, 0, 0],
    [clip.id, 2, 2],
    [clip.id, 1, 1],
  ])
})
