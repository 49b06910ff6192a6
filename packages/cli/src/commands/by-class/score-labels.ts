import { Option } from 'commander'
import { type Evaluation, readClipLabels } from '@kinemetric/evaluation'
import { readClipRows } from '@kinemetric/records'
import { cliError } from '../../output/cli-error.ts'

export interface ScoreLabelsFlags {
  labels?: string
  shard?: unknown
}

/** `--labels` of `score`. */
export function labelsOption(): Option {
  return new Option(
    '--labels <file>',
    'class and label of clips, for tables by class and the site: CSV, JSON or JSON Lines with `clip` and `class` (or `template`) or `label`',
  )
}

/** Reads a file of labels before hours of scoring. @returns what leaves them beside records; @throws KinemetricError as `readClipLabels`, `bad-option` with shards */
export async function scoreLabels({ labels, shard }: ScoreLabelsFlags) {
  if (labels === undefined) return () => Promise.resolve()
  if (shard !== undefined)
    throw cliError('bad-option', '--labels', {
      expected: 'records to leave them beside',
      found: '--shard, which writes none',
    })
  const own = await readClipLabels(labels)
  return async (evaluations: readonly Evaluation[]) => {
    for (const { record, paths } of evaluations) {
      const clips = new Set(record.failures.map(({ clip }) => clip))
      for (const { clip } of await readClipRows(paths.table)) clips.add(clip)
      await own.leave(paths.folder, clips)
    }
  }
}
