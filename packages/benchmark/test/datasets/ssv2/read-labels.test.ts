import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isBehind, isPretending } from '../../../src/datasets/ssv2/labels/classes.ts'
import { isFilled } from '../../../src/datasets/ssv2/labels/label-rows.ts'
import { readLabels } from '../../../src/datasets/ssv2/labels/read-labels.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const root = await temporaryFolder()

const classes = Object.fromEntries(
  Array.from({ length: 174 }, (_, index) => [`Doing thing ${index} with something`, `${index}`]),
)
const row = {
  id: '7',
  label: 'doing thing 3 with a pen',
  template: 'Doing thing 3 with [something]',
  placeholders: ['a pen'],
}

/** A folder of label files. */
async function copy(name: string, files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = join(root, name)
  await mkdir(folder, { recursive: true })
  for (const [file, content] of Object.entries(files))
    await writeFile(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content))
  return folder
}

test('classes are left out by their template, not by a word in it', () => {
  expect(isPretending('Pretending or failing to wipe [something] off of [something]')).toBe(true)
  expect(isPretending('Putting [something], pretending')).toBe(false)
  const revealing = 'Removing [something], revealing [something] behind'
  expect((['occluding', 'any', 'keep'] as const).map((rule) => isBehind(revealing, rule))).toEqual([false, true, false])
  expect(isBehind('Pulling [something] from behind of [something]', 'occluding')).toBe(true)
  expect(isBehind('Pulling [something] from behind of [something]', 'keep')).toBe(false)
})

test('a template that is filled is the label, whatever its brackets hold', () => {
  expect(isFilled(row)).toBe(true)
  const odd = {
    ...row,
    template: 'Stacking [number of] [something]',
    placeholders: ['2', '"a, \\b"'],
    label: 'stacking 2 "a, \\b"',
  }
  expect(isFilled(odd)).toBe(true)
  expect(isFilled({ ...row, placeholders: ['pen'] })).toBe(false)
  expect(isFilled({ ...row, placeholders: ['a pen', 'a cup'] })).toBe(false)
})

test('a row that stands there twice counts once, and rows of cleaned placeholders are said', async () => {
  const cleaned = { ...row, id: '8', placeholders: ['pen'] }
  const folder = await copy('twice', {
    'labels.json': classes,
    'validation.json': [row, row, cleaned],
    'test.json': [{ id: '9' }],
  })
  const { rows, known, notes, files } = await readLabels(folder, 'validation')
  expect(rows).toEqual([row, cleaned])
  expect([...known].sort()).toEqual(['7', '8', '9'])
  expect(notes).toContain('rows of validation.json that stand there several times count once: 7')
  expect(notes.at(-1)).toMatch(/^1 row whose template .* 8$/)
  expect(files.map(({ name, official }) => `${name} ${official}`)).toEqual([
    'labels.json false',
    'validation.json false',
    'test.json false',
  ])
})

test.each<[string, Record<string, unknown>, RegExp]>([
  [
    'an empty split',
    { 'labels.json': classes, 'validation.json': [] },
    /validation\.json: expected rows .*, found none/,
  ],
  [
    'no rows of the split',
    { 'labels.json': classes, 'train.json': [row] },
    /expected labels\.json and validation\.json .*found labels\.json, train\.json/,
  ],
  ['the archive', { '20bn-something-something-download-package-labels.zip': 'PK' }, /unpack it: unzip/],
  [
    'gestures',
    { 'labels.json': { '0': 'Approaching', '1': 'Waving' }, 'validation.json': [row] },
    /labels of another data set/,
  ],
  ['few classes', { 'labels.json': { Waving: '0' }, 'validation.json': [row] }, /found 1 entry \("Waving", …\)/],
  ['numbers', { 'labels.json': { Waving: 0 }, 'validation.json': [row] }, /one of Something-Else’s splits/],
  [
    'a class of another file',
    { 'labels.json': classes, 'validation.json': [{ ...row, template: 'Waving' }] },
    /row 1: .*class "Waving", which labels\.json does not have/,
  ],
  [
    'rows of a split of Something-Else',
    { 'labels.json': classes, 'validation.json': [{ ...row, new_placeholdes: [] }] },
    /new_placeholdes/,
  ],
  [
    'numbers for ids',
    { 'labels.json': classes, 'validation.json': [{ id: 1, template: 'x', label_id: 2 }] },
    /an id that is a number \(id, template, label_id\)/,
  ],
  ['test rows', { 'labels.json': classes, 'validation.json': [{ id: '1' }] }, /a row of the test split/],
  [
    'one id with two labels',
    { 'labels.json': classes, 'validation.json': [row, { ...row, label: 'x' }] },
    /row 2: .*video 7 again, with another label/,
  ],
  ['no JSON', { 'labels.json': classes, 'validation.json': '[{"id": ' }, /validation\.json: expected a label file/],
])('%s is refused by name', async (name, files, message) => {
  const folder = await copy(name, files)
  await expect(readLabels(folder, 'validation')).rejects.toMatchObject({ code: 'bad-dataset', message })
})
