import { parseShard } from '@kinemetric/benchmark'
import { Option } from 'commander'

/** Of every command that does a part of its clips. @param does what it does with them, and what it leaves to `merge` */
export function shardOption(does: string): Option {
  return new Option('--shard <i/N>', does).argParser(parseShard)
}
