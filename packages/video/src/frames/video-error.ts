import { errorsOf } from '@kinemetric/files'

/** The errors of reading and writing videos. What is wrong with one video is that clip's failure; a run goes on. */
export const videoError = errorsOf({
  'not-found': 'unfit',
  'not-readable': 'unfit',
  'not-a-video': 'unfit',
  empty: 'unfit',
  truncated: 'unfit',
  damaged: 'unfit',
  'no-frames': 'unfit',
  'too-few-frames': 'unfit',
  'too-large': 'unfit',
  'mixed-sizes': 'unfit',
  /** The frames asked for are not there, or make no sense. */
  'bad-window': 'unfit',
  'bad-size': 'unfit',
  /** Run lengths that stand for no mask. */
  'bad-mask': 'unfit',
  /** A codec, a rotation, timestamps or a playlist that is not followed. */
  unsupported: 'unfit',
  /** Neither node-av nor ffmpeg can be used here. */
  'no-decoder': 'missing',
  'write-failed': 'disk',
})
