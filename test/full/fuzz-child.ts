// One parser over a range of inputs, in a process of its own: a hang, a crash of native code or an exhausted memory ends this process alone.
//   node fuzz-child.ts <parser> <seed> <from> <to> <scratch folder>
// Before each input its index goes to file descriptor 3, so that whoever waits knows which one it was; faults go there as lines of JSON.
import { mkdirSync, writeFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isError } from '@kinemetric/files'
import { fuzzParsers } from './fuzz-parsers.ts'
import { inputOf } from './fuzz-input.ts'

const SLOW_MS = 2000
const GIGABYTE = 2 ** 30
const [name, seed, from, to, folder] = process.argv.slice(2)

const say = (value: unknown) => writeSync(3, `${JSON.stringify(value)}\n`)
const parser = (await fuzzParsers(join(folder, 'make')))[name]
const path = join(folder, 'input', parser.file ?? 'input')
mkdirSync(dirname(path), { recursive: true })
const allocations = watchAllocations()

// An exception in a callback that no promise carries would end the command: it ends this input.
let escaped: (error: Error) => void = () => undefined
process.on('uncaughtException', (error) =>
  escaped(new Error(`uncaught ${error.name}: ${error.message}`, { cause: error })),
)

let peak = process.resourceUsage().maxRSS
for (let index = Number(from); index < Number(to); index++) {
  say(index)
  const bytes = inputOf(parser, name, seed, index)
  if (parser.file !== undefined) writeFileSync(path, bytes)
  const fault = (kind: string) => say({ kind, index, bytes: Buffer.from(bytes).toString('base64') })
  allocations.largest = 0
  const before = process.cpuUsage()
  const outcome = await tried(bytes, index === 0)
  const { user, system } = process.cpuUsage(before)
  if (outcome !== undefined) fault(outcome)
  // Of the processor: a machine that is busy with other things is no fault of the parser.
  if ((user + system) / 1000 > SLOW_MS) fault('more than 2 s')
  if (allocations.largest > GIGABYTE) fault('more than 1 GB asked for at once')
  const now = process.resourceUsage().maxRSS
  if ((now - peak) * 1024 > GIGABYTE) fault('memory grows by more than 1 GB')
  peak = Math.max(peak, now)
  if (Object.keys(Object.prototype).length > 0 || Reflect.get({}, 'polluted') !== undefined) {
    fault('Object.prototype is changed')
    Reflect.deleteProperty(Object.prototype, 'polluted')
  }
}
say(Number(to))
process.exit(0)

/** What is wrong with how the parser took the input; undefined where it gave an answer or refused it in our words. @param isRight it may not refuse it */
async function tried(bytes: Uint8Array, isRight: boolean): Promise<string | undefined> {
  const escape = new Promise<never>((_, reject) => (escaped = reject))
  escape.catch(() => undefined)
  try {
    const wrong = await Promise.race([Promise.resolve(parser.run(bytes, path)), escape])
    return wrong === undefined ? undefined : `wrong: ${wrong}`
  } catch (error) {
    if (isRight) return `a file that is right is refused: ${String(error)}`
    // JSON that is none is refused by JSON.parse itself where a parser takes values.
    if (isError(error) || error instanceof SyntaxError) return undefined
    const { name: type, message, stack } = error instanceof Error ? error : new Error(String(error))
    const place = /\/packages\/([^\s:)]+:\d+)/.exec(stack ?? '')?.[1] ?? 'outside of the packages'
    return `${type}: ${message.replaceAll(/\d+/g, 'N').slice(0, 100)} (${place})`
  }
}

/** Notes the largest array that is asked for, which a file's claims may decide. */
function watchAllocations(): { largest: number } {
  const watched = { largest: 0 }
  for (const type of [Uint8Array, Float32Array, Float64Array, Int32Array, Uint32Array]) {
    const noting = new Proxy(type, {
      construct(target, given: unknown[], newTarget) {
        if (typeof given[0] === 'number')
          watched.largest = Math.max(watched.largest, given[0] * target.BYTES_PER_ELEMENT)
        const made: object = Reflect.construct(target, given, newTarget)
        return made
      },
    })
    Reflect.set(globalThis, type.name, noting)
  }
  return watched
}
