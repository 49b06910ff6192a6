import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readBoxes } from '../../../src/datasets/something-else/read-boxes.ts'
import { HAND, videoBoxesOf } from '../../../src/datasets/something-else/video-boxes.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const root = await temporaryFolder()

interface LabelOf {
  standard_category: string
  box2d: unknown
}

function label(standard_category: string, [x1, y1, x2, y2]: readonly number[]): LabelOf {
  return { standard_category, box2d: { y1, y2, x1, x2 } }
}

function entry(id: string, number: number, labels: readonly LabelOf[], names: readonly string[] = ['pen']) {
  return {
    name: `${id}/${String(number).padStart(4, '0')}.jpg`,
    labels,
    nr_instances: labels.length,
    gt_placeholders: names,
  }
}

async function file(name: string, value: unknown): Promise<string> {
  const path = join(root, name)
  await writeFile(path, typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value))
  return path
}

const hand = label('hand', [1, 2, 30, 40])
const pen = label('0000', [5.5, 6, 20, 30])

test('boxes are columns in the order of frames, whatever the order of the list', () => {
  const { boxes, troubles } = videoBoxesOf('7', [entry('7', 3, [pen]), entry('7', 1, [pen, hand])])
  expect(troubles).toEqual([])
  expect(boxes).toEqual({
    objects: ['pen'],
    entries: 2,
    frame: Int32Array.of(0, 0, 2),
    object: Int16Array.of(0, HAND, 0),
    corners: Float64Array.of(5.5, 6, 20, 30, 1, 2, 30, 40, 5.5, 6, 20, 30),
  })
})

test('what does not fit is left out and said, with the frames as the file numbers them', () => {
  const { boxes, troubles } = videoBoxesOf('7', [
    { ...entry('7', 1, [pen, label('0001', [0, 0, 9, 9])]), nr_instances: 5 },
    entry('7', 2, [{ standard_category: 'hand', box2d: { x1: 1 } }]),
    entry('8', 3, [pen]),
    entry('7', 4, [pen]),
    entry('7', 4, [hand]),
    entry('7', 5, [], ['pencil']),
  ])
  expect([...boxes.frame]).toEqual([0, 3])
  expect([...boxes.object]).toEqual([0, HAND])
  expect(troubles.map(({ reason, message }) => `${reason} ${/\(.*\)/.exec(message)?.[0]}`)).toEqual([
    'instances-differ (frame 1)',
    'unknown-object (frame 1)',
    'box-unreadable (frame 2)',
    'entry-unreadable (frame 8/0003.jpg)',
    'entry-repeated (frame 4)',
    'names-differ (frame 5)',
  ])
})

test('of several files that have a video the last one counts, and is told apart where it differs', async () => {
  const one = await file('one.json', {
    7: [entry('7', 1, [pen])],
    8: [entry('8', 1, [pen])],
    9: [entry('9', 1, [hand])],
  })
  const two = await file('two.json', { 8: [entry('8', 1, [pen])], 9: [entry('9', 1, [pen, hand])] })
  const { boxes, troubles, files, videos, others } = await readBoxes([one, two], new Set(['8', '9', '10']))
  expect([...boxes.keys()]).toEqual(['8', '9'])
  expect(boxes.get('9')?.object).toEqual(Int16Array.of(0, HAND))
  expect([...troubles]).toEqual([['9', [expect.objectContaining({ reason: 'parts-differ' })]]])
  expect(files).toMatchObject([
    { name: 'one.json', videos: 3 },
    { name: 'two.json', videos: 2 },
  ])
  // What both have is one video.
  expect(videos).toBe(3)
  expect(others).toEqual(['7'])
  const back = await readBoxes([two, one], new Set(['9']))
  expect(back.boxes.get('9')?.object).toEqual(Int16Array.of(HAND))
})

test.each([
  [
    'a list of boxes',
    { 7: [entry('7', 1, [{ standard_category: 'hand', box2d: [1, 3, 2, 4] }])] },
    /box2d as a list: a converted copy/,
  ],
  ['the class names', { 'Closing something': '0' }, /a list of frames of each video, found string/],
  ['label rows', [{ id: '7' }], /a list \(as label files are/],
  [
    'cut off',
    '{"7": [{"name": "7/0001.jpg"',
    /at line 1, byte 29 a comma or the end of what is open, found the end of the file/,
  ],
  [
    'no text',
    Buffer.from([...Buffer.from('{"1": [{"name": "'), 0xff]),
    /line 1, byte 18 text in UTF-8, found the byte 0xff/,
  ],
  ['nothing', '', /line 1, byte 1 a value, found an empty file/],
])('refuses %s', async (name, value, message) => {
  const path = await file(`${name}.json`, value)
  await expect(readBoxes([path], new Set(['1']))).rejects.toMatchObject({ code: 'bad-dataset', where: path, message })
})
