import { stat } from 'node:fs/promises'
import { runnerError } from '../generator/runner-error.ts'
import type { Method } from '../methods/find-method.ts'
import type { NativeOptions } from '../execution/execution.ts'

const usual: NativeOptions = {
  checkpoints: {},
  unverified: false,
  noise: undefined,
  dump: undefined,
  threads: undefined,
  lowMemory: false,
  preview: false,
}

/** Options that only networks of ours know what to do with, as the command has them. */
const ofNetworks = {
  noise: '--noise',
  dump: '--dump',
  threads: '--threads',
  lowMemory: '--low-memory',
  unverified: '--unverified',
} as const

/**
 * How a native method is to run, with what is usual in the place of what was not said.
 * @throws KinemetricError `bad-option` for what the method has no use for: a program has for none of it, a method without networks for a preview alone;
 * for a checkpoint that method.json does not name, and noise in no folder
 */
export async function requireNative(
  { spec, native }: Method,
  given: Partial<NativeOptions> = {},
): Promise<NativeOptions> {
  const options = { ...usual, ...given }
  const words = Object.keys(spec.checkpoints)
  const unknown = Object.keys(options.checkpoints).find((word) => !words.includes(word))
  if (unknown !== undefined) {
    const known = words.map((word) => `${word}=<${spec.checkpoints[word].holds}>`).join(', ') || 'it takes none'
    throw runnerError('bad-option', 'checkpoint', { expected: `one of ${spec.id} (${known})`, found: unknown })
  }
  const refuse = (option: string, expected: string) =>
    runnerError('bad-option', option, { expected, found: `${spec.id}, which is not` })
  if (options.preview && native === undefined) throw refuse('--preview', 'a native method')
  for (const [name, option] of Object.entries(ofNetworks))
    if (words.length === 0 && Reflect.get(options, name) !== Reflect.get(usual, name))
      throw refuse(option, 'a native method with networks')
  const noise = options.noise === undefined ? undefined : await stat(options.noise).catch(() => undefined)
  if (options.noise !== undefined && noise?.isDirectory() !== true)
    throw runnerError('bad-option', options.noise, {
      expected: 'a folder of <clip>/<sample>.safetensors',
      found: 'none',
    })
  return options
}
