import { stat } from 'node:fs/promises'
import {
  type ClipExplanation,
  explainClip,
  type ExplainedClipRecipe,
  type ReferenceSource,
} from '@kinemetric/evaluation'
import { countOf } from '@kinemetric/files'
import { findMetric } from '@kinemetric/metrics'
import { openCache } from '../../options/cache-options.ts'
import { protocolOption } from '../../options/benchmark/protocol-option.ts'
import { cliError } from '../../output/cli-error.ts'
import { interruptible } from '../../output/interruptible.ts'
import { print, printColumns, warn } from '../../output/print.ts'
import { inOneLine } from '../../output/visible.ts'
import { printJson } from '../../output/print-json.ts'
import { exitCode, type Outcome } from '../../output/exit-code.ts'
import type { ExplainFlags } from './explain-flags.ts'
import { settingText } from './setting-text.ts'

/** `kinemetric explain <metric> --clip <id>`: one clip's number, frame by frame and under every recipe. */
export async function explainOneClip(id: string, clip: string, flags: ExplainFlags): Promise<Outcome> {
  const metric = findMetric(id)
  const { checkpoint, exclude } = flags
  for (const [name, value] of Object.entries({ checkpoint, exclude }))
    if (value !== undefined)
      throw cliError('bad-option', `--${name}`, { expected: 'none beside --clip', found: String(value) })
  const protocol = flags.protocol === undefined ? undefined : await protocolOption(flags.protocol)
  const reference = await sourceOf(flags.reference)
  const explanation = await interruptible((signal) =>
    explainClip({
      metric,
      clip,
      reference,
      protocol,
      generated: flags.generated,
      sample: flags.sample,
      record: flags.record,
      tracker: flags.tracker,
      provider: flags.provider,
      threads: flags.threads,
      cache: openCache(flags)?.folder,
      signal,
    }),
  )
  if (flags.json) printJson(explanation)
  else printClip(explanation)
  if (explanation.recipes.some(({ value }) => value !== null)) return exitCode.done
  return explanation.recipes.every(({ reason }) => reason?.includes('weights') === true)
    ? exitCode.weightsMissing
    : exitCode.badInput
}

/** A manifest, or a folder of references. */
export async function sourceOf(reference: string | undefined): Promise<ReferenceSource | undefined> {
  if (reference === undefined) return undefined
  const isFolder = await stat(reference).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return isFolder ? { folder: reference } : { manifest: reference }
}

function printClip(found: ClipExplanation): void {
  const { metric, clip, sample, protocol, frames, size, recipes, defaultRecipe, record } = found
  const of = `${metric} of clip ${clip}${sample === null ? '' : `, sample ${sample}`}`
  print(
    `${of}, ${protocol.id} v${protocol.version}: ${frames.scored.length} of ${countOf(frames.all, 'frame')} compared, ${size.join('×')} (height × width); * is the protocol's recipe\n`,
  )
  const isUsual = ({ recipe }: ExplainedClipRecipe) => recipe.split('/')[0] === defaultRecipe
  const recorded = record !== undefined && record.samples === 1
  const header = ['recipe', 'value', ...(recorded ? [`record of ${record.method}`] : []), 'differs in']
  const rows = recipes.map((each) => [
    `${isUsual(each) ? '*' : ' '} ${each.recipe}`,
    each.value === null ? '-' : each.value.toPrecision(7),
    ...(recorded ? [recordText(each)] : []),
    differenceText(each),
  ])
  printColumns([header, ...rows])
  for (const { recipe, reason } of recipes) if (reason !== undefined) print(`${recipe}: no value: ${reason}`)
  const usual = recipes.find(isUsual)
  if (usual !== undefined && usual.frames.some((frame) => frame >= 0)) {
    print(`\nframes of ${usual.recipe}, the first of the video being 0`)
    printColumns(usual.frames.map((frame, at) => [String(frame), usual.values[at].toPrecision(7)]))
  }
  print(`\ngenerated frames ${found.sha256.generated}${sameText(found, 'generated')}`)
  if (found.sha256.reference !== null)
    print(`reference frames ${found.sha256.reference}${sameText(found, 'reference')}`)
  if (record !== undefined && record.samples > 1)
    print(`the record's value is of ${record.samples} samples of the clip: it is not held against this one`)
  for (const warning of found.warnings) warn(inOneLine(warning))
}

/** What the record has, and whether it is this very number. */
function recordText({ value, recorded }: ExplainedClipRecipe): string {
  if (recorded === undefined) return ''
  return value === recorded ? 'the same' : recorded.toPrecision(7)
}

function sameText({ record, sha256 }: ClipExplanation, side: 'generated' | 'reference'): string {
  if (record === undefined) return ''
  if (record.sha256 === null) return ' (the record does not say which it scored)'
  return record.sha256[side] === sha256[side] ? ' (those of the record)' : ` (the record's are ${record.sha256[side]})`
}

function differenceText({ differs }: ExplainedClipRecipe): string {
  return Object.entries(differs)
    .map(([name, [base, own]]) => `${name} ${settingText(own)} for ${settingText(base)}`)
    .join('; ')
}
