import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { canonicalJson, checkJson, jsonLine, parseJson, readJson, readRawJson, withoutMark } from '../src/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

const schema = z.strictObject({ id: z.string(), clips: z.array(z.object({ frames: z.int().default(16) })) })

let path = ''
beforeEach(async () => {
  path = join(await temporaryFolder(), 'a.json')
})

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

describe('readJson', () => {
  test('gives what the schema makes of the file', async () => {
    await writeFile(path, '{"id": "a", "clips": [{}, {"frames": 3}]}')
    expect(await readJson(path, schema)).toEqual({ id: 'a', clips: [{ frames: 16 }, { frames: 3 }] })
    expect(await readRawJson(path)).toEqual({ id: 'a', clips: [{}, { frames: 3 }] })
  })

  test('reads a file with a byte order mark as the same file without one', async () => {
    await writeFile(path, '\uFEFF{"id": "\uFEFFa", "clips": []}')
    expect(await readJson(path, schema)).toEqual({ id: '\uFEFFa', clips: [] })
    expect(parseJson('\uFEFF[1]')).toEqual([1])
    expect(() => parseJson('\uFEFF\uFEFF[1]')).toThrow(SyntaxError)
    expect(withoutMark('plain')).toBe('plain')
  })

  test('says which file is not there, cannot be read or is not JSON', async () => {
    await expect(readJson(path, schema)).rejects.toMatchObject({ kind: 'input', code: 'not-found', where: path })
    await mkdir(path)
    await expect(readJson(path, schema)).rejects.toMatchObject({ kind: 'input', code: 'not-a-file' })
    await writeFile(`${path}l`, '{"id": ')
    await expect(readJson(`${path}l`, schema)).rejects.toMatchObject({ kind: 'input', code: 'not-json' })
  })

  test('JSON that nests deeper than code can follow is refused, in words', async () => {
    await writeFile(path, nested(256))
    expect(await readRawJson(path)).toEqual([expect.anything()])
    for (const text of [nested(257), nested(100_000), `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`]) {
      await writeFile(path, text)
      await expect(readRawJson(path)).rejects.toMatchObject({
        code: 'not-json',
        message: expect.stringContaining('256 deep'),
      })
    }
  })

  test('names the place of each issue, the first five of them in the message', () => {
    const clips = Array.from({ length: 7 }, () => ({ frames: 0.5 }))
    expect(() => checkJson('a.json', { id: 1, clips }, schema)).toThrow(
      expect.objectContaining({
        kind: 'input',
        code: 'invalid',
        message: expect.stringMatching(
          /^a\.json: does not fit its schema: id: .*; clips\.0\.frames: .*clips\.3\.frames: .*; and 3 more$/,
        ),
        details: { issues: expect.toSatisfy((issues: string[]) => issues.length === 8) },
      }),
    )
    expect(() => checkJson('a.json', [], schema)).toThrow(/: \(root\): /)
  })
})

describe('canonicalJson and jsonLine', () => {
  test('keep the order of keys and end as their files do', () => {
    expect(canonicalJson({ b: 1, a: [true, null] })).toBe('{\n  "b": 1,\n  "a": [\n    true,\n    null\n  ]\n}\n')
    expect(jsonLine({ b: 1, a: 'x\n' })).toBe('{"b":1,"a":"x\\n"}')
  })

  test('refuse numbers that JSON does not have, naming their key', () => {
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      expect(() => canonicalJson({ a: { b: value } })).toThrow(
        new TypeError(`expected a finite number for "b", found ${value}`),
      )
      expect(() => jsonLine([value])).toThrow(TypeError)
    }
  })
})
