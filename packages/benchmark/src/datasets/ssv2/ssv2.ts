import { readdir } from 'node:fs/promises'
import { isError, portableMessage, systemReason } from '@kinemetric/files'
import { z } from 'zod'
import { benchmarkError } from '../../failures/benchmark-error.ts'
import type { Removal } from '../../selection/funnel.ts'
import type { DatasetAdapter, DatasetContext, DatasetElsewhere, DatasetItem, MaskDrawer } from '../dataset-adapter.ts'
import { videoSource } from '../frame-source.ts'
import { classOf } from './labels/classes.ts'
import { stages } from './judge-row.ts'
import { joinCopies } from './copy-state.ts'
import { joinCosts, maskCost } from './mask-cost.ts'
import { masksOf } from './clip-masks.ts'
import { type Ssv2Options, ssv2Options } from './options.ts'
import { paperCounts } from './labels/releases.ts'
import { rulesOf, type Ssv2Rules } from './rules.ts'
import { otherRate, type SelectedRow, type Selection, selectRows } from './select-rows.ts'

/**
 * Something-Something-v2 with the boxes of Something-Else, from their own files, selected as InterDyn's paper says (arXiv:2412.11785, section 4.1) where it
 * says something. Each clip has its own start and crop.
 */
export const ssv2: DatasetAdapter<Ssv2Options> = {
  id: 'ssv2',
  title: 'Something-Something-v2 with Something-Else’s boxes',
  options: ssv2Options,
  withoutFolder: true,
  stages,
  warningsByReason: true,
  joinFacts: { kept: joinKept, masks: joinCosts, copy: joinCopies },
  stagesFor: ({ visibleIn }) => stages.filter((stage) => stage !== 'cropped-out' || visibleIn === 'crop'),
  async *clips(_folder, options, context) {
    requireControl(options, context)
    if (options.masks !== undefined) await requireMasks(options.masks)
    // Before anything is read: weights that are missing are said at once.
    const drawer = options.control === 'sam2' && !context.plan ? await context.drawMasks?.() : undefined
    const rules = rulesOf(options, context.protocol.identity)
    const selection = await selectRows(rules, { ...context, hurry: context.plan })
    yield { facts: factsOf(selection, options, rules) }
    for (const { id, reason, message } of selection.warnings) yield { id, reason, warning: message }
    for (const note of selection.notes) yield { note }
    for (const row of rowsOf(selection)) {
      if (!('kept' in row)) yield row
      else
        yield await clipOf(row.kept, options, drawer, context.signal).catch((error: unknown) => {
          // What is wrong with one clip's masks is wrong with that clip.
          if (!isError(error, 'unfit')) throw error
          return { id: row.kept.row.id, problem: portableMessage(error) }
        })
    }
  },
}

/** All rows of the labels in the order of their ids as strings. */
function rowsOf({ removals, kept, elsewhere }: Selection): (Removal | DatasetElsewhere | { kept: SelectedRow })[] {
  const rows = [
    ...removals.map((row) => ({ id: row.id, row })),
    ...kept.map((each) => ({ id: each.row.id, row: { kept: each } })),
    ...elsewhere.map((id) => ({ id, row: { elsewhere: id } })),
  ]
  return rows.sort((a, b) => (a.id === b.id ? 0 : a.id < b.id ? -1 : 1)).map(({ row }) => row)
}

/** What shards say of the rows that they keep, in the order of all. */
function joinKept(parts: readonly unknown[]): Record<string, unknown> {
  const kept = parts.flatMap((part) => Object.entries(keptSchema.parse(part)))
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const keptSchema = z.record(z.string(), z.json())

/** @throws KinemetricError `no-masks`, with the command; `bad-option` */
function requireControl({ control, masks }: Ssv2Options, { plan, drawMasks }: DatasetContext): void {
  if (masks !== undefined && control !== 'masks')
    throw benchmarkError('bad-option', `--control ${control}`, {
      expected: '--control masks where --masks is given: no two kinds of control are mixed',
      found: `--masks ${masks}`,
    })
  if (control === 'masks' && masks === undefined)
    throw benchmarkError('bad-option', '--control masks', { expected: '--masks, a folder of masks', found: 'none' })
  if (control === 'sam2' && drawMasks === undefined && !plan)
    throw benchmarkError('no-masks', '--control sam2', {
      expected: 'masks of hands and objects by SAM 2',
      found: 'none',
      then: 'make them with "kinemetric masks" and give them by --control masks --masks, or take --control box, which needs no weights',
    })
}

/** Once for all clips, of which every one would else fail. @throws KinemetricError `bad-option` */
async function requireMasks(folder: string): Promise<void> {
  await readdir(folder).catch((cause: unknown) => {
    const said = { expected: 'a readable folder of masks (<id>/hand/0001.png, …)', found: systemReason(cause) }
    throw benchmarkError('bad-option', `--masks ${folder}`, said, { cause })
  })
}

/** What `prepare.json` says beside the funnel. */
function factsOf({ kept, copy }: Selection, { split }: Ssv2Options, rules: Ssv2Rules) {
  const { size, frames, stride, minFrames } = rules
  const [height, width] = size
  return {
    rules: { size, frames, stride, minFrames },
    kept: Object.fromEntries(kept.map(({ row, facts }) => [row.id, facts])),
    paper: paperCounts[split][`${height}x${width}`] ?? null,
    masks: maskCost(kept),
    copy,
  }
}

async function clipOf(
  selected: SelectedRow,
  options: Ssv2Options,
  drawer: MaskDrawer | undefined,
  signal: AbortSignal | undefined,
): Promise<DatasetItem> {
  const { row, path, probe, facts } = selected
  const { id, label, template } = row
  const rate = otherRate(probe)
  if (rate !== undefined) return { id, problem: rate }
  const texts = { label, template, class: classOf(template) }
  const masked = await masksOf(selected, options, drawer, signal)
  return {
    id,
    video: videoSource(path),
    name: `${id}.webm`,
    text: texts[options.text],
    ...texts,
    window: { start: facts.start },
    crop: facts.crop,
    ...masked,
  }
}
