import { Option } from 'commander'
import type { GivenFiles } from '@kinemetric/evaluation'
import { didYouMean } from '@kinemetric/files'
import { requireEncoderName } from '@kinemetric/metrics'
import { cliError } from '../../output/cli-error.ts'

/** Rows of encoders of one's own, by encoder. */
export interface GivenFlags {
  features?: Record<string, string>
  referenceFeatures?: Record<string, string>
}

/** `--features` and `--reference-features` of `score`. */
export function givenOptions(): Option[] {
  return [
    new Option(
      '--features <name=file>',
      'features of the generated clips by an encoder of your own (.npz with names of clips, or .npy with a row for each in order; repeatable): fd, kd, prdc and others of any features are then of these',
    ).argParser(collect('--features')),
    new Option('--reference-features <name=file>', 'the same of the reference clips').argParser(
      collect('--reference-features'),
    ),
  ]
}

function collect(option: string) {
  return (text: string, before: Record<string, string> = {}): Record<string, string> => {
    const [, name, file] = /^([^=]+)=(.+)$/s.exec(text) ?? []
    if (name === undefined || file === undefined)
      throw cliError('bad-option', option, { expected: '<name>=<file>, as dino-x=features.npz', found: text })
    requireEncoderName(name, option)
    if (Object.hasOwn(before, name))
      throw cliError('bad-option', option, { expected: 'one file for each encoder', found: `two for ${name}` })
    return { ...before, [name]: file }
  }
}

/** Both sides of each encoder. @throws KinemetricError `bad-option` where one side has none */
export function givenFiles({ features = {}, referenceFeatures = {} }: GivenFlags): GivenFiles[] {
  const names = [...new Set([...Object.keys(features), ...Object.keys(referenceFeatures)])]
  return names.map((name) => {
    const [generated, reference] = [features[name], referenceFeatures[name]]
    if (generated !== undefined && reference !== undefined) return { name, generated, reference }
    const [lacking, others] =
      generated === undefined ? ['--features', features] : ['--reference-features', referenceFeatures]
    const known = Object.keys(others)
    throw cliError('bad-option', lacking, {
      expected: `${name}=<file>, the other side of ${name}`,
      found: known.length === 0 ? 'none' : known.join(', '),
      then: didYouMean(name, known),
    })
  })
}
