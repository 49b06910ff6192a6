import { expect, it } from 'vitest'

import * as video from '../src/index.ts'

it('exports these names', () => {
  expect(Object.keys(video).sort()).toMatchInlineSnapshot(`
    [
      "VideoError",
      "alignCornersBilinear",
      "antialiasBilinear",
      "centreCrop",
      "centreCropOffset",
      "contiguous",
      "countFrames",
      "coverCrop",
      "coverResize",
      "coverSize",
      "cropFrames",
      "decoderIdentity",
      "floatFrameArray",
      "frameArray",
      "halfPixelBilinear",
      "hashFrames",
      "isContiguous",
      "listImages",
      "maskBounds",
      "maskCrop",
      "maskCropOffset",
      "pillowBicubic",
      "pillowBicubicFloat",
      "probeVideo",
      "readFrames",
      "readImage",
      "sliceFrames",
      "streamFrames",
      "tf1Bilinear",
      "torchNearest",
      "writeLossless",
      "writePngFolder",
      "writePreview",
    ]
  `)
})
