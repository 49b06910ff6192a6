import type { Parser } from './fuzz-parser.ts'
import { mutateBinary, mutateJson, mutateZip } from './mutate.ts'
import { pick, randomOf } from './random.ts'

/** The input of an index: a function of parser, seed and index alone. Index 0 is a file that is right. */
export function inputOf(parser: Parser, name: string, seed: string, index: number): Uint8Array {
  const random = randomOf(`${seed} ${name} ${index}`)
  const source = pick(random, parser.seeds)
  if (index === 0) return source
  if (parser.generate !== undefined && random() < 0.3) {
    const made = parser.generate(random)
    return random() < 0.5 ? made : mutateBinary(made, parser.seeds, random)
  }
  if (parser.kind === 'zip') return mutateZip(source, parser.seeds, random)
  if (parser.kind === 'binary') return mutateBinary(source, parser.seeds, random)
  return mutateJson(source, parser.seeds, random, parser.kind === 'jsonl')
}
