import { vbenchBackgroundSpec } from './consistency/vbench-background.ts'
import { vbenchFlickerSpec } from './consistency/vbench-flicker.ts'
import { vbenchSubjectSpec } from './consistency/vbench-subject.ts'
import { fdDinov2Spec } from './distribution/dinov2/fd-dinov2.ts'
import { kdDinov2Spec } from './distribution/dinov2/kd-dinov2.ts'
import { fidSpec } from './distribution/fid.ts'
import { fvdSpec } from './distribution/fvd.ts'
import { fvmdSpec } from './distribution/fvmd/fvmd.ts'
import { kidSpec } from './distribution/kid.ts'
import { kvdSpec } from './distribution/kvd.ts'
import { fdSpec } from './distribution/given/fd.ts'
import { kdSpec } from './distribution/given/kd.ts'
import { jediSpec } from './distribution/jedi/jedi.ts'
import { coverageSpec } from './distribution/prdc/coverage.ts'
import { densitySpec } from './distribution/prdc/density.ts'
import { precisionSpec } from './distribution/prdc/precision.ts'
import { recallSpec } from './distribution/prdc/recall.ts'
import { lpipsSpec } from './image/lpips.ts'
import { msSsimSpec } from './image/ms-ssim.ts'
import { psnrSpec } from './image/psnr.ts'
import { ssimSpec } from './image/ssim.ts'
import { endpointErrorSpec } from './motion/endpoint-error.ts'
import { motionFidelitySpec } from './motion/motion-fidelity.ts'
import { tapvidDeltaSpec } from './motion/tapvid-delta.ts'
import { physicsIqSpec } from './physics/physics-iq.ts'
import { counterfactualSpec } from './probes/counterfactual.ts'
import { falseMotionSpec } from './probes/false-motion.ts'
import { forcePropagationSpec } from './probes/force-propagation.ts'
import { leakageSpec } from './probes/leakage.ts'
import type { MetricSpec } from './spec/metric-spec.ts'

/** Every metric of the toolkit. A new metric adds its line here. */
export const metricCatalogue: readonly MetricSpec[] = [
  // image
  psnrSpec,
  ssimSpec,
  msSsimSpec,
  lpipsSpec,
  // distribution
  fidSpec,
  kidSpec,
  fvdSpec,
  kvdSpec,
  jediSpec,
  fdDinov2Spec,
  kdDinov2Spec,
  fdSpec,
  kdSpec,
  precisionSpec,
  recallSpec,
  densitySpec,
  coverageSpec,
  fvmdSpec,
  // motion
  motionFidelitySpec,
  endpointErrorSpec,
  tapvidDeltaSpec,
  // physics
  physicsIqSpec,
  // probes
  forcePropagationSpec,
  falseMotionSpec,
  counterfactualSpec,
  leakageSpec,
  // consistency of a video with itself
  vbenchFlickerSpec,
  vbenchSubjectSpec,
  vbenchBackgroundSpec,
]
