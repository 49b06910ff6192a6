import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { hashFile } from '@kinemetric/files'
import { expect, test } from 'vitest'
import { writeInputManifest } from '../../src/run/input-manifest.ts'
import { smallManifest } from '../small-manifest.ts'

const { folder, manifest } = await smallManifest(1)

test('a program is told the image, the control and what is wanted, by paths beside the file, and not the reference', async () => {
  const [clip] = manifest.clips
  const path = await writeInputManifest(manifest, manifest.clips, join(folder, 'out'))
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
