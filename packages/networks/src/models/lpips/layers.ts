import type { WinogradKind } from './winograd.ts'

/** The three networks that LPIPS comes with. */
export type LpipsNet = 'alex' | 'vgg' | 'squeeze'

/** Of heads and input: `0.0`, the first release, gave the network x/127.5 − 1 as it is; `0.1` scales it per channel before. */
export type LpipsVersion = '0.0' | '0.1'

/** The id of a network: the usual version goes without saying. */
export function lpipsId(net: LpipsNet, version: LpipsVersion): string {
  return version === '0.1' ? `lpips-${net}` : `lpips-v${version}-${net}`
}

/** One layer of `features` in torchvision's numbering, or what follows it. */
export type LpipsLayer =
  | {
      readonly kind: 'convolution'
      readonly index: number
      readonly shape: readonly [number, number, number]
      readonly stride?: number
      readonly pad?: number
    }
  | {
      readonly kind: 'fire'
      readonly index: number
      readonly input: number
      readonly squeeze: number
      readonly expand: number
    }
  | { readonly kind: 'pool'; readonly size: 2 | 3; readonly ceil?: boolean }
  | { readonly kind: 'tap' }

const convolution = (
  index: number,
  input: number,
  output: number,
  size: number,
  stride = 1,
  pad = (size - 1) / 2,
): LpipsLayer => ({
  kind: 'convolution',
  index,
  shape: [output, input, size],
  stride,
  pad,
})
const fire = (index: number, input: number, squeeze: number, expand: number): LpipsLayer => ({
  kind: 'fire',
  index,
  input,
  squeeze,
  expand,
})
const pool = (size: 2 | 3, ceil = false): LpipsLayer => ({ kind: 'pool', size, ceil })
const tap: LpipsLayer = { kind: 'tap' }

/**
 * torchvision's AlexNet, VGG16 and SqueezeNet 1.1 up to the last layer that LPIPS taps; every convolution ends in a ReLU.
 * Source: richzhang/PerceptualSimilarity, lpips/pretrained_networks.py for the taps.
 */
export const lpipsBackbones: Readonly<Record<LpipsNet, readonly LpipsLayer[]>> = {
  alex: [
    convolution(0, 3, 64, 11, 4, 2),
    tap, // 64 × H/4
    pool(3),
    convolution(3, 64, 192, 5),
    tap, // 192 × H/8
    pool(3),
    convolution(6, 192, 384, 3),
    tap, // 384 × H/16
    convolution(8, 384, 256, 3),
    tap,
    convolution(10, 256, 256, 3),
    tap,
  ],
  vgg: [
    convolution(0, 3, 64, 3),
    convolution(2, 64, 64, 3),
    tap, // 64 × H
    pool(2),
    convolution(5, 64, 128, 3),
    convolution(7, 128, 128, 3),
    tap, // 128 × H/2
    pool(2),
    convolution(10, 128, 256, 3),
    convolution(12, 256, 256, 3),
    convolution(14, 256, 256, 3),
    tap, // 256 × H/4
    pool(2),
    convolution(17, 256, 512, 3),
    convolution(19, 512, 512, 3),
    convolution(21, 512, 512, 3),
    tap, // 512 × H/8
    pool(2),
    convolution(24, 512, 512, 3),
    convolution(26, 512, 512, 3),
    convolution(28, 512, 512, 3),
    tap, // 512 × H/16
  ],
  squeeze: [
    convolution(0, 3, 64, 3, 2, 0),
    tap, // 64 × H/2
    pool(3, true),
    fire(3, 64, 16, 64),
    fire(4, 128, 16, 64),
    tap, // 128 × H/4
    pool(3, true),
    fire(6, 128, 32, 128),
    fire(7, 256, 32, 128),
    tap, // 256 × H/8
    pool(3, true),
    fire(9, 256, 48, 192),
    tap, // 384 × H/16
    fire(10, 384, 48, 192),
    tap,
    fire(11, 384, 64, 256),
    tap, // 512
    fire(12, 512, 64, 256),
    tap,
  ],
}

/** Channels at each tap. */
export const lpipsTapChannels: Readonly<Record<LpipsNet, readonly number[]>> = {
  alex: [64, 192, 384, 256, 256],
  vgg: [64, 128, 256, 512, 512],
  squeeze: [64, 128, 256, 384, 384, 512, 512],
}

/** Smallest frame side that leaves every tap at least one sample. */
export const lpipsSmallestSide: Readonly<Record<LpipsNet, number>> = { alex: 31, vgg: 16, squeeze: 17 }

/** Convolutions that are computed by Winograd's products on the CPU, all of one map size, one behind the other. */
export interface LpipsWinograd {
  readonly layers: readonly number[]
  readonly kind: WinogradKind
}

/**
 * AlexNet's 5×5 and its three 3×3, which are 90 % of its arithmetic. VGG's maps, which are larger, would grow two and a quarter times, and SqueezeNet's
 * layers are small.
 */
export const lpipsWinograd: Readonly<Record<LpipsNet, readonly LpipsWinograd[]>> = {
  alex: [
    { layers: [3], kind: { results: 4, kernel: 5 } },
    { layers: [6, 8, 10], kind: { results: 4, kernel: 3 } },
  ],
  vgg: [],
  squeeze: [],
}

/** Height and width of the map that a convolution of a net reads. */
export function lpipsSizeBefore(net: LpipsNet, index: number, height: number, width: number): [number, number] {
  let sides: [number, number] = [height, width]
  const each = (change: (side: number) => number): void => void (sides = [change(sides[0]), change(sides[1])])
  for (const layer of lpipsBackbones[net]) {
    if (layer.kind === 'convolution' && layer.index === index) break
    if (layer.kind === 'pool') each((side) => pooledSide(side, layer.size, layer.ceil))
    if (layer.kind === 'convolution') each((side) => convolvedSide(side, layer.shape[2], layer.stride, layer.pad))
  }
  return sides
}

function pooledSide(side: number, size: number, ceil = false): number {
  return (ceil ? Math.ceil : Math.floor)((side - size) / 2) + 1
}

function convolvedSide(side: number, size: number, stride = 1, pad = 0): number {
  return Math.floor((side + 2 * pad - size) / stride) + 1
}

/** Multiplications and additions of the convolutions of one frame, two each, counted from the layers. */
export function lpipsBackboneOperations(net: LpipsNet, height: number, width: number): number {
  let operations = 0
  let sides = [height, width]
  const convolve = (output: number, input: number, size: number): void => {
    operations += 2 * output * input * size * size * sides[0] * sides[1]
  }
  for (const layer of lpipsBackbones[net]) {
    if (layer.kind === 'pool') {
      sides = sides.map((side) => pooledSide(side, layer.size, layer.ceil))
    } else if (layer.kind === 'convolution') {
      const [output, input, size] = layer.shape
      sides = sides.map((side) => convolvedSide(side, size, layer.stride, layer.pad))
      convolve(output, input, size)
    } else if (layer.kind === 'fire') {
      convolve(layer.squeeze, layer.input, 1)
      convolve(layer.expand, layer.squeeze, 1)
      convolve(layer.expand, layer.squeeze, 3)
    }
  }
  return operations
}
