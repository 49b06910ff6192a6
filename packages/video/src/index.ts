export { alignCornersBilinear } from './align-corners-bilinear.ts'
export { antialiasBilinear } from './antialias-bilinear.ts'
export { centreCrop, centreCropOffset, cropFrames, type CropOffset } from './centre-crop.ts'
export { contiguous, isContiguous } from './contiguous.ts'
export { countFrames } from './count-frames.ts'
export { coverCrop, coverResize, type CoverFilter } from './cover-resize.ts'
export { coverSize } from './cover-size.ts'
export type { DecodeOptions, DecoderChoice } from './decode-options.ts'
export { decoderIdentity } from './decoder-identity.ts'
export {
  floatFrameArray,
  frameArray,
  type FloatFrameArray,
  type FrameArray,
  type Frames,
  type FrameWindow,
} from './frames.ts'
export { halfPixelBilinear } from './half-pixel-bilinear.ts'
export { hashFrames } from './hash-frames.ts'
export { listImages, readImage } from './image-folder.ts'
export { maskBounds, maskCrop, maskCropOffset } from './mask-crop.ts'
export { pillowBicubic } from './pillow-bicubic.ts'
export { pillowBicubicFloat } from './pillow-bicubic-float.ts'
export { probeVideo, type VideoInfo } from './probe-video.ts'
export { readFrames } from './read-frames.ts'
export { sliceFrames } from './slice-frames.ts'
export { streamFrames, type StreamedFrame } from './stream-frames.ts'
export { tf1Bilinear } from './tf1-bilinear.ts'
export { torchNearest } from './torch-nearest.ts'
export { VideoError, type VideoErrorCode } from './video-error.ts'
export { writeLossless } from './write-lossless.ts'
export { writePngFolder } from './write-png-folder.ts'
export { writePreview } from './write-preview.ts'
