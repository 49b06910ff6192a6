// What a card does: see bench/gpu.sh, which runs this.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import {
  generatorCatalogue,
  locateGenerator,
  openCheckpoint,
  type Provider,
  readTensor,
} from '../../packages/networks/src/index.ts'
import { cudaEnvironment } from '../../packages/networks/src/cuda/cuda-environment.ts'
import { requireProvider } from '../../packages/networks/src/session/devices.ts'
import { startCallProcess } from '../../packages/networks/src/session/call-process.ts'
import { findMethod, runMethod } from '../../packages/runners/src/index.ts'
import { writeMaskManifest } from '../../packages/runners/test/write-mask-manifest.ts'
import { hasTinyModels, writeTinyCoshand, writeTinyInterdyn } from '../../test/tiny-models.ts'
import { drawnCoshand, drawnInterdyn } from './drawn-models.ts'
import { clipOperations } from './operations.ts'
import { watchMemory } from './watch-memory.ts'

const provider = requireProvider(process.argv[2] ?? 'cuda')
const of = (name: string, usual: number) => Number(process.env[`KINEMETRIC_BENCH_${name}`] ?? usual)
const [steps, frames, clips, width] = [of('STEPS', 50), of('FRAMES', 14), of('CLIPS', 3), of('WIDTH', 4096)]
const methods = ['interdyn', 'coshand-independent', 'coshand-autoregressive'] as const
type Method = (typeof methods)[number]
const dtypes = ['float32', 'float16'] as const

const folder = await mkdtemp(join(tmpdir(), 'kinemetric-gpu-'))
try {
  console.log(`# ${provider}\n\n## Parity with cpu, tiny networks, float32\n`)
  if (hasTinyModels()) await parity()
  console.log(`\n## Speed: ${frames} frames, ${steps} steps, the last of ${clips} clips\n`)
  await speed()
} finally {
  await rm(folder, { recursive: true, force: true })
}

/** Everything that a run keeps of a clip, on the card and on the processor, from the same noise: the largest difference of each kind. */
async function parity(): Promise<void> {
  const interdyn = await writeTinyInterdyn(join(folder, 'tiny-interdyn'))
  const coshand = { coshand: await writeTinyCoshand(join(folder, 'tiny-coshand')) }
  console.log('| method | tensor | largest difference | largest value |\n|---|---|---|---|')
  for (const method of methods) {
    const manifest = await writeMaskManifest(
      join(folder, `tiny-${method}`),
      ['a'],
      [64, method === 'interdyn' ? 128 : 64],
      3,
    )
    const dumps: Map<string, Float32Array>[] = []
    for (const device of ['cpu', provider] as const) {
      const dump = join(folder, 'dump', method, device)
      const checkpoints: Record<string, string> = method === 'interdyn' ? { ...interdyn } : coshand
      const failed = await run(method, manifest, {
        device,
        checkpoints,
        config: { steps: 5 },
        dump,
        out: `${method}-${device}`,
      })
      if (failed !== undefined) console.log(`| ${method} | ${device} failed: ${failed} | | |`)
      else dumps.push(await read(join(dump, 'a', '0.safetensors')))
    }
    const [expected, found] = dumps
    if (found === undefined) continue
    for (const [kind, [difference, value]] of largest(expected, found))
      console.log(`| ${method} | ${kind} | ${difference.toExponential(1)} | ${value.toPrecision(3)} |`)
  }
}

async function read(path: string): Promise<Map<string, Float32Array>> {
  const { tensors } = await openCheckpoint(path)
  const values = [...tensors].map(async ([name, tensor]) => [name, await readTensor(tensor)] as const)
  return new Map(await Promise.all(values))
}

/** By the first word of tensors' names. */
function largest(
  expected: ReadonlyMap<string, Float32Array>,
  found: ReadonlyMap<string, Float32Array>,
): Map<string, [number, number]> {
  const result = new Map<string, [number, number]>()
  for (const [name, values] of expected) {
    const other = found.get(name)
    const kind = name.split('/', 1)[0]
    let [difference, value] = result.get(kind) ?? [0, 0]
    values.forEach((x, i) => {
      difference = Math.max(difference, Math.abs(x - (other?.[i] ?? Number.NaN)) || 0)
      value = Math.max(value, Math.abs(x))
    })
    result.set(kind, [other === undefined ? Number.NaN : difference, value])
  }
  return result
}

async function speed(): Promise<void> {
  console.log(
    '| method | weights | arithmetic | s a clip | TFLOP/s | of products | GiB of the card |\n|---|---|---|---|---|---|---|',
  )
  for (const dtype of dtypes) {
    const rate = await productRate(dtype)
    for (const method of methods) {
      const { checkpoints, what } = await weights(method)
      const size: [number, number] = method === 'interdyn' ? [256, 384] : [256, 256]
      const names = Array.from({ length: clips }, (_, i) => `clip${i}`)
      const manifest = await writeMaskManifest(join(folder, `${method}-${dtype}`), names, size, frames)
      const ended = watchMemory()
      const out = `${method}-${dtype}-out`
      const failed = await run(method, manifest, { device: provider, checkpoints, config: { steps, dtype }, out })
      const memory = ended()
      if (failed !== undefined) {
        console.log(`| ${method} | ${what} | ${dtype} | ${failed} | | | |`)
        continue
      }
      const item: { wallMs: number } = JSON.parse(
        await readFile(join(folder, out, names[clips - 1], 's0', 'item.json'), 'utf8'),
      )
      const seconds = item.wallMs / 1e3
      const reached = clipOperations(method, { frames, steps, height: size[0], width: size[1] }) / seconds
      console.log(
        `| ${method} | ${what} | ${dtype} | ${seconds.toFixed(2)} | ${(reached / 1e12).toFixed(1)} | ${((100 * reached) / rate).toFixed(0)} % of ${(rate / 1e12).toFixed(1)} | ${memory?.toFixed(1) ?? '?'} |`,
      )
    }
  }
}

async function productRate(dtype: 'float32' | 'float16'): Promise<number> {
  const source = {
    module: new URL('./product-rate.ts', import.meta.url).href,
    open: 'openProductRate',
    args: [provider, dtype, width],
  }
  const env = provider === 'cuda' ? await cudaEnvironment({ parity: dtype === 'float32' }) : {}
  const process = await startCallProcess(source, { name: 'products', env })
  await process.close()
  return Number(process.facts['rate'])
}

/** Official weights where they were pulled, else drawn ones of their size. */
async function weights(method: Method): Promise<{ checkpoints: Record<string, string>; what: string }> {
  const words = method === 'interdyn' ? ['svd', 'interdyn'] : ['coshand']
  const located = await Promise.all(
    generatorCatalogue.filter(({ word }) => words.includes(word)).map((entry) => locateGenerator(entry)),
  )
  if (located.every((each) => each !== undefined))
    return { checkpoints: {}, what: located.every(({ note }) => note.how === 'pulled') ? 'official' : 'imported' }
  const drawn =
    method === 'interdyn' ? await drawnInterdyn(join(folder, 'drawn')) : await drawnCoshand(join(folder, 'drawn'))
  return { checkpoints: { ...drawn }, what: 'drawn' }
}

interface RunOptions {
  readonly device: Provider
  readonly checkpoints: Record<string, string>
  readonly config: Record<string, unknown>
  readonly dump?: string | undefined
  readonly out: string
}

/** @returns why it failed, where it did */
async function run(
  id: Method,
  manifest: Parameters<typeof runMethod>[0]['manifest'],
  options: RunOptions,
): Promise<string | undefined> {
  const { device, checkpoints, config, dump, out } = options
  const native = { checkpoints, unverified: true, dump }
  try {
    const { failures } = await runMethod({
      method: await findMethod(id),
      manifest,
      out: join(folder, out),
      device,
      config,
      native,
    })
    return failures[0]?.message.split('\n', 1)[0]
  } catch (error) {
    return error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
  }
}
