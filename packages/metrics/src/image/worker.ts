// A worker thread of `createFrameMetricPool`: measures one part of a clip at a time. It imports neither decoders nor
// networks, so that it starts in milliseconds.

import { parentPort } from 'node:worker_threads'
import {
  measureFrameBytes,
  type FrameBytes,
  type FrameMeasurements,
  type FrameMetricPlan,
} from './frame-measurements.ts'

/** What the pool sends. */
export interface FrameMetricJob {
  clips: FrameBytes
  plan: FrameMetricPlan
}

/** What comes back. */
export type FrameMetricReply = { measurements: FrameMeasurements } | { error: unknown }

parentPort?.on('message', (job: FrameMetricJob) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(reply(job))
})

function reply({ clips, plan }: FrameMetricJob): FrameMetricReply {
  try {
    return { measurements: measureFrameBytes(clips, plan) }
  } catch (error) {
    return { error }
  }
}
