export { alignCornersBilinear } from './resize/align-corners-bilinear.ts'
export { antialiasBilinear } from './resize/antialias-bilinear.ts'
export { type BinaryMask, type MaskExtent, maskExtent } from './masks/binary-mask.ts'
export { centreCrop, centreCropOffset, cropFrames, type CropOffset } from './resize/centre-crop.ts'
export { contiguous, isContiguous } from './frames/contiguous.ts'
export { countFrames } from './decode/count-frames.ts'
export { coverCrop, coverResize, type CoverFilter } from './resize/cover-resize.ts'
export { coverSize } from './resize/cover-size.ts'
export type { DecodeOptions, DecoderChoice } from './decode/decode-options.ts'
export { decoderIdentity } from './decode/decoder-identity.ts'
export {
  floatFrameArray,
  frameArray,
  type FloatFrameArray,
  type FrameArray,
  type Frames,
  type FrameWindow,
} from './frames/frames.ts'
export { halfPixelBilinear } from './resize/half-pixel-bilinear.ts'
export { hashFrames } from './frames/hash-frames.ts'
export { hasEnding, imageEndings, otherImageEndings, videoEndings } from './frames/endings.ts'
export { listImages } from './images/list-images.ts'
export { readImage } from './images/read-image.ts'
export { requireRoom } from './frames/limits.ts'
export type { OnWarning, VideoWarning, WarningCode } from './frames/video-warning.ts'
export { maskBounds, maskCrop, maskCropOffset } from './resize/mask-crop.ts'
export { pillowBicubic } from './resize/pillow-bicubic.ts'
export { pillowBicubicFloat } from './resize/pillow-bicubic-float.ts'
export { probeVideo, type VideoInfo } from './decode/probe-video.ts'
export { readFrames } from './decode/read-frames.ts'
export { decodeRunLengths, encodeRunLengths, type RunLengths } from './masks/run-lengths.ts'
export { sliceFrames } from './frames/slice-frames.ts'
export { streamFrames, type StreamedFrame } from './decode/stream-frames.ts'
export { tf1Bilinear } from './resize/tf1-bilinear.ts'
export { torchNearest } from './resize/torch-nearest.ts'
export { writeLossless } from './encode/write-lossless.ts'
export { writePngFolder } from './encode/write-png-folder.ts'
export { writePreview } from './encode/write-preview.ts'
export { pickFrames } from './frames/pick-frames.ts'
