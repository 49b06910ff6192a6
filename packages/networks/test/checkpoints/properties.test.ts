import { join } from 'node:path'
import * as fc from 'fast-check'
import { isError } from '@kinemetric/files'
import { beforeAll, describe, expect, test } from 'vitest'
import { collectTensors } from '../../src/checkpoints/formats/collect-tensors.ts'
import { readPickle } from '../../src/checkpoints/formats/pickle.ts'
import { isKnownTorchGlobal } from '../../src/checkpoints/formats/torch-globals.ts'
import { writeTorchZip } from '../../src/checkpoints/formats/write-torch-zip.ts'
import { digestTensors, openCheckpoint, readTensor, writeSafetensors } from '../../src/index.ts'
import { temporaryFolder } from '../temporary-folder.ts'

let folder = ''
beforeAll(async () => {
  folder = await temporaryFolder()
})

const name = fc.stringMatching(/^[a-zé.0-9_]{1,20}$/)
const tensor = fc
  .tuple(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }), fc.infiniteStream(fc.float({ noNaN: true })))
  .map(([shape, values]) => {
    const count = shape.reduce((product, side) => product * side, 1)
    return { shape, data: Float32Array.from(values.take(count)) }
  })
const tensors = fc.dictionary(name, tensor, { minKeys: 1, maxKeys: 6, noNullPrototype: true })

test('any tensors come back from both containers, every bit of them, and have one digest', async () => {
  const [safetensors, torch] = [join(folder, 'a.safetensors'), join(folder, 'a.pth')]
  await fc.assert(
    fc.asyncProperty(tensors, fc.boolean(), async (values, zip64) => {
      const map = new Map(Object.entries(values))
      await writeSafetensors(safetensors, map)
      await writeTorchZip(torch, map, { zip64 })
      const digests = new Set<string>()
      for (const path of [safetensors, torch]) {
        const checkpoint = await openCheckpoint(path)
        expect([...checkpoint.tensors.keys()].sort()).toEqual([...map.keys()].sort())
        for (const [key, { shape, data }] of map) {
          const reference = checkpoint.tensors.get(key)!
          expect(reference.shape).toEqual(shape)
          expect(await readTensor(reference)).toEqual(data)
        }
        digests.add(await digestTensors(checkpoint))
      }
      expect(digests.size).toBe(1)
    }),
    { seed: 10, numRuns: 60 },
  )
})

describe('a pickle of any operations', () => {
  // Operations with what follows them, as a pickler writes them, in any order: most are wrong, many go far.
  const piece = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom(
        ...'] ) } ( t s u l e a b R Q N . 2 0'.split(' '),
        '\x85',
        '\x86',
        '\x87',
        '\x88',
        '\x81',
        '\x93',
        '\x94',
      ),
    },
    fc.constantFrom('ctorch\nFloatStorage\n', 'ctorch._utils\n_rebuild_tensor_v2\n', 'ccollections\nOrderedDict\n'),
    fc.nat(5).map((index) => `h${String.fromCharCode(index)}`),
    fc.nat(5).map((index) => `q${String.fromCharCode(index)}`),
    fc.nat(255).map((value) => `K${String.fromCharCode(value)}`),
    fc.constantFrom('storage', '0', 'neg', 'weight').map((text) => `\x8c${String.fromCharCode(text.length)}${text}`),
  )

  test('is read, or refused in our words', () => {
    const outcomes = new Set<string>()
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const bytes = Buffer.from(`\x80\x02${pieces.join('')}.`, 'latin1')
        const failure = failureOf(() => {
          collectTensors(readPickle(bytes, 0, { isKnownGlobal }).value)
        })
        outcomes.add(isError(failure) ? failure.code : String(failure))
        expect(failure === undefined || isError(failure, 'input'), String(failure)).toBe(true)
      }),
      { seed: 10, numRuns: 3000 },
    )
    expect(outcomes).toContain('undefined')
  })
})

const isKnownGlobal = (module: string, global: string) => isKnownTorchGlobal(module, global, true)

function failureOf(work: () => unknown): unknown {
  try {
    work()
    return undefined
  } catch (error) {
    return error
  }
}
