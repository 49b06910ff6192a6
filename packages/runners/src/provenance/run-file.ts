import { isDeepStrictEqual } from 'node:util'
import type { Manifest } from '@kinemetric/benchmark'
import type { WeightUse } from '@kinemetric/networks'
import { methodFileSchema, type MethodSpec } from '@kinemetric/records'
import { z } from 'zod'
import type { Device, Settings } from '../generator/generator.ts'
import { runnerError } from '../generator/runner-error.ts'
import type { RunFields } from './run-fields.ts'
import type { RunPlace } from './run-place.ts'
import { otherRoundings, type RunEnvironment } from './run-environment.ts'
import { algorithmOf, requireSameNoise, type RunNoise } from './same-noise.ts'
import { type SampleThere, samplesThere } from './samples-there.ts'

/** What must be the same for a run to go on. */
export interface RunIdentity {
  readonly method: MethodSpec
  readonly config: Settings
  readonly manifest: { readonly sha256: string; readonly protocol: Manifest['protocol'] }
}

/** How a run goes on from here, which may differ from what was made before. */
export interface RunBeginning {
  readonly device: Device
  readonly weights: readonly WeightUse[]
  readonly environment: RunEnvironment
}

/** `run.json` of a folder of generated clips, or the file of a shard, while a run works in it. */
export interface RunFile {
  /** The samples that are there from before. */
  readonly there: readonly SampleThere[]
  /**
   * Says with what clips are made from now on, before anything is made: on another device with a warning, and `devices` names all; in another environment
   * (`environments`). Until then nothing is written: a run that is refused leaves nothing that the next one would have to be like.
   * @throws KinemetricError `bad-output-folder` where what is there was made with other weights
   */
  readonly begin: (now: RunBeginning) => Promise<void>
  /** Writes how the run ended. */
  readonly finish: (counts: Pick<RunFields, 'samples' | 'counts' | 'pairs'>) => Promise<void>
}

const environmentSchema = z.record(z.string(), z.json())

const earlierSchema = z.looseObject({
  // A run of an earlier version goes on where its method is still the same one.
  method: methodFileSchema.optional().catch(undefined),
  started: z.string().optional().catch(undefined),
  device: z.string().optional().catch(undefined),
  devices: z.array(z.string()).optional().catch(undefined),
  environment: environmentSchema.optional().catch(undefined),
  environments: z.array(environmentSchema).optional().catch(undefined),
  weights: z
    .array(z.strictObject({ id: z.string(), sha256: z.string(), licence: z.string() }))
    .optional()
    .catch(undefined),
})

type Earlier = z.infer<typeof earlierSchema>

/**
 * Looks at the run that is to go on in a folder, or at an empty one.
 * @param noise of a method that draws any
 * @throws KinemetricError `bad-output-folder` where the folder holds something else, or samples of another identity or noise
 */
export async function openRunFile(
  place: RunPlace,
  identity: RunIdentity,
  noise: RunNoise | undefined,
  onWarning: (message: string) => void,
): Promise<RunFile> {
  const { out } = place
  const there = await samplesThere(out, place.isOwn)
  const earlier = await readEarlier(place, identity, there)
  const others = await place.others()
  for (const { path, run } of others) requireSameRun(path, run, identity, ['method', 'config', 'manifest'])
  if (noise !== undefined) await requireSameNoise(out, there, noise)
  const before = earlier === undefined ? [] : (earlier.devices ?? [earlier.device ?? 'cpu'])
  let [device, devices] = [earlier?.device ?? 'cpu', before]
  let weights: readonly WeightUse[] = earlier?.weights ?? []
  let environment: RunFields['environment'] = earlier?.environment
  let environments: NonNullable<RunFields['environments']> =
    earlier?.environments ?? (environment === undefined ? [] : [environment])
  const started = earlier?.started ?? new Date().toISOString()
  const write = async (
    rest: Pick<RunFields, 'samples' | 'counts' | 'pairs' | 'finished'>,
    isFinished: boolean,
  ): Promise<void> => {
    const run: RunFields = {
      ...identity,
      ...(noise === undefined ? {} : { noise: { algorithm: algorithmOf(noise) } }),
      ...(device === 'cpu' ? {} : { device }),
      ...(devices.length > 1 ? { devices } : {}),
      ...(weights.length === 0 ? {} : { weights: [...weights] }),
      ...(environment === undefined ? {} : { environment }),
      ...(environments.length > 1 ? { environments } : {}),
      started,
      ...rest,
    }
    await place.write(run, isFinished)
  }
  return {
    there,
    begin: async (now) => {
      for (const before of [weights, ...others.map(({ run }) => run.weights ?? [])])
        requireSameWeights(out, before, now)
      if (now.weights.length > 0) weights = now.weights
      device = now.device
      devices = [...new Set([...before, device])]
      if (devices.length > 1)
        onWarning(
          `what is there was made on ${before.join(' and ')}, what is missing is made on ${device}: run.json says so`,
        )
      const otherwise =
        noise === undefined || earlier?.environment === undefined
          ? []
          : otherRoundings(earlier.environment, now.environment)
      if (devices.length === 1 && otherwise.length > 0)
        onWarning(
          `what is there was made in another environment (${otherwise.join(', ')}): what is missing may differ by a rounding from what would have been made there; run.json has both`,
        )
      environment = fieldsOf(now.environment)
      if (!environments.some((each) => isDeepStrictEqual(each, environment)))
        environments = [...environments, environment]
      await write({}, false)
    },
    finish: async (counts) => write({ ...counts, finished: new Date().toISOString() }, true),
  }
}

function hashesOf(weights: readonly Pick<WeightUse, 'sha256'>[]): string[] {
  return weights.map(({ sha256 }) => sha256).sort()
}

/** @throws KinemetricError `bad-output-folder` */
function requireSameWeights(
  out: string,
  before: readonly Pick<WeightUse, 'sha256'>[],
  { weights }: Pick<RunBeginning, 'weights'>,
): void {
  if (before.length === 0 || weights.length === 0 || isDeepStrictEqual(hashesOf(before), hashesOf(weights))) return
  throw runnerError('bad-output-folder', out, {
    expected: 'the weights that the clips there were made with',
    found: 'others',
    then: 'choose another folder or remove this one',
  })
}

/** As JSON has it. */
function fieldsOf(environment: RunEnvironment): NonNullable<RunFields['environment']> {
  return environmentSchema.parse(JSON.parse(JSON.stringify(environment)))
}

/** What a run that is there says of itself, as far as samples of it are there to be gone on with; undefined where none is. */
async function readEarlier(
  place: RunPlace,
  identity: RunIdentity,
  there: readonly SampleThere[],
): Promise<Earlier | undefined> {
  const found = await place.read()
  if (found === undefined) return undefined
  const { data: earlier } = earlierSchema.safeParse(found)
  if (earlier === undefined)
    throw runnerError('bad-output-folder', place.out, {
      expected: "an empty folder or an earlier run's (with run.json)",
      found: 'other files',
    })
  // Failures are made anew, with whatever settings; but they must be of the same clips.
  const made = there.some(({ item }) => item === undefined || item.status === 'ok')
  const binding: readonly (keyof RunIdentity)[] = made
    ? ['method', 'config', 'manifest']
    : there.length > 0
      ? ['manifest']
      : []
  requireSameRun(place.out, earlier, identity, binding)
  return made ? earlier : undefined
}

/** @throws KinemetricError `bad-output-folder` */
function requireSameRun(
  where: string,
  earlier: Readonly<Record<string, unknown>>,
  identity: RunIdentity,
  binding: readonly (keyof RunIdentity)[],
): void {
  for (const key of binding) {
    const [before, now]: unknown[] = [earlier[key], identity[key]]
    if (key === 'method' ? isDeepStrictEqual(asMade(before), asMade(now)) : isDeepStrictEqual(before, now)) continue
    throw runnerError('bad-output-folder', where, {
      expected: `the run of the same ${key} to go on with`,
      found: "another one's",
      then: 'choose another folder or remove this one',
    })
  }
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
