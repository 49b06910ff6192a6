import { decodedBytes, heldSteps, type HostTensor, type LatentModel } from '@kinemetric/networks'

export interface FakeModel extends LatentModel {
  /** What was asked of it, in order. */
  readonly calls: string[]
  readonly fed: Readonly<Record<string, HostTensor>>[]
  closed: boolean
}

export function numbersOf({ data }: HostTensor): Float32Array {
  if (data instanceof Float32Array) return data
  throw new TypeError('expected float32')
}

/** A mean over the picture's 8×8 blocks in each of four channels (the fourth is the mean of the others), so that encoding and decoding are about inverse. */
function encodeBlocks({ shape, data }: HostTensor): HostTensor {
  const [count, , height, width] = shape
  const [h, w] = [height / 8, width / 8]
  const out = new Float32Array(count * 4 * h * w)
  for (let n = 0; n < count; n++)
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const value = Number(data[((n * 3 + c) * height + y) * width + x]) / 64
          const at = Math.floor(y / 8) * w + Math.floor(x / 8)
          out[(n * 4 + c) * h * w + at] += value
          out[(n * 4 + 3) * h * w + at] += value / 3
        }
  return { type: 'float32', data: out, shape: [count, 4, h, w] }
}

function decodeBlocks({ shape, data }: HostTensor): HostTensor {
  const [count, , h, w] = shape
  const out = new Float32Array(count * 3 * h * w * 64)
  for (let n = 0; n < count; n++)
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < h * 8; y++)
        for (let x = 0; x < w * 8; x++)
          out[((n * 3 + c) * h * 8 + y) * w * 8 + x] = Number(
            data[(n * 4 + c) * h * w + Math.floor(y / 8) * w + Math.floor(x / 8)],
          )
  return { type: 'float32', data: out, shape: [count, 3, h * 8, w * 8] }
}

/** A model of latents that is a few lines of arithmetic. @param step what a step makes of what it is fed */
export function fakeModel(step: (feeds: Readonly<Record<string, HostTensor>>) => HostTensor): FakeModel {
  const stepped: LatentModel['step'] = async (feeds) => {
    model.calls.push('step')
    model.fed.push(feeds)
    return step(feeds)
  }
  const model: FakeModel = {
    network: 'fake',
    digest: '0',
    scalingFactor: 0.5,
    sizeMultiple: 64,
    calls: [],
    fed: [],
    closed: false,
    encode: async (pictures) => {
      model.calls.push(`encode ${pictures.shape.join('×')}`)
      return encodeBlocks(pictures)
    },
    embed: async (picture) => {
      model.calls.push(`embed ${picture.shape.join('×')}`)
      const data = numbersOf(picture)
      return {
        type: 'float32',
        data: Float32Array.of(
          1 + data[0],
          data.reduce((a, b) => a + b, 0),
        ),
        shape: [1, 2],
      }
    },
    step: stepped,
    ...heldSteps(stepped),
    decode: async (latents) => {
      model.calls.push(`decode ${latents.shape.join('×')}`)
      return decodeBlocks(latents)
    },
    decodeBytes: async (latents) => {
      model.calls.push(`decodeBytes ${latents.shape.join('×')}`)
      return decodedBytes(decodeBlocks(latents))
    },
    close: async () => {
      model.closed = true
    },
  }
  return model
}
