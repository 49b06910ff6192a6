import { centredColumns } from '../../features/feature-matrix.ts'
import { type FeatureRows, rowBlocks } from '../../features/feature-rows.ts'
import { isGaussian, type RowsOrGaussian } from '../../features/rows-or-gaussian.ts'
import { quadraticForm, type QuadraticForm } from '../../linear-algebra/quadratic-form.ts'
import type { RowInfluences } from '../../spec/distance.ts'
import { JEDI_SCALE } from './jedi-score.ts'
import { knownMoment } from './second-moments.ts'

const BLOCK_ROWS = 1024

/**
 * First-order influence of each row on JEDi: with A = E[xxᵀ] − E[yyᵀ] that of a generated row is 2·xᵀAx less the mean of the same over the rows, and of a row
 * of the reference its negative. Pairs of a row with itself do not matter to first order.
 */
export async function jediInfluences(generated: FeatureRows, reference: RowsOrGaussian): Promise<RowInfluences> {
  const { dimension } = generated
  const [a, b] = [await knownMoment(generated), await knownMoment(reference)]
  const form = await quadraticForm(dimension, (start, end) => {
    const data = new Float64Array((end - start) * end)
    for (let i = start; i < end; i++)
      for (let j = 0; j < end; j++) {
        const at = i * dimension + j
        data[(i - start) * end + j] = a.moment[at] - b.moment[at]
      }
    return Promise.resolve({ data, rows: end - start, columns: end })
  })
  const scale = (2 * JEDI_SCALE) / dimension ** 2
  return {
    generated: await influencesOf(generated, form, scale),
    reference: isGaussian(reference) ? undefined : await influencesOf(reference, form, -scale),
  }
}

async function influencesOf(side: FeatureRows, form: QuadraticForm, scale: number): Promise<Float64Array> {
  const values = new Float64Array(side.rows)
  const zero = new Float64Array(side.dimension)
  const spare = new Float64Array(Math.min(BLOCK_ROWS, side.rows) * side.dimension)
  for await (const { start, block } of rowBlocks(side, BLOCK_ROWS))
    values.set(await form(centredColumns(block.data, block.rows, zero, spare)), start)
  const mean = values.reduce((sum, value) => sum + value, 0) / side.rows
  return values.map((value) => scale * (value - mean))
}
