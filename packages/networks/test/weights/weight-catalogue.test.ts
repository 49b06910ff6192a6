import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { hasShared, sharedPath } from '../../../../test/shared.ts'
import { digestTensors, openCheckpoint, sizeText, networksOf, weightCatalogue, weightEntry } from '../../src/index.ts'
import { weightsMissing } from '../../src/weights/missing-weights.ts'

test('the entries, which commands and records refer to', () => {
  expect(weightCatalogue.map(({ id }) => id)).toEqual([
    'lpips-alex',
    'lpips-vgg',
    'lpips-squeeze',
    'lpips-v0.0-alex',
    'lpips-v0.0-vgg',
    'lpips-v0.0-squeeze',
    'alexnet',
    'vgg16',
    'squeezenet1_1',
    'inception-2015-12-05',
    'inception-2015-12-05-torchscript',
    'i3d-torchscript',
    'i3d-pretrained-400',
    'dinov2-vits14',
    'dinov2-vitb14',
    'dinov2-vitl14',
    'dino-vitb16',
    'clip-vitb32',
    'vjepa-vith16',
    'vjepa-vitl16',
    'vjepa-vith16-ssv2-probe',
    'vjepa-vitl16-ssv2-probe',
    'vjepa2-vitl16-ssv2',
    'cotracker3-scaled-offline',
    'cotracker3-scaled-online',
    'cotracker3-baseline-offline',
    'cotracker3-baseline-online',
    'sam2.1-large',
    'sam2.1-base-plus',
    'sam2.1-small',
    'sam2.1-tiny',
    'sam2-large',
    'sam2-base-plus',
    'sam2-small',
    'sam2-tiny',
  ])
})

test.each(weightCatalogue.map((entry) => [entry.id, entry] as const))('%s is complete', (_, entry) => {
  // Those of V-JEPA are published without a hash, and none was seen.
  expect(entry.sha256 ?? 'none').toMatch(entry.id.startsWith('vjepa') ? /^none$/ : /^[0-9a-f]{64}$/)
  expect(entry.bytes).toBeGreaterThan(1000)
  for (const url of [entry.url, ...entry.mirrors, entry.licenceUrl]) expect(new URL(url).protocol).toBe('https:')
  // A name that is safe on every file system, and different for each.
  expect(entry.file).toMatch(/^[\w.-]+\.(pth|pt|pth\.tar|safetensors)$/)
  expect(weightCatalogue.filter(({ file }) => file === entry.file)).toHaveLength(1)
  // Names that torchvision and NVIDIA put into their files' names are the first digits of the hash.
  const inName = /-([0-9a-f]{8})\.pth$/.exec(entry.file)?.[1]
  expect((entry.sha256 ?? '').startsWith(inName ?? '')).toBe(true)
  for (const text of [entry.title, entry.licence, entry.citation]) expect(text).not.toBe('')
  expect(networksOf(entry.id)).not.toEqual([])
  expect((entry.tensorDigest ?? 'f').length).toBeGreaterThan(0)
  expect(entry.tensorDigest === undefined || entry.tensorNames !== undefined).toBe(true)
})

describe.skipIf(!hasShared('weights', 'alexnet-features.pth'))('against the real files', () => {
  const heads = ['alex', 'vgg', 'squeeze'].flatMap((net) => [
    [`lpips-${net}`, `lpips-v0.1-${net}.pth`],
    [`lpips-v0.0-${net}`, `lpips-v0.0-${net}.pth`],
  ])
  test.each(heads)('the heads %s: size, hash, tensor digest', async (id, file) => {
    const path = sharedPath('weights', file)
    const entry = weightEntry(id)
    const bytes = await readFile(path)
    expect(bytes.length).toBe(entry.bytes)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(entry.sha256)
    const checkpoint = await openCheckpoint(path)
    expect([...checkpoint.tensors.keys()]).toEqual(entry.tensorNames)
    expect(await digestTensors(checkpoint)).toBe(entry.tensorDigest)
  })

  test.each([
    ['alexnet', 'alexnet-features.pth'],
    ['squeezenet1_1', 'squeezenet1_1-features.pth'],
  ])('the features of %s: exactly the needed tensors, and their digest', async (id, file) => {
    const entry = weightEntry(id)
    const checkpoint = await openCheckpoint(sharedPath('weights', file))
    expect([...checkpoint.tensors.keys()].sort()).toEqual([...entry.tensorNames!].sort())
    expect(await digestTensors(checkpoint, entry.tensorNames)).toBe(entry.tensorDigest)
  })
})

test('what is said of weights that are missing: which, how large, under which licence, how to get them', () => {
  const error = weightsMissing(weightEntry('cotracker3-scaled-offline'), ['/a', '/b'])
  expect(error).toMatchObject({
    kind: 'missing',
    code: 'weights',
    details: {
      id: 'cotracker3-scaled-offline',
      bytes: 101_890_938,
      licence: 'CC-BY-NC-4.0',
      command: 'kinemetric weights pull cotracker3-scaled-offline',
    },
  })
  expect(error.message).toBe(
    'CoTracker3 offline, scaled is needed, but is not in /a, /b.\n' +
      'Size: 102 MB. Licence: CC-BY-NC-4.0.\n' +
      'Get it: kinemetric weights pull cotracker3-scaled-offline\n' +
      'Have it already: kinemetric weights import FILE, or name its folder in KINEMETRIC_WEIGHTS.',
  )
})

test('sizes for people', () => {
  expect([0, 999, 1000, 6009, 999_999, 244_408_911, 5e9].map(sizeText)).toEqual([
    '0 bytes',
    '999 bytes',
    '1.0 kB',
    '6.0 kB',
    '1.0 MB',
    '244 MB',
    '5.0 GB',
  ])
})
