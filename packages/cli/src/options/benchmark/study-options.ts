import { delimiter } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { StudyAsk } from '@kinemetric/studies'
import { collectCheckpoint } from '../method-options.ts'
import { listOption } from '../list-option.ts'
import { type NetworkFlags, providerOption, threadsOption } from '../network-options.ts'
import { cacheChoice, type CacheFlags, noCacheOption } from '../cache-options.ts'
import { wholeNumber } from '../whole-number.ts'
import { checkpointWords, ownCheckpoints } from '../own-checkpoint.ts'
import { collectSetting } from './collect-setting.ts'

/** What a study is told beyond its benchmark. */
export interface StudyFlags extends NetworkFlags, CacheFlags {
  out?: string
  data?: Record<string, string[]>
  methods?: string[]
  protocols?: string[]
  variant?: string
  set?: Record<string, unknown>
  samples?: number
  seed?: number
  clips?: number
  checkpoint?: Record<string, string>
  unverified?: boolean
  weights?: string
  config?: string
}

/** Adds the options that say what is reproduced, of what. */
export function addStudyOptions(command: Command): void {
  command
    .option(
      '--out <folder>',
      'gets everything: clips, records, table, site (default: a folder of the benchmark’s name)',
    )
    .addOption(
      new Option(
        '--data <word=path>',
        'where data lies that has to be given, by the words that --plan names; the data set’s own name stands for the folder of all of it (repeatable)',
      ).argParser(collectData),
    )
    .option('--methods <list>', 'only these methods, also optional ones', listOption)
    .option('--protocols <list>', 'only these protocols of the benchmark', listOption)
    .option('--variant <id>', 'run the benchmark as this one of its variants has it, in a folder of its own')
    .option(
      '--set <name=value>',
      "a setting in place of the benchmark's, of methods that have it (repeatable)",
      collectSetting,
    )
    .option('--samples <n>', "samples of each clip in place of the benchmark's", wholeNumber(1))
    .option('--seed <n>', "in place of the benchmark's", wholeNumber(0))
    .option('--clips <n>', 'how many scenes, of a benchmark that makes its own', wholeNumber(1))
    .addOption(
      new Option(
        '--checkpoint <word=path>',
        'weights of one’s own, by the words of `kinemetric methods show`, of networks that measure, or `masks` (repeatable; with --unverified)',
      ).argParser(collectCheckpoint),
    )
    .option(
      '--unverified',
      'take weights though nothing vouches for their content (everything that comes of them says so)',
    )
    .option('--config <file>', 'with --checkpoint masks=…: sizes of a network of your own (JSON)')
    .option(
      '--weights <folders>',
      `where weights lie, separated by "${delimiter}" (default: KINEMETRIC_WEIGHTS, then the cache)`,
    )
    .addOption(providerOption())
    .addOption(threadsOption())
    .option('--cache <folder>', 'cache of features and tracks (default: cache/ in --out)')
    .addOption(noCacheOption())
}

/** Under which a checkpoint of what draws masks is given. */
const masksWord = 'masks'

/** The flags as a study takes them. */
export function studyAsk(flags: StudyFlags): Omit<StudyAsk, 'benchmark' | 'out'> {
  const { [masksWord]: maskCheckpoint, ...others } = flags.checkpoint ?? {}
  const given = Object.entries(others)
  const own = Object.fromEntries(given.filter(measures))
  return {
    data: flags.data,
    methods: flags.methods,
    protocols: flags.protocols,
    variant: flags.variant,
    settings: flags.set,
    samples: flags.samples,
    seed: flags.seed,
    clips: flags.clips,
    checkpoints: Object.fromEntries(given.filter((each) => !measures(each))),
    unverified: flags.unverified,
    maskCheckpoint,
    networkCheckpoints: ownCheckpoints({ checkpoint: own, unverified: flags.unverified === true }),
    weightFolders: flags.weights?.split(delimiter).filter((folder) => folder !== ''),
    provider: flags.provider,
    threads: flags.threads,
    cache: cacheChoice(flags),
  }
}

/** Whether a checkpoint is of a network that measures, and none that generates. */
function measures([word]: readonly [string, string]): boolean {
  return checkpointWords.includes(word)
}

/** Parses `--data word=path`. */
function collectData(text: string, previous: Record<string, string[]> = {}): Record<string, string[]> {
  const at = text.indexOf('=')
  if (at <= 0 || at === text.length - 1) throw new InvalidArgumentError(`expected word=path, found ${text}`)
  const [word, path] = [text.slice(0, at), text.slice(at + 1)]
  return { ...previous, [word]: [...(Object.hasOwn(previous, word) ? previous[word] : []), path] }
}
