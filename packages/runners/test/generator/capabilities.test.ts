import type { ManifestClip } from '@kinemetric/benchmark'
import { type MethodSpec, methodSpecSchema } from '@kinemetric/records'
import { expect, test } from 'vitest'
import { fitClips, requireDevice } from '../../src/generator/capabilities.ts'

const clip: ManifestClip = {
  schema: 'kinemetric/clip@1',
  id: 'a',
  protocol: { id: 'p', version: 1 },
  source: { dataset: 'd', video: 'a.mkv', fps: 6 },
  window: { start: 0, stride: 1, count: 14 },
  geometry: {
    native: [256, 384],
    resize: [256, 384],
    filter: 'none',
    crop: { top: 0, left: 0, height: 256, width: 384 },
    target: [256, 384],
  },
  fps: 6,
  label: 'pushing a box',
  reference: { path: 'a/reference.mkv' },
  image: { path: 'a/image.png' },
  control: { type: 'mask', dir: 'a/control', count: 14 },
  assets: { 'scene.json': { path: 'a/scene.json' } },
}

function method(capabilities: Partial<MethodSpec['capabilities']>): MethodSpec {
  return methodSpecSchema.parse({
    id: 'mine',
    version: '1',
    displayName: 'Mine',
    licences: [],
    kind: 'process',
    capabilities: { control: 'none', ...capabilities },
    output: { alignment: 'frame' },
    determinism: 'none',
    implementationStatus: 'working',
  })
}

test('a clip that has all that is declared fits', () => {
  const able = method({
    control: 'mask',
    text: true,
    assets: ['scene.json'],
    resolutions: [
      [256, 256],
      [256, 384],
    ],
    frames: { min: 2, max: 14 },
  })
  expect(fitClips(able, [clip])).toEqual({ fit: [clip], unfit: [] })
})

test('a method that takes masks or boxes takes either, and a caption is a text', () => {
  const able = method({ control: ['mask', 'box'], text: true })
  const boxed = {
    ...clip,
    label: undefined,
    text: 'a box is pushed',
    control: { type: 'box' as const, dir: 'b', count: 14 },
  }
  expect(fitClips(able, [clip, boxed])).toEqual({ fit: [clip, boxed], unfit: [] })
})

test.each([
  [{ control: 'mask' as const }, { control: undefined }, 'a control signal of kind mask', 'none'],
  [
    { control: 'mask' as const },
    { control: { type: 'box' as const, dir: 'a/control', count: 14 } },
    'a control signal of kind mask',
    'box',
  ],
  [{ control: ['rgb' as const, 'video' as const] }, {}, 'a control signal of kind rgb or video', 'mask'],
  [{ reference: true }, { reference: undefined }, 'a clip with a reference', 'a prompt, which has none'],
  [{ control: 'trajectory' as const }, {}, 'a control signal of kind trajectory', 'mask'],
  [{ control: 'text' as const }, { label: undefined }, 'a text', 'none'],
  [{ text: true }, { label: undefined }, 'a text', 'none'],
  [{ assets: ['boxes.json'] }, {}, "boxes.json beside the clip's video", 'scene.json'],
  [{ resolutions: [[256, 256] as [number, number]] }, {}, 'frames of 256×256 (height × width)', '256×384'],
  [{ frames: { fixed: 16 } }, {}, '16 frames', '14'],
  [{ frames: { min: 20 } }, {}, 'at least 20 frames', '14'],
  [{ frames: { max: 8 } }, {}, 'at most 8 frames', '14'],
])('what does not fit is told with both sides: %j', (capabilities, changes, expected, found) => {
  const bad = { ...clip, id: 'bad', ...changes }
  const spec = method(capabilities)
  expect(() => fitClips(spec, [bad])).toThrow(
    expect.objectContaining({ kind: 'input', code: 'unfit-manifest', where: 'mine' }),
  )
  expect(() => fitClips(spec, [bad])).toThrow(`expected ${expected}, as its method.json says, found ${found} in bad`)
})

test('where some clips fit, the others are told one by one', () => {
  const bare = { ...clip, id: 'b', control: undefined }
  const { fit, unfit } = fitClips(method({ control: 'mask' }), [bare, clip])
  expect(fit).toEqual([clip])
  expect(unfit).toMatchObject([{ clip: 'b', error: { kind: 'unfit', code: 'unfit-clip' } }])
})

test('a device that the method does not list is refused', () => {
  expect(requireDevice(method({ devices: ['cpu', 'cuda'] }), 'cuda')).toBe('cuda')
  expect(() => requireDevice(method({}), 'cuda')).toThrow(
    expect.objectContaining({ code: 'bad-option', expected: 'one that mine runs on (cpu)', found: 'cuda' }),
  )
})
