import { countOf, readRegularFile } from '@kinemetric/files'
import { parseNpy, writeFeatureFile } from '@kinemetric/metrics'
import { type HostTensor, isUnverified, openByCheckpoint } from '@kinemetric/networks'
import { cliError } from '../../output/cli-error.ts'
import { exitCode, type Outcome } from '../../output/exit-code.ts'
import { printJson } from '../../output/print-json.ts'
import { print } from '../../output/print.ts'
import { type CheckpointFlags, requireUnverified } from '../../options/own-checkpoint.ts'
import type { NetworkFlags } from '../../options/network-options.ts'

/** What `features --tensor` is told. */
export interface TensorFlags extends NetworkFlags, CheckpointFlags {
  out?: string | undefined
  heads?: number | undefined
  /** What is made of the tokens, where a network knows several. */
  variant?: string | undefined
  json?: boolean | undefined
}

/**
 * Rows of a network's own input, an array of numpy's that somebody resized and normalised: what the network alone makes of it, for comparison with other
 * implementations.
 * @throws KinemetricError `bad-option` for a file that is none, or without --out; `shape-mismatch`; what opening throws
 */
export async function featuresOfTensor(word: string, file: string, flags: TensorFlags): Promise<Outcome> {
  const { out, heads, variant, checkpoint, probe, provider, threads, json } = flags
  if (out === undefined) throw cliError('bad-option', '--tensor', { expected: '--out <file>.npy', found: 'no --out' })
  requireUnverified(flags)
  const input = await readTensorFile(file)
  const settings = heads === undefined ? undefined : { heads }
  const parts = probe === undefined ? undefined : { probe }
  const how = { checkpoint, parts, provider, threads }
  const opened = await openByCheckpoint('features', { network: word, variant, settings }, how)
  const { network, weights } = opened
  try {
    if (network.extractTensor === undefined)
      throw cliError('bad-option', '--tensor', {
        expected: 'a network that takes its own input',
        found: `${network.network}, which takes frames alone`,
      })
    const data = await network.extractTensor(input)
    const { dimension, digest } = network
    const rows = data.length / dimension
    await writeFeatureFile(out, { data, rows, dimension })
    const said = { network: network.network, digest, rows, dimension, weights, unverified: weights.some(isUnverified) }
    if (json) printJson({ ...said, out })
    else print(`${countOf(rows, 'row')} of ${dimension} by ${network.network}: ${out}`)
    return exitCode.done
  } finally {
    await network.close()
  }
}

/** @throws KinemetricError `bad-option` for whole numbers (frames are not a network's input); what parsing throws */
async function readTensorFile(file: string): Promise<HostTensor> {
  const { data, shape, dtype } = parseNpy(await readRegularFile(file, { maxBytes: Infinity }), file)
  if (!/f[248]$/.test(dtype))
    throw cliError('bad-option', file, { expected: 'an array of floats, normalised', found: dtype })
  return { type: 'float32', data: data instanceof Float32Array ? data : Float32Array.from(data), shape }
}
