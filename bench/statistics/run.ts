// Repeats the simulations behind intervals and tests: `node bench/statistics/run.ts` all of them, with names (coverage, pairs, table, sets, gate) some;
// `--small` a hundredth of the repetitions. Prints Markdown; the same seeds give the same tables.
import { coverage } from './coverage.ts'
import { gate } from './gate.ts'
import { pairs } from './pairs.ts'
import { sets } from './sets.ts'
import { table } from './table.ts'

const parts: Record<string, (small: boolean) => void | Promise<void>> = { coverage, pairs, table, sets, gate }
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const small = process.argv.includes('--small')
const unknown = words.find((word) => !(word in parts))
if (unknown !== undefined) {
  console.error(`expected ${Object.keys(parts).join(', ')}; found ${unknown}`)
  process.exit(2)
}
for (const [name, run] of Object.entries(parts)) {
  if (words.length > 0 && !words.includes(name)) continue
  const begun = performance.now()
  await run(small)
  console.log(`${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s\n`)
}
