import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ManifestClip } from '../../src/manifest/manifest-clip.ts'
import { clipPaths, parseManifest, readManifest } from '../../src/manifest/read-manifest.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const clip: ManifestClip = {
  schema: 'kinemetric/clip@1',
  id: '243',
  protocol: { id: 'interdyn-256x384', version: 1 },
  source: { dataset: 'interdyn-examples', video: '243/video.webm', fps: 12 },
  window: { start: 0, stride: 2, count: 14 },
  geometry: {
    native: [240, 427],
    resize: [256, 455],
    filter: 'pillow-bicubic',
    crop: { top: 0, left: 36, height: 256, width: 384 },
    target: [256, 384],
  },
  fps: 6,
  reference: { path: 'clips/243/reference.mkv' },
  image: { path: 'clips/243/image.png' },
}
/** What a line had before controls said where they come from, and without the hash that nobody makes by hand. */
const byHand = { type: 'mask', dir: 'masks/243', count: 14 }
const pair = (changes: Record<string, unknown> = {}) => ({
  without: '2',
  id: '243.without-2',
  control: { ...byHand, dir: 'clips/243/without-2/control' },
  ...changes,
})
const line = (changes: Record<string, unknown> = {}) => JSON.stringify({ ...clip, ...changes })

test('a manifest is read line by line, empty lines and all', () => {
  expect(parseManifest(`${line()}\n\n${line({ id: '50968' })}\n`, 'm').map(({ id }) => id)).toEqual(['243', '50968'])
})

test.each([
  ['an unknown field', line({ extra: 1 }), /m:1: .*Unrecognized key.*extra/],
  ['an unknown field inside', line({ image: { path: 'a.png', hash: '' } }), /image: Unrecognized key.*hash/],
  ['an absolute path', line({ reference: { path: '/etc/passwd' } }), /reference\.path: expected a relative path/],
  ['a drive letter', line({ reference: { path: 'C:/x.mkv' } }), /reference\.path: expected a relative path/],
  ['a path with ..', line({ image: { path: 'clips/../../x.png' } }), /image\.path: expected a path without/],
  ['a clip name that leads elsewhere', line({ id: '../x' }), /id: expected a name without/],
  ['a hash that is none', line({ reference: { path: 'a', sha256: 'abc' } }), /reference\.sha256: expected a sha256/],
  ['a clip twice', `${line()}\n${line()}`, /m:2: expected every clip once, found 243 again \(first on line 1\)/],
  ['two protocols', `${line()}\n${line({ id: 'b', protocol: { id: 'x', version: 1 } })}`, /m:2: expected one protocol/],
  ['no JSON', 'hello', /m:1: expected a JSON object, found "hello"/],
  ['nothing', '\n', /expected at least one clip, found none/],
  ['another schema version', line({ schema: 'kinemetric/clip@9' }), /schema: /],
  [
    'a clip without a reference',
    line({ reference: undefined }),
    /reference: expected one in a clip \(kinemetric\/clip@1\)/,
  ],
  ['a prompt with one', line({ schema: 'kinemetric/prompt@1' }), /reference: .*none in a prompt/],
  ['a control of a kind that nobody knows', line({ control: { ...byHand, type: 'depth' } }), /control\.type: /],
  ['two pairs without one driver', line({ pairs: [pair(), pair({ id: 'other' })] }), /pairs: expected one a driver/],
  ['a pair that is called as its clip', line({ pairs: [pair({ id: '243' })] }), /m:1: .*found 243 again/],
  [
    'a pair that is called as another clip',
    `${line({ pairs: [pair()] })}\n${line({ id: '243.without-2' })}`,
    /m:2: expected every clip once, found 243\.without-2 again \(first on line 1\)/,
  ],
  [
    'what happens without a driver where nothing says what happens with it',
    line({ schema: 'kinemetric/prompt@1', reference: undefined, pairs: [pair({ reference: { path: 'a.mkv' } })] }),
    /pairs: expected references in a clip that has one alone/,
  ],
  ['no pair', line({ pairs: [] }), /pairs: /],
  ['a pair without a control', line({ pairs: [pair({ control: undefined })] }), /pairs\.0\.control: /],
  [
    'frames of another number than the window has',
    line({ window: { ...clip.window, sourceFrames: [0, 3] } }),
    /sourceFrames: expected as many/,
  ],
])('%s is refused, with line and field', (_, text, message) => {
  expect(() => parseManifest(text, 'm')).toThrow(message)
})

test('a control signal that was added by hand is one, and kinds and origins are kept', () => {
  const boxes = { ...byHand, type: 'box', source: 'boxes' }
  const texts = { text: 'a hand', label: 'moving a box', template: 'Moving [something]', class: 'Moving something' }
  const prompt = { id: 'prompt', schema: 'kinemetric/prompt@1', reference: undefined }
  const lines = [line({ control: byHand }), line({ id: 'b', control: boxes, ...texts }), line(prompt)]
  const [masked, boxed, blind] = parseManifest(lines.join('\n'), 'm')
  expect(masked.control).toEqual(byHand)
  expect(boxed).toMatchObject({ control: boxes, ...texts })
  expect(blind.reference).toBeUndefined()
})

test('pairs are kept, and their paths are among the clip’s', () => {
  const truth = { reference: { path: 'clips/243/without-3/reference.mkv' } }
  const pairs = [pair(), pair({ without: '3', id: '243.without-3', ...truth })]
  const [read] = parseManifest(line({ pairs }), 'm')
  expect(read.pairs).toEqual(pairs)
  expect(clipPaths(read)).toEqual([
    'clips/243/reference.mkv',
    'clips/243/image.png',
    'clips/243/without-2/control',
    'clips/243/without-2/control',
    'clips/243/without-3/reference.mkv',
  ])
})

test('a link that leads out of the folder is refused', async () => {
  const folder = await temporaryFolder()
  await mkdir(join(folder, 'inside', 'clips', '243'), { recursive: true })
  await writeFile(join(folder, 'secret.mkv'), 'x')
  await symlink(join(folder, 'secret.mkv'), join(folder, 'inside', 'clips', '243', 'reference.mkv'))
  const path = join(folder, 'inside', 'manifest.jsonl')
  await writeFile(path, line())
  await expect(readManifest(path)).rejects.toMatchObject({ code: 'bad-manifest', message: /expected a file inside/ })
})

test('a manifest that is not there is bad input', async () => {
  await expect(readManifest('/nowhere/manifest.jsonl')).rejects.toMatchObject({ code: 'bad-manifest' })
})
