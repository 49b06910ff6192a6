import { centredRows, type FeatureMatrix, meanRow } from '../../features/feature-matrix.ts'
import { type FeatureRows, held } from '../../features/feature-rows.ts'

/** A side less its own mean row. */
export async function centred(rows: FeatureRows): Promise<FeatureMatrix> {
  const features = await held(rows)
  return { ...features, data: centredRows(features, meanRow(features)).data }
}
