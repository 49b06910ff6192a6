import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Manifest } from '@kinemetric/benchmark'
import { canonicalJson, partialSuffix, readJson, writeWhole } from '@kinemetric/files'
import type { WeightUse } from '@kinemetric/networks'
import { methodFileSchema, type MethodSpec } from '@kinemetric/records'
import { z } from 'zod'
import type { Device, Settings } from '../generator/generator.ts'
import { runnerError } from '../generator/runner-error.ts'

/** What must be the same for a run to go on. */
export interface RunIdentity {
  readonly method: MethodSpec
  readonly config: Settings
  readonly manifest: { readonly sha256: string; readonly protocol: Manifest['protocol'] }
}

/** `run.json` of a folder of generated clips, while a run works in it. */
export interface RunFile {
  /**
   * Says which weights the networks were opened with, before anything is made with them.
   * @throws KinemetricError `bad-output-folder` where what is there was made with others
   */
  readonly useWeights: (weights: readonly WeightUse[]) => Promise<void>
  /** Writes how the run ended. */
  readonly finish: (counts: Readonly<Record<string, unknown>>) => Promise<void>
}

const earlierSchema = z.looseObject({
  // A run of an earlier version goes on where its method is still the same one.
  method: methodFileSchema.optional().catch(undefined),
  started: z.string().optional().catch(undefined),
  device: z.string().optional().catch(undefined),
  devices: z.array(z.string()).optional().catch(undefined),
  weights: z
    .array(z.strictObject({ id: z.string(), sha256: z.string(), licence: z.string() }))
    .optional()
    .catch(undefined),
})

/**
 * Begins a run in a folder, or goes on with the one that is there. On another device a run goes on with a warning, and `devices` in run.json names all.
 * @throws KinemetricError `bad-output-folder` where the folder holds something else, or a run of another identity
 */
export async function openRunFile(
  out: string,
  identity: RunIdentity,
  device: Device,
  onWarning: (message: string) => void,
): Promise<RunFile> {
  const earlier = await readEarlier(out, identity)
  const before = earlier === undefined ? [] : (earlier.devices ?? [earlier.device ?? 'cpu'])
  const devices = [...new Set([...before, device])]
  if (devices.length > 1)
    onWarning(
      `what is there was made on ${before.join(' and ')}, what is missing is made on ${device}: run.json says so`,
    )
  const started = earlier?.started ?? new Date().toISOString()
  let weights: readonly WeightUse[] = earlier?.weights ?? []
  const write = async (rest: Readonly<Record<string, unknown>>) => {
    const run = {
      ...identity,
      ...(device === 'cpu' ? {} : { device }),
      ...(devices.length > 1 ? { devices } : {}),
      ...(weights.length === 0 ? {} : { weights }),
      started,
      ...rest,
    }
    await writeWhole(join(out, 'run.json'), canonicalJson(run))
  }
  if (earlier === undefined || devices.length > 1) await write({})
  return {
    useWeights: async (used) => {
      if (used.length === 0) return
      if (weights.length > 0 && !isDeepStrictEqual(hashesOf(weights), hashesOf(used)))
        throw runnerError('bad-output-folder', out, {
          expected: 'the weights that the clips there were made with',
          found: 'others',
          then: 'choose another folder or remove this one',
        })
      weights = used
      await write({})
    },
    finish: async (counts) => write({ ...counts, finished: new Date().toISOString() }),
  }
}

function hashesOf(weights: readonly WeightUse[]): string[] {
  return weights.map(({ sha256 }) => sha256).sort()
}

async function readEarlier(out: string, identity: RunIdentity): Promise<z.infer<typeof earlierSchema> | undefined> {
  const names = (await readdir(out)).filter((name) => !name.startsWith('.') && !name.endsWith(partialSuffix))
  if (names.length === 0) return undefined
  const earlier = await readJson(join(out, 'run.json'), earlierSchema).catch((cause: unknown) => {
    const said = { expected: "an empty folder or an earlier run's (with run.json)", found: 'other files' }
    throw runnerError('bad-output-folder', out, said, { cause })
  })
  for (const [key, value] of Object.entries(identity)) {
    const [before, now]: unknown[] = [earlier[key], value]
    if (key === 'method' ? isDeepStrictEqual(asMade(before), asMade(now)) : isDeepStrictEqual(before, now)) continue
    throw runnerError('bad-output-folder', out, {
      expected: `the run of the same ${key} to go on with`,
      found: "another one's",
      then: 'choose another folder or remove this one',
    })
  }
  return earlier
}

/**
 * A method without what changes nothing that it makes: what it is taken for, which clips it takes, and the words and ranges of its settings, whose values are the
 * run's `config`.
 */
function asMade(part: unknown): unknown {
  if (typeof part !== 'object' || part === null) return part
  const wordsAlone = ['bound', 'summary', 'capabilities', 'defaults', 'settings', 'presets', 'checkpoints']
  return Object.fromEntries(Object.entries(part).filter(([key]) => !wordsAlone.includes(key)))
}
