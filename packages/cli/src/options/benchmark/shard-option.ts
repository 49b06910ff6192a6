import { parseShard, type Shard, shardText } from '@kinemetric/benchmark'
import { Option } from 'commander'
import { cliError } from '../../output/cli-error.ts'

/** Of every command that does a part of its clips. @param does what it does with them, and what it leaves to `merge` */
export function shardOption(does: string): Option {
  return new Option('--shard <i/N>', does).argParser((text: string, before: Shard | undefined) => {
    // Whoever names two would find the first one missing when they are merged.
    if (before !== undefined)
      throw cliError('bad-option', '--shard', {
        expected: 'one shard',
        found: `${shardText(before)} and ${text}`,
        then: 'run the command once for each',
      })
    return parseShard(text)
  })
}
