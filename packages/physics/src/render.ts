import ndarray from 'ndarray'
import type { FrameArray } from '@kinemetric/video'
import { boundingRadius, type Material, type Pose, type Scene, type Shape } from './scene.ts'
import type { Motion } from './move-bodies.ts'
import { firstState, nextState } from './seeded-generator.ts'
import { accentShare, signedDistance } from './surface.ts'

/** What the camera sees: the frames, and for the driver and each object the mask of its visible pixels. */
export interface Rendering {
  /** uint8 sRGB [T, H, W, 3] */
  readonly frames: FrameArray
  /** uint8 [T, H, W, 3], 255 where the driver covers more than half of the pixel */
  readonly driverMask: FrameArray
  /** the same for each object, where neither the driver nor a later object covers it */
  readonly objectMasks: readonly FrameArray[]
}

interface Layer {
  readonly shape: Shape
  readonly material: Material
  readonly poses: readonly Pose[]
  readonly mask: Uint8Array
  /** how far above the table it stands, in pixels: the offset of its shadow */
  readonly lift: number
}

const light = normalise([-0.5, -0.62, 0.6])
/** Between the light and the eye, which is above. */
const half = normalise([light[0], light[1], light[2] + 1])
const shadowShift = { x: 0.55, y: 0.7 }

/**
 * Draws every frame of a motion: table, shadows, objects in their order, the driver on top, then the camera's noise. Pure.
 * @param take which recording of the scene this is: two takes have different noise, as two real recordings have
 */
export function render(scene: Scene, motion: Motion, take = 0): Rendering {
  const { width, height, frameCount } = scene
  const size = frameCount * height * width * 3
  const pixels = new Uint8Array(size)
  const layer = (shape: Shape, material: Material, poses: readonly Pose[], lift: number): Layer => ({
    shape,
    material,
    poses,
    lift,
    mask: new Uint8Array(size),
  })
  const layers = [
    ...scene.objects.map((object, i) => layer(object.shape, object.material, motion.objects[i], 6)),
    layer(scene.driver.shape, scene.driver.material, motion.driver, 10),
  ]
  const table = tableColours(scene)
  const canvas = new Float32Array(height * width * 3)
  let state = firstState(scene.table.seed + 7919 * take)
  for (let t = 0; t < frameCount; t++) {
    if (t > 0 && layers.every(({ poses }) => isSame(poses[t], poses[t - 1]))) {
      // Nothing moved: the picture is the last one, but for the camera's noise.
      for (const { mask } of layers) mask.copyWithin(t * canvas.length, (t - 1) * canvas.length, t * canvas.length)
    } else {
      canvas.set(table)
      for (const each of layers) castShadow(canvas, width, height, each, t)
      layers.forEach((each, index) => drawBody(canvas, width, height, each, t, layers.slice(0, index)))
    }
    const offset = t * height * width * 3
    for (let i = 0; i < canvas.length; i++) {
      const first = nextState(state)
      const second = nextState(first)
      state = nextState(second)
      // The sum of three uniform numbers is near enough to a normal one of standard deviation 1 (a level).
      const sum = (first >>> 0) / 2 ** 32 + (second >>> 0) / 2 ** 32 + (state >>> 0) / 2 ** 32
      const level = canvas[i] + (sum - 1.5) * 2 + 0.5
      pixels[offset + i] = level <= 0 ? 0 : level >= 255 ? 255 : level | 0
    }
  }
  const shape = [frameCount, height, width, 3]
  return {
    frames: ndarray(pixels, shape),
    driverMask: ndarray(layers.at(-1)!.mask, shape),
    objectMasks: layers.slice(0, -1).map((each) => ndarray(each.mask, shape)),
  }
}

function isSame(a: Pose, b: Pose): boolean {
  return a.x === b.x && a.y === b.y && a.angle === b.angle
}

function tableColours(scene: Scene): Float32Array {
  const { width, height, table } = scene
  const colours = new Float32Array(height * width * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = accentShare(table, x, y)
      const vignette = 1 - 0.22 * ((x / width - 0.42) ** 2 + (y / height - 0.4) ** 2) * 2
      for (let c = 0; c < 3; c++) {
        colours[(y * width + x) * 3 + c] = (table.base[c] * (1 - share) + table.accent[c] * share) * vignette
      }
    }
  }
  return colours
}

/** Darkens what lies under the body's blurred outline, shifted away from the light. */
function castShadow(canvas: Float32Array, width: number, height: number, body: Layer, t: number): void {
  const pose = body.poses[t]
  const [x0, y0] = [pose.x + shadowShift.x * body.lift, pose.y + shadowShift.y * body.lift]
  const [cos, sin] = [Math.cos(pose.angle), Math.sin(pose.angle)]
  const softness = body.lift * 1.1
  const area = near(x0, y0, boundingRadius(body.shape) + softness, width, height)
  for (let y = area.top; y <= area.bottom; y++)
    for (let x = area.left; x <= area.right; x++) {
      const distance = signedDistance(body.shape, (x - x0) * cos + (y - y0) * sin, -(x - x0) * sin + (y - y0) * cos)
      const shade = Math.min(1, Math.max(0, 0.5 - distance / (2 * softness)))
      if (shade === 0) continue
      const factor = 1 - 0.42 * shade * shade * (3 - 2 * shade)
      const at = 3 * (y * width + x)
      for (let c = 0; c < 3; c++) canvas[at + c] *= factor
    }
}

/** Blends the body over the canvas with analytic coverage, and takes its pixels out of the masks below it. */
function drawBody(
  canvas: Float32Array,
  width: number,
  height: number,
  body: Layer,
  t: number,
  below: readonly Layer[],
): void {
  const pose = body.poses[t]
  const { shape, material, mask } = body
  const [cos, sin] = [Math.cos(pose.angle), Math.sin(pose.angle)]
  const frame = t * height * width * 3
  const area = near(pose.x, pose.y, boundingRadius(shape) + 1, width, height)
  for (let y = area.top; y <= area.bottom; y++)
    for (let x = area.left; x <= area.right; x++) {
      const u = (x - pose.x) * cos + (y - pose.y) * sin
      const v = -(x - pose.x) * sin + (y - pose.y) * cos
      const distance = signedDistance(shape, u, v)
      const coverage = Math.min(1, Math.max(0, 0.5 - distance))
      if (coverage === 0) continue
      const share = accentShare(material, u, v)
      const { diffuse, highlight } = shading(shape, cos, sin, u, v, distance)
      const at = 3 * (y * width + x)
      for (let c = 0; c < 3; c++) {
        const colour = (material.base[c] * (1 - share) + material.accent[c] * share) * diffuse + highlight
        canvas[at + c] = canvas[at + c] * (1 - coverage) + colour * coverage
      }
      if (coverage <= 0.5) continue
      const pixel = frame + at
      mask[pixel] = mask[pixel + 1] = mask[pixel + 2] = 255
      for (const other of below) other.mask[pixel] = other.mask[pixel + 1] = other.mask[pixel + 2] = 0
    }
}

/** Lambert and Blinn–Phong light on a flat top with a bevelled rim a few pixels wide. */
function shading(
  shape: Shape,
  cos: number,
  sin: number,
  u: number,
  v: number,
  distance: number,
): { diffuse: number; highlight: number } {
  const bevel = 6
  const slope = Math.max(0, Math.min(1, 1 + distance / bevel))
  const step = 0.5
  const du = signedDistance(shape, u + step, v) - signedDistance(shape, u - step, v)
  const dv = signedDistance(shape, u, v + step) - signedDistance(shape, u, v - step)
  const normal = normalise([(du * cos - dv * sin) * slope, (du * sin + dv * cos) * slope, 0.9])
  const lambert = Math.max(0, dot(normal, light))
  return { diffuse: 0.42 + 0.72 * lambert, highlight: 70 * Math.max(0, dot(normal, half)) ** 40 }
}

/** The frame's pixels in the square around a circle, borders included. */
function near(x: number, y: number, radius: number, width: number, height: number) {
  return {
    top: Math.max(0, Math.floor(y - radius)),
    bottom: Math.min(height - 1, Math.ceil(y + radius)),
    left: Math.max(0, Math.floor(x - radius)),
    right: Math.min(width - 1, Math.ceil(x + radius)),
  }
}

type Vector = [number, number, number]

function normalise([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z)
  return [x / length, y / length, z / length]
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
