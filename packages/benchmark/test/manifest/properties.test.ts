import { anything, array, assert, constantFrom, integer, json, oneof, property, record, string } from 'fast-check'
import { isError } from '@kinemetric/files'
import { expect, test } from 'vitest'
import { clipIdSchema, manifestPathSchema } from '../../src/manifest/manifest-clip.ts'
import { parseManifest } from '../../src/manifest/read-manifest.ts'
import { protocolDigest, protocolSchema } from '../../src/protocol/protocol.ts'

const clip = {
  schema: 'kinemetric/clip@1',
  id: 'a',
  protocol: { id: 'as-is', version: 1 },
  source: { dataset: 'folder', video: 'a.mp4', fps: 12 },
  window: { start: 0, stride: 1, count: 4 },
  geometry: {
    native: [16, 16],
    resize: [16, 16],
    filter: 'none',
    crop: { top: 0, left: 0, height: 16, width: 16 },
    target: [16, 16],
  },
  fps: 12,
  reference: { path: 'clips/a/reference.mkv' },
  image: { path: 'clips/a/image.png' },
}
const settings = { seed: 10, numRuns: 300 }

/** Runs a parser: a value, or an error of ours that says where. */
function parsed(text: string): string[] | undefined {
  try {
    return parseManifest(text, 'm').map(({ id }) => id)
  } catch (error) {
    if (!isError(error, 'input', 'bad-manifest') || !/^m(:\d+)?: /.test(error.message)) throw error
    return undefined
  }
}

test('whatever stands in a manifest, it is read or refused by an error of ours', () => {
  const line = oneof(
    json(),
    string({ unit: 'binary' }),
    anything().map((value) => JSON.stringify(value) ?? ''),
  )
  assert(
    property(array(line, { maxLength: 4 }), (lines) => {
      expect(() => parsed(lines.join('\n'))).not.toThrow()
    }),
    settings,
  )
})

test('a line with any field changed is read or refused with its line', () => {
  const key = constantFrom(...Object.keys(clip))
  assert(
    property(key, anything(), (name, value) => {
      const text = JSON.stringify({ ...clip, id: 'first' })
      expect(() => parsed(`${text}\n${JSON.stringify({ ...clip, [name]: value })}`)).not.toThrow()
    }),
    settings,
  )
})

test('every id that is taken is one name of a file, in its composed form, and stays itself', () => {
  assert(
    property(string({ unit: 'binary', maxLength: 260 }), (id) => {
      const taken = clipIdSchema.safeParse(id)
      if (!taken.success) return
      expect(taken.data).toBe(id.normalize('NFC'))
      expect(taken.data).not.toMatch(/[/\\\p{Cc}]/u)
      expect(taken.data.startsWith('.')).toBe(false)
      expect(Buffer.byteLength(taken.data)).toBeLessThanOrEqual(255)
      expect(clipIdSchema.parse(taken.data)).toBe(taken.data)
      expect(parsed(JSON.stringify({ ...clip, id }))).toEqual([taken.data])
    }),
    settings,
  )
})

test('an id that is longer than a file name may be, in bytes, is refused with its line', () => {
  expect(parsed(JSON.stringify({ ...clip, id: '漢'.repeat(80) }))).toHaveLength(1)
  expect(() => parseManifest(JSON.stringify({ ...clip, id: '漢'.repeat(81) }), 'm')).toThrow(/^m:1: .*240 bytes/)
})

test('two ids that are one in composed form are one clip twice', () => {
  const lines = ['NFC', 'NFD'].map((form) => JSON.stringify({ ...clip, id: 'é'.normalize(form) }))
  expect(() => parseManifest(lines.join('\n'), 'm')).toThrow(/m:2: expected every clip once/)
})

test('a manifest is the same with a byte order mark, with empty lines, and with ends of lines of Windows', () => {
  assert(
    property(array(integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 5 }), (numbers) => {
      const lines = [...new Set(numbers)].map((number) => JSON.stringify({ ...clip, id: `c${number}` }))
      const plain = parsed(lines.join('\n'))
      expect(plain).toHaveLength(lines.length)
      expect(parsed(`\uFEFF${lines.join('\r\n\r\n')}\r\n`)).toEqual(plain)
    }),
    settings,
  )
})

test('no path that is taken leads out of its folder', () => {
  const part = oneof(constantFrom('..', '.', '', 'a', 'C:', '\\', '~', '%2e%2e'), string({ maxLength: 4 }))
  assert(
    property(array(part, { maxLength: 6 }), (parts) => {
      const path = parts.join('/')
      if (!manifestPathSchema.safeParse(path).success) return
      expect(new URL(`file:///root/folder/${path.split('/').map(encodeURIComponent).join('/')}`).pathname).toMatch(
        /^\/root\/folder\/?/,
      )
      expect(path).not.toMatch(/(^|\/)\.\.(\/|$)|^\/|^[A-Za-z]:|\\/)
    }),
    settings,
  )
})

test('whatever is given as a protocol is one or is refused, without an error of anybody else', () => {
  const protocol = record({
    schema: constantFrom('kinemetric/protocol@1', 'x'),
    id: string(),
    window: anything(),
    added: anything(),
  })
  assert(
    property(oneof(protocol, anything()), (value) => {
      const { data } = protocolSchema.safeParse(value)
      expect(data === undefined ? 'none' : protocolDigest(data)).toMatch(/^([0-9a-f]{64}|none)$/)
    }),
    settings,
  )
})
