import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  clipsDigest,
  draftProtocol,
  findProtocol,
  openProtocol,
  ownProtocolJson,
  protocolDigest,
  readProtocol,
} from '../../src/index.ts'
import { parseOwnProtocol } from '../../src/protocol/own-protocol.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const root = await temporaryFolder()
const small = { id: 'mine', window: { frames: 14 }, geometry: { size: [256, 384] } }
const parse = (changes: object) => parseOwnProtocol({ ...small, ...changes }, 'mine.json')

test('a draft is a protocol that cuts as the one it is of', () => {
  const from = findProtocol('interdyn-256x384')
  const { identity, added } = parseOwnProtocol(draftProtocol(from, 'mine'), 'mine.json')
  expect(identity).toMatchObject({
    id: 'mine',
    version: 1,
    window: from.identity.window,
    geometry: from.identity.geometry,
  })
  expect(added).toEqual(from.identity.metrics)
})

test.each(['a b/c', '', 'Mine', 'as-is', 'interdyn-256x384'])('no draft is called %j', (id) => {
  expect(() => draftProtocol(findProtocol('interdyn-256x384'), id)).toThrow(
    expect.objectContaining({ code: 'bad-option', where: '--id' }),
  )
})

test('what is left out is as the toolkit has it, and the JSON of a protocol is that protocol', () => {
  const protocol = parse({})
  expect(protocol.identity).toMatchObject({
    title: 'mine',
    window: { frames: 14, start: 0, fps: null },
    geometry: { video: 'pillow-bicubic', masks: 'torch-nearest', fit: 'cover', crop: 'centre-round-half-even' },
    excludedFrames: [],
    motion: { points: 100, maskThreshold: 127 },
  })
  expect(parseOwnProtocol(JSON.parse(JSON.stringify(ownProtocolJson(protocol))), 'x')).toEqual(protocol)
})

test('metrics are no part of the identity; what clips are is', () => {
  const [one, other] = [parse({}), parse({ metrics: [{ metric: 'psnr', recipe: 'frame-mean' }] })]
  expect(protocolDigest(other)).toBe(protocolDigest(one))
  expect(other.added).toEqual([{ metric: 'psnr', recipe: 'frame-mean', default: true }])
  const seeds = parse({ seeds: { bootstrap: 1, points: 1, shuffle: 1 }, excludedFrames: [0] })
  expect(protocolDigest(seeds)).not.toBe(protocolDigest(one))
  expect(clipsDigest(seeds)).toBe(clipsDigest(one))
  for (const changes of [{ window: { frames: 12 } }, { geometry: { size: [256, 256] } }, { version: 2 }])
    expect(clipsDigest(parse(changes))).not.toBe(clipsDigest(one))
})

test.each([
  [{ window: { frames: '14' } }, /window\.frames: /],
  [{ window: { frame: 14 } }, /window: Unrecognized key.*frame/],
  [{ window: { frames: 14, fps: 6, stride: 2 } }, /window\.stride: expected either fps or stride, found both/],
  [{ window: { frames: 14, resample: 'nearest' } }, /window\.resample: expected fps beside it/],
  [{ window: { frames: 14, fps: 6, resample: 'whole' } }, /window\.resample: expected neither fps nor stride/],
  [{ window: { frames: 'all', resample: 'whole' } }, /window\.frames: expected a number of frames/],
  [{ window: { frames: 14, resample: 'blend' } }, /window\.resample: /],
  [{ geometry: { size: [0, 384] } }, /geometry\.size\.0: /],
  [{ geometry: { size: [256] } }, /geometry\.size: /],
  [{ geometry: { size: [256, 384], crop: 'left' } }, /geometry\.crop: /],
  [{ excludedFrames: [0, 14] }, /excludedFrames\.1: expected a frame from 0 to 13, found 14/],
  [{ excludedFrames: [0], window: { frames: 1 } }, /excludedFrames: expected a frame that is left to be scored/],
  [{ id: 'as-is' }, /id: expected a name of your own, found "as-is" of the toolkit/],
  [{ id: 'Mine!' }, /id: expected a name of small letters, digits, dots and hyphens, such as mine-2, found "Mine!"/],
  [{ excludedFrames: [0, 1, 0] }, /excludedFrames\.2: expected each frame once, found 0 again/],
  [
    { metrics: ['frame-mean', 'frame-mean'].map((recipe) => ({ metric: 'psnr', recipe })) },
    /metrics\.1: expected each recipe of a metric once, found psnr frame-mean again/,
  ],
  [{ metrics: ['psnr'] }, /metrics\.0: /],
  [{ colour: 'red' }, /Unrecognized key.*colour/],
])('%j is refused at its field', (changes, message) => {
  expect(() => parse(changes)).toThrow(
    expect.objectContaining({ code: 'bad-protocol', where: 'mine.json', message: expect.stringMatching(message) }),
  )
})

test('a name is of the toolkit, with its version or without, and a file is one', async () => {
  expect((await openProtocol('as-is')).identity.id).toBe('as-is')
  expect(await openProtocol('as-is@1')).toBe(findProtocol('as-is'))
  await expect(openProtocol('as-is@9')).rejects.toMatchObject({ code: 'bad-protocol' })
  const path = join(root, 'mine.json')
  await writeFile(path, `\uFEFF${JSON.stringify(small)}`)
  expect(await openProtocol(path)).toEqual(parse({}))
  await writeFile(path, '{"id": "mine",}')
  await expect(readProtocol(path)).rejects.toMatchObject({
    code: 'bad-protocol',
    message: /mine\.json: expected a protocol/,
  })
  await expect(openProtocol('nowhere.json')).rejects.toMatchObject({ code: 'bad-protocol', where: 'nowhere.json' })
})
