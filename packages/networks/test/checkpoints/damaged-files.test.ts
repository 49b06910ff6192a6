import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isError } from '@kinemetric/files'
import { expect, test } from 'vitest'
import { type Checkpoint, openCheckpoint, writeSafetensors } from '../../src/index.ts'
import { formulaNumbers, formulaTensor } from '../formula-weights.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const fixtures = join(import.meta.dirname, 'fixtures')

// Any damage gives either an error of the documented class, or tensors that lie inside the file.
test.each(['zip.pth', 'legacy.pth', 'protocol4.pth', 'training.ckpt', 'scripted.pt', 'frozen.pt', 'a.safetensors'])(
  '%s with bytes changed, moved, repeated and removed at 400 places',
  async (file) => {
    const folder = await temporaryFolder()
    const safetensors = join(folder, 'a.safetensors')
    await writeSafetensors(safetensors, new Map(['a', 'b'].map((name) => [name, formulaTensor(name, [3, 2])])))
    const whole = await readFile(file === 'a.safetensors' ? safetensors : join(fixtures, file))
    const path = join(folder, 'damaged')
    const numbers = formulaNumbers(file, 2000)
    const pick = (index: number, below: number): number => Math.floor(((numbers[index] + 1) / 2) * below)
    const outcomes = new Set<string>()
    for (let i = 0; i < 400; i++) {
      const damaged = Buffer.from(whole)
      const at = pick(5 * i, whole.length)
      const length = 1 + pick(5 * i + 1, 8)
      switch (i % 4) {
        case 0:
          damaged[at] = pick(5 * i + 2, 256)
          break
        case 1:
          damaged.fill(i % 8 < 4 ? 0xff : 0, at, Math.min(at + length, whole.length))
          break
        case 2:
          damaged.copyWithin(at, pick(5 * i + 2, whole.length - length), whole.length - 1)
          break
        default:
          damaged.copyWithin(at, at + length)
      }
      await writeFile(path, damaged)
      try {
        const checkpoint = await openCheckpoint(path)
        if (!liesInside(checkpoint, damaged.length)) throw new Error('a tensor lies outside of the file')
        outcomes.add('read')
      } catch (cause) {
        if (!isError(cause, 'input') || cause.where !== path)
          throw new Error(`damage ${i} at byte ${at}: ${String(cause)}`, { cause })
        outcomes.add(cause.code)
      }
    }
    // The damage was worth testing: several kinds were told apart, and some of it hit nothing that matters.
    expect(outcomes.size).toBeGreaterThan(3)
    expect(outcomes).toContain('read')
  },
)

function liesInside({ tensors }: Checkpoint, length: number): boolean {
  return [...tensors.values()].every(({ offset, byteLength }) => offset >= 0 && offset + byteLength <= length)
}
