import { scanTable } from '@kinemetric/records'

/** What a table has of one metric under one recipe. */
export interface TableSeries {
  /** Clips in the table's order, with the values of their frames in order; NaN where undefined. */
  frames: Map<string, number[]>
  /** The clips' own values. */
  own: Map<string, number>
  /** Of clips with several samples the values of each one, in the table's order: of its frames, or its one value. */
  samples: Map<string, Map<string, number[]>>
  /** Whether any row is of one sample of several. */
  hasSamples: boolean
}

/** A metric under a recipe as a key. */
export function seriesKey(metric: string, recipe: string): string {
  return JSON.stringify([metric, recipe])
}

/** A table by metric and recipe. @throws KinemetricError as `scanTable` */
export async function readSeries(path: string): Promise<Map<string, TableSeries>> {
  const all = new Map<string, TableSeries>()
  await scanTable(path, ['clip', 'frame', 'metric', 'recipe', 'value', 'sample'], (group) => {
    const [clips, metrics, recipes] = [group.texts('clip'), group.texts('metric'), group.texts('recipe')]
    const [frames, values] = [group.numbers('frame'), group.numbers('value')]
    let [lastMetric, lastRecipe, series] = ['', '', undefined as TableSeries | undefined]
    for (let row = 0; row < group.rows; row++) {
      if (series === undefined || metrics[row] !== lastMetric || recipes[row] !== lastRecipe) {
        ;[lastMetric, lastRecipe] = [metrics[row], recipes[row]]
        const key = seriesKey(lastMetric, lastRecipe)
        series = all.get(key) ?? { frames: new Map(), own: new Map(), samples: new Map(), hasSamples: false }
        all.set(key, series)
      }
      const sample = group.samples?.[row] ?? ''
      if (sample !== '') addSample(series, clips[row], sample, frames[row], values[row])
      else if (frames[row] === -1) series.own.set(clips[row], values[row])
      else {
        const known = series.frames.get(clips[row])
        if (known === undefined) series.frames.set(clips[row], [values[row]])
        else known.push(values[row])
      }
    }
  })
  return all
}

/** A sample's own row stands behind its frames' and says nothing more where it has these. */
function addSample(series: TableSeries, clip: string, sample: string, frame: number, value: number): void {
  series.hasSamples = true
  const ofClip = series.samples.get(clip) ?? new Map<string, number[]>()
  series.samples.set(clip, ofClip)
  const known = ofClip.get(sample)
  if (known === undefined) ofClip.set(sample, [value])
  else if (frame !== -1) known.push(value)
}
