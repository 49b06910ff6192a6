import { codeText, otherVersionText } from '@kinemetric/records/code-version'
import { countOf } from '@kinemetric/files'
import { adapters } from '../datasets/catalogue.ts'
import { benchmarkError } from '../failures/benchmark-error.ts'
import type { Concluded } from '../prepare/conclude-preparation.ts'
import { preparationName } from '../prepare/preparation-files.ts'
import { shardText } from '../shards/shard.ts'
import { chooseNumber, type ChosenNumber } from '../shards/choose-number.ts'
import { someOf, wholeShards } from '../shards/whole-shards.ts'
import { type FoundPreparation, isFinished, lackingOf } from './find-preparations.ts'
import { joinRows } from './join-rows.ts'
import type { PrepareContext } from './prepare-shard-file.ts'

/** All shards of a preparation, what they say together, and shards of other numbers that are not needed. */
export interface ChosenPreparations extends ChosenNumber<FoundPreparation> {
  joined: Pick<Concluded, 'rows' | 'outcomes'>
}

/**
 * The shards of a preparation that are all there and finished. Of shards of several numbers those of the number that is whole; of several that are, which then say
 * the same, those of the smallest. @throws KinemetricError `bad-shards` for what keeps them from being one
 */
export function choosePreparations(found: readonly FoundPreparation[]): ChosenPreparations {
  /** By the number of shards. */
  const joined = new Map<number, ChosenPreparations['joined']>()
  const chosen = chooseNumber(found, {
    of: preparationName,
    shardOf: (each) => each.file.shard,
    wholeOf(some) {
      const [first] = some
      for (const other of some) requireAlike(first, other)
      const shards = wholeShards(some, { of: preparationName, shardOf: (each) => each.file.shard, oneOf })
      for (const each of shards) requireDone(each)
      const adapter = adapters.find(({ id }) => id === first.file.context.dataset)
      joined.set(shards.length, joinRows(shards, adapter))
      return shards
    },
    requireSame(shards, others) {
      requireAlike(shards[0], others[0])
      if (JSON.stringify(joined.get(shards.length)) === JSON.stringify(joined.get(others.length))) return
      throw benchmarkError('bad-shards', others[0].path, {
        expected: `shards of ${others.length} to say what those of ${shards.length} do`,
        found: 'other clips or rows',
        then: 'take the shards of one of the numbers out of the folder',
      })
    },
  })
  return { ...chosen, joined: joined.get(chosen.shards.length)! }
}

/** @throws KinemetricError `bad-shards`, naming in what the shards differ */
function requireAlike(first: FoundPreparation, other: FoundPreparation): void {
  const parts = differences(first.file.context, other.file.context)
  if (parts.length === 0) return
  throw benchmarkError('bad-shards', other.path, {
    expected: `the same as ${first.path}`,
    found: `other ${parts.join(', ')}`,
    then: 'run prepare --shard of those that are older again, which keeps clips that are the same',
  })
}

/** In what the contexts of two shards differ, in words. */
const words: Readonly<Record<Exclude<keyof PrepareContext, 'code'>, string>> = {
  dataset: 'dataset',
  protocol: 'protocol',
  options: 'options',
  stages: 'rules',
  all: 'rows of the dataset',
  notes: 'notes on the dataset',
}

function differences(a: PrepareContext, b: PrepareContext): string[] {
  const names = ['dataset', 'protocol', 'options', 'stages', 'code', 'all', 'notes'] as const
  const options = [...new Set([...Object.keys(a.options), ...Object.keys(b.options)])].filter(
    (name) => JSON.stringify(a.options[name]) !== JSON.stringify(b.options[name]),
  )
  return names
    .filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
    .map((name) => {
      if (name === 'code') return otherVersionText(codeText(b.code), codeText(a.code))
      return name === 'options' && options.length > 0 ? `options (${options.join(', ')})` : words[name]
    })
}

/** Of a shard that was prepared or copied several times: one that is finished, and all that are say the same. */
function oneOf(same: readonly [FoundPreparation, ...FoundPreparation[]]): FoundPreparation {
  const finished = same.filter(isFinished)
  const [chosen = same.toSorted((a, b) => b.journal.outcomes.size - a.journal.outcomes.size)[0]] = finished
  const other = finished.find((each) => !isSame(each, chosen))
  if (other === undefined) return chosen
  throw benchmarkError('bad-shards', other.path, {
    expected: `${shardText(chosen.file.shard)} to be what it is in ${chosen.path}`,
    found: 'other clips or rows',
  })
}

function isSame(a: FoundPreparation, b: FoundPreparation): boolean {
  return a.journal.sha256 === b.journal.sha256 && JSON.stringify(a.file.rows) === JSON.stringify(b.file.rows)
}

/** @throws KinemetricError `bad-shards` for clips that are not done, and for a journal that is not the one that its shard ended with */
function requireDone(found: FoundPreparation): void {
  if (isFinished(found)) return
  const { path, file, journal } = found
  const lacking = lackingOf(found)
  const { length } = file.rows.items
  const again = `run prepare --shard ${shardText(file.shard)} again, which goes on`
  if (lacking.length > 0 || file.journal === null)
    throw benchmarkError('bad-shards', path, {
      expected: `${countOf(length, 'clip')} in shard ${shardText(file.shard)}`,
      found: lacking.length === 0 ? 'all, and no end' : `${length - lacking.length}: ${someOf(lacking)} not prepared`,
      then: again,
    })
  throw benchmarkError('bad-shards', path, {
    expected: `the journal that shard ${shardText(file.shard)} ended with (sha256 ${file.journal.slice(0, 12)}…)`,
    found: `another (${journal.sha256.slice(0, 12)}…)`,
    then: again,
  })
}
