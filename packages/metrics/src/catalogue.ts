import { fidInfo } from './distribution/fid.ts'
import { fvdInfo } from './distribution/fvd.ts'
import { kidInfo } from './distribution/kid.ts'
import { kvdInfo } from './distribution/kvd.ts'
import { endpointErrorInfo } from './endpoint-error.ts'
import { lpipsInfo } from './lpips.ts'
import type { MetricInfo } from './metric-info.ts'
import { motionFidelityInfo } from './motion-fidelity.ts'
import { psnrInfo } from './psnr.ts'
import { ssimInfo } from './ssim.ts'
import { tapvidDeltaInfo } from './tapvid-delta.ts'

/** Every metric of the toolkit. A new metric adds its line here and its exports to `index.ts`. */
export const metricCatalogue: readonly MetricInfo[] = [
  // image
  psnrInfo,
  ssimInfo,
  lpipsInfo,
  // distribution
  fidInfo,
  kidInfo,
  fvdInfo,
  kvdInfo,
  // motion
  motionFidelityInfo,
  endpointErrorInfo,
  tapvidDeltaInfo,
]
