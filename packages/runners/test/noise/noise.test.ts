import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ownNoise, sampleKey, streamKey } from '../../src/noise/noise.ts'
import { recordNoise } from '../../src/noise/record-noise.ts'

interface Vector {
  identity: { seed: number; method: string; clip: string; sample: number }
  stream: string
  sampleKey: string
  streamKey: string[]
  numbers: number[]
  sha256Of1000: string
}
const { vectors }: { vectors: Vector[] } = JSON.parse(
  await readFile(join(import.meta.dirname, '..', 'goldens', 'noise.json'), 'utf8'),
)

test.each(vectors)('the published vector of $stream of $identity', async (vector) => {
  const { identity, stream } = vector
  const key = sampleKey(identity)
  expect(key.toString('hex')).toBe(vector.sampleKey)
  expect(streamKey(key, stream).map((word) => word.toString(16).padStart(8, '0'))).toEqual(vector.streamKey)
  const numbers = await ownNoise(identity).draw(stream, [10, 100])
  expect([...numbers.subarray(0, vector.numbers.length)]).toEqual(vector.numbers.map(Math.fround))
  expect(createHash('sha256').update(numbers).digest('hex')).toBe(vector.sha256Of1000)
})

test('every vector of the golden stands in docs/noise.md', async () => {
  const text = await readFile(join(import.meta.dirname, '../../../../docs/noise.md'), 'utf8')
  for (const { sampleKey: key, streamKey: words, numbers, sha256Of1000 } of vectors)
    for (const part of [key, words.join(' '), numbers.join(', '), sha256Of1000]) expect(text).toContain(part)
})

const identity = { seed: 0, method: 'interdyn', clip: '243', sample: 0 }

test('whatever tells samples and streams apart gives other numbers; order does not matter', async () => {
  const first = await ownNoise(identity).draw('latents', [8])
  const others = [{ seed: 1 }, { method: 'coshand' }, { clip: '2431' }, { sample: 1 }]
  for (const other of others) expect(await ownNoise({ ...identity, ...other }).draw('latents', [8])).not.toEqual(first)
  const noise = ownNoise(identity)
  await noise.draw('image_noise', [3, 4])
  expect(await noise.draw('latents/1', [8])).not.toEqual(first)
  expect(await noise.draw('latents', [2, 4])).toEqual(first)
})

async function digestOf(streams: readonly string[], seed = 0): Promise<string> {
  const noise = recordNoise(ownNoise({ ...identity, seed }))
  for (const stream of streams) await noise.draw(stream, [5])
  return noise.digest()
}

test('the digest of what was drawn depends on the numbers and not on the order', async () => {
  const digest = await digestOf(['a', 'b'])
  expect(await digestOf(['b', 'a'])).toBe(digest)
  expect(await digestOf(['a', 'b', 'a'])).toBe(digest)
  expect(await digestOf(['a'])).not.toBe(digest)
  expect(await digestOf(['a', 'b'], 1)).not.toBe(digest)
})
