import type { MetricInfo } from './metric-info.ts'
import { psnrInfo } from './psnr.ts'

/** Every metric of the toolkit. A new metric adds its line here and its exports to `index.ts`. */
export const metricCatalogue: readonly MetricInfo[] = [
  // image
  psnrInfo,
  // distribution
  // motion
]
