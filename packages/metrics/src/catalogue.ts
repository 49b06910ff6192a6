import { fidInfo } from './distribution/fid.ts'
import { fvdInfo } from './distribution/fvd.ts'
import { kidInfo } from './distribution/kid.ts'
import { kvdInfo } from './distribution/kvd.ts'
import { endpointErrorInfo } from './motion/endpoint-error.ts'
import { lpipsInfo } from './image/lpips.ts'
import type { MetricInfo } from './spec/metric-spec.ts'
import { motionFidelityInfo } from './motion/motion-fidelity.ts'
import { psnrInfo } from './image/psnr.ts'
import { ssimInfo } from './image/ssim.ts'
import { tapvidDeltaInfo } from './motion/tapvid-delta.ts'

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
