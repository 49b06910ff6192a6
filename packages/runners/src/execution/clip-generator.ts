import type { ManifestClip } from '@kinemetric/benchmark'
import {
  conditionOf,
  oracleConditionOf,
  readAhead,
  unrelatedClipOf,
  unrelatedConditionOf,
} from '../generator/condition.ts'
import type { GenerateAsk, Generation, Generator, GeneratorOptions } from '../generator/generator.ts'
import type { NativeMethod } from '../methods/catalogue.ts'
import type { Execution, WantedSample } from './execution.ts'

/** A sample that is to be made, with all of the manifest that making it takes: it can be made in another process. */
export interface SampleTask extends WantedSample {
  /** The clip whose reference a method is given that sees another one's. */
  readonly other?: ManifestClip | undefined
}

/** A generator that knows what it is given of a clip, and how that is read. */
export interface ClipGenerator extends Pick<Generator, 'concurrent' | 'weights' | 'close'> {
  /** Makes ready what a sample is made of. @param ahead read it from now on, where that does any good */
  readonly ready: (task: SampleTask, ahead?: boolean) => (ask: GenerateAsk) => Promise<Generation>
}

/** @param root the manifest's folder @throws as `OpenGenerator` */
export async function openClipGenerator(
  native: NativeMethod,
  spec: Execution['method']['spec'],
  root: string,
  options: GeneratorOptions,
): Promise<ClipGenerator> {
  if (native.sees === 'reference')
    return withGiven(await (await native.load())(spec, options), ({ clip }) => oracleConditionOf(root, clip))
  if (native.sees === 'other-references')
    return withGiven(await (await native.load())(spec, options), ({ clip, other }) =>
      unrelatedConditionOf(root, clip, other),
    )
  return withGiven(await (await native.load())(spec, options), ({ clip }) => conditionOf(root, clip), readAhead)
}

function withGiven<Given>(
  generator: Generator<Given>,
  givenOf: (task: SampleTask) => Given,
  aheadOf = (given: Given) => given,
): ClipGenerator {
  return {
    concurrent: generator.concurrent,
    weights: generator.weights,
    close: () => generator.close(),
    ready: (task, ahead = false) => {
      const given = ahead ? aheadOf(givenOf(task)) : givenOf(task)
      return (ask) => generator.generate(given, ask)
    },
  }
}

/** The samples with what of the manifest making them takes besides their clips. */
export async function sampleTasks(
  native: NativeMethod,
  { samples, manifest }: Pick<Execution, 'samples' | 'manifest'>,
): Promise<SampleTask[]> {
  if (native.sees !== 'other-references') return [...samples]
  const otherOf = await unrelatedClipOf(manifest)
  return samples.map((wanted) => ({ ...wanted, other: otherOf(wanted.clip) }))
}
