// Fuzzes every parser of files: changed and generated inputs, each a function of (parser, seed, index).
//   node test/full/fuzz.ts [--inputs 2000] [--seed 1] [--only npy,npz] [--keep folder] [--show parser:index]
// A fault is an error that is none of ours, more than 2 s of processor time (20 s of the clock: the process is ended), an allocation or a growth of more
// than 1 GB, a crash, a changed Object.prototype, or an answer that the file's checksums rule out. Prints each parser's count, and last
// `N inputs, M kinds of faults`; exit code 0 where M is 0.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import { fuzzParsers } from './fuzz-parsers.ts'
import { inputOf } from './fuzz-input.ts'

export interface FuzzOptions {
  /** Inputs of each parser; those that take long get a share of them. */
  inputs: number
  seed: string
  only?: readonly string[] | undefined
}

export interface Fault {
  parser: string
  kind: string
  /** How many inputs have it; the first of them. */
  count: number
  index: number
  bytes: Uint8Array
}

const HANG_MS = 20_000
/** A process that loads everything on a busy machine. */
const START_MS = 120_000

/** Runs them; `onParser` is told of each as it ends. */
export async function fuzz(
  options: FuzzOptions,
  onParser: (name: string, inputs: number, faults: readonly Fault[]) => void,
): Promise<{ inputs: number; faults: Fault[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'kinemetric-fuzz-'))
  try {
    const parsers = await fuzzParsers(join(folder, 'make'))
    const names = Object.keys(parsers).filter((name) => options.only?.includes(name) ?? true)
    const total = { inputs: 0, faults: [] as Fault[] }
    for (const name of names) {
      const inputs = Math.max(2, Math.round(options.inputs * (parsers[name].share ?? 1)))
      const faults = new Map<string, Fault>()
      for (let from = 0, ended = 0; from < inputs && ended < 20; ended++)
        from = await runChild(name, options.seed, from, inputs, join(folder, `${name}-${ended}`), (kind, index) => {
          const known = faults.get(kind)
          if (known !== undefined) known.count++
          else
            faults.set(kind, {
              parser: name,
              kind,
              count: 1,
              index,
              bytes: inputOf(parsers[name], name, options.seed, index),
            })
        })
      total.inputs += inputs
      total.faults.push(...faults.values())
      onParser(name, inputs, [...faults.values()])
    }
    return total
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @returns the input to go on from: the last where the process did all */
function runChild(
  name: string,
  seed: string,
  from: number,
  to: number,
  folder: string,
  onFault: (kind: string, index: number) => void,
): Promise<number> {
  const script = join(import.meta.dirname, 'fuzz-child.ts')
  const args = ['--disable-warning=ExperimentalWarning', script, name, seed, String(from), String(to), folder]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
  let at = from - 1
  let said = ''
  child.stderr?.on('data', (data: Buffer) => (said = (said + data.toString()).slice(-2000)))
  let hung = false
  const stop = () => {
    hung = true
    child.kill('SIGKILL')
  }
  let timer = setTimeout(stop, START_MS)
  const pipe = child.stdio[3]
  if (!(pipe instanceof Readable)) throw new Error('no pipe to read from')
  createInterface({ input: pipe }).on('line', (line) => {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'number') {
      at = value
      clearTimeout(timer)
      timer = setTimeout(stop, HANG_MS)
    } else if (typeof value === 'object' && value !== null && 'kind' in value) onFault(String(value.kind), at)
  })
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      rmSync(folder, { recursive: true, force: true })
      if (at >= to) return resolve(to)
      if (at < from) throw new Error(`the process of ${name} did not begin (${signal ?? code}): ${said}`)
      onFault(hung ? 'more than 20 s of the clock' : `the process ended (${signal ?? code}): ${said.slice(0, 200)}`, at)
      resolve(at + 1)
    })
  })
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '2000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string' },
      keep: { type: 'string' },
      show: { type: 'string' },
    },
  })
  const { inputs, seed, only, keep, show } = values
  if (show !== undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'kinemetric-fuzz-'))
    const [name, index] = show.split(':')
    process.stdout.write(inputOf((await fuzzParsers(folder))[name], name, seed, Number(index)))
    rmSync(folder, { recursive: true, force: true })
    return
  }
  const begun = performance.now()
  const result = await fuzz({ inputs: Number(inputs), seed, only: only?.split(',') }, (name, count, faults) => {
    console.log(
      `${name}: ${count} inputs, ${faults.length} kinds of faults, ${Math.round((performance.now() - begun) / 1000)} s`,
    )
    for (const fault of faults)
      console.log(`  ${fault.kind} ×${fault.count}, first ${name}:${fault.index} (${fault.bytes.length} bytes)`)
  })
  if (keep !== undefined) {
    mkdirSync(keep, { recursive: true })
    for (const fault of result.faults) writeFileSync(join(keep, `${fault.parser}-${fault.index}.bin`), fault.bytes)
  }
  console.log(`seed ${seed}: ${result.inputs} inputs, ${result.faults.length} kinds of faults`)
  process.exitCode = result.faults.length === 0 ? 0 : 1
}

if (import.meta.main) await main()
