import type { MaskTracker } from '../../../roles/mask-tracker.ts'
import type { Sam2Networks } from '../../../roles/sam2-networks.ts'
import { networkError } from '../../../tracklets/network-error.ts'
import { predictStill } from './still-predictor.ts'
import { VideoPredictor } from './video-predictor.ts'

/** Both of SAM 2's predictors over its networks, which it closes. */
export function sam2Tracker(networks: Sam2Networks): MaskTracker {
  const { variant, version, imageSize } = networks.config
  const id = `sam${version}-${variant}`
  let video: VideoPredictor | undefined
  const begun = () => {
    if (video === undefined) throw networkError('bad-prompt', id, 'a video is begun before its frames come')
    return video
  }
  return {
    id,
    digest: networks.digest,
    imageSize,
    still: (frame, prompts, choices) => predictStill(networks, frame, prompts, choices),
    begin: async (plan, choices) => {
      video = new VideoPredictor(networks, plan, choices)
    },
    condition: async (frame, prompts) => begun().condition(frame, prompts),
    step: async (frame, objects, direction) => begun().step(frame, objects, direction),
    remembered: async () => begun().remembered(),
    close: () => networks.close(),
  }
}
