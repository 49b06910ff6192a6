import { InvalidArgumentError, Option } from 'commander'
import type { NetworkFlags } from './network-options.ts'

/** What `kinemetric run` is told of a method's networks. */
export interface MethodFlags {
  checkpoint?: Record<string, string>
  unverified?: boolean
  noise?: string
  dump?: string
  lowMemory?: boolean
  preview?: boolean
}

/** Options of methods that are networks of ours. */
export function methodOptions(): Option[] {
  return [
    new Option(
      '--checkpoint <word=path>',
      'a file or folder of weights, by the words that `kinemetric methods show` has (repeatable)',
    ).argParser(collectCheckpoint),
    new Option(
      '--unverified',
      'take weights though nothing vouches for their content (everything that comes of them says so)',
    ),
    new Option('--noise <folder>', 'noise to take in place of our own: <clip>/<sample>.safetensors (docs/noise.md)'),
    new Option(
      '--dump <folder>',
      'gets what a sampler went through, of samples that are made now: <clip>/<sample>.safetensors; not the folder of --noise, nor inside --out',
    ),
    new Option('--low-memory', 'one network in memory at a time, and half of guidance: slower'),
    new Option('--preview', 'a small video beside the frames of each sample that is made now'),
  ]
}

/** The flags as a run takes them. */
export function nativeOf(flags: MethodFlags & Pick<NetworkFlags, 'threads'>) {
  const { checkpoint: checkpoints = {}, unverified = false, lowMemory = false, preview = false } = flags
  const { noise, dump, threads } = flags
  return { checkpoints, unverified, lowMemory, preview, noise, dump, threads }
}

/** Parses `--checkpoint word=path`. */
export function collectCheckpoint(text: string, previous: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=')
  if (at <= 0 || at === text.length - 1) throw new InvalidArgumentError(`expected word=path, found ${text}`)
  const [word, path] = [text.slice(0, at), text.slice(at + 1)]
  if (Object.hasOwn(previous, word) && previous[word] !== path)
    throw new InvalidArgumentError(`expected one path of ${word}, found two: ${previous[word]} and ${path}`)
  return { ...previous, [word]: path }
}
