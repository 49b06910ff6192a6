import { InvalidArgumentError, Option } from 'commander'
import { cardsOfWord, networkCatalogue } from '@kinemetric/networks/catalogue'
import { cliError } from '../output/cli-error.ts'
import { either } from './either.ts'

/** Words for the networks that a single checkpoint can stand in for: an id's first part (`inception` for `inception-2015-12-05`). */
export const checkpointWords: readonly string[] = [...new Set(networkCatalogue.flatMap(wordsOf))]

/** The word of a network of one file or with a main part, and `<word>/<part>` for its other parts. */
function wordsOf({ id, parts, mainPart }: (typeof networkCatalogue)[number]): string[] {
  const word = id.split('-', 1)[0]
  const names = Object.keys(parts)
  if (mainPart === undefined) return names.length === 1 ? [word] : []
  return [word, ...names.filter((name) => name !== mainPart).map((name) => `${word}/${name}`)]
}

/** A checkpoint given by hand. */
export interface CheckpointFlags {
  checkpoint?: string | undefined
  probe?: string | undefined
  unverified?: boolean | undefined
}

/** Checkpoints given by hand, by the word for their network. */
export interface CheckpointsFlags {
  checkpoint?: Readonly<Record<string, string>>
  unverified?: boolean
}

export function checkpointOption(): Option {
  return new Option(
    '--checkpoint <file>',
    'a checkpoint of your own, in any container and naming that is known (with --unverified)',
  )
}

/** `--checkpoint <network=file>`, for a command that opens several networks. */
export function checkpointsOption(): Option {
  return new Option(
    '--checkpoint <network=file>',
    `a checkpoint of your own for ${either(checkpointWords)} (repeatable; with --unverified; the record says so)`,
  ).argParser((text: string, previous: Record<string, string> | undefined) => {
    const at = text.indexOf('=')
    const network = text.slice(0, Math.max(0, at))
    if (!checkpointWords.includes(network) || at === text.length - 1)
      throw new InvalidArgumentError(
        `expected one of ${checkpointWords.map((word) => `${word}=<file>`).join(', ')}; found ${text}`,
      )
    return { ...previous, [network]: text.slice(at + 1) }
  })
}

export function probeOption(): Option {
  return new Option('--probe <file>', 'with --checkpoint: the probe that a network pools its tokens by (vjepa, vjepa2)')
}

export function unverifiedOption(): Option {
  return new Option('--unverified', 'use --checkpoint without knowing its content')
}

/** Checkpoints by the ids of all networks that their words stand for. */
export function ownCheckpoints({ checkpoint = {}, unverified }: CheckpointsFlags): Record<string, string> | undefined {
  const files = Object.entries(checkpoint)
  if (files.length === 0) return undefined
  requireUnverified({ checkpoint: Object.values(checkpoint).join(', '), unverified })
  return Object.fromEntries(
    files.flatMap(([given, file]) => {
      const [word, ...part] = given.split('/')
      return cardsOfWord(word).map(({ id }) => [[id, ...part].join('/'), file])
    }),
  )
}

/** A checkpoint given by hand, as the checkpoint of this network. @throws as `requireUnverified` */
export function ownCheckpoint(network: string, flags: CheckpointFlags): Record<string, string> | undefined {
  requireUnverified(flags)
  const { checkpoint, probe } = flags
  if (checkpoint === undefined) return undefined
  return { [network]: checkpoint, ...(probe === undefined ? {} : { [`${network}/probe`]: probe }) }
}

/** @throws KinemetricError `bad-option` where a checkpoint is given without saying that nobody has checked it */
export function requireUnverified({ checkpoint, probe, unverified }: CheckpointFlags): void {
  if (probe !== undefined && checkpoint === undefined)
    throw cliError('bad-option', `--probe ${probe}`, { expected: '--checkpoint beside it', found: 'it alone' })
  if (checkpoint === undefined || unverified === true) return
  throw cliError('bad-option', `--checkpoint ${checkpoint}`, {
    expected: '--unverified beside it',
    found: 'it alone',
    then: 'nothing vouches for the content of a file given by hand',
  })
}
