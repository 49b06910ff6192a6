import ndarray from 'ndarray'
import type { FrameArray } from '@kinemetric/video'
import { boundingRadius, type Material, type Pose, type Scene, type Shape } from './scene.ts'
import type { Motion } from './move-bodies.ts'
import { seededGenerator } from './seeded-generator.ts'
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
  const random = seededGenerator(scene.table.seed + 7919 * take)
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
      // The sum of three uniform numbers is near enough to a normal one of standard deviation 1 (a level).
      const noise = (random() + random() + random() - 1.5) * 2
      pixels[offset + i] = Math.max(0, Math.min(255, Math.round(canvas[i] + noise)))
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
  const centre = { x: pose.x + shadowShift.x * body.lift, y: pose.y + shadowShift.y * body.lift }
  const softness = body.lift * 1.1
  forPixelsNear(centre, boundingRadius(body.shape) + softness, width, height, (x, y, index) => {
    const [u, v] = toBody({ ...pose, ...centre }, x, y)
    const distance = signedDistance(body.shape, u, v)
    const shade = Math.min(1, Math.max(0, 0.5 - distance / (2 * softness)))
    const factor = 1 - 0.42 * shade * shade * (3 - 2 * shade)
    for (let c = 0; c < 3; c++) canvas[index * 3 + c] *= factor
  })
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
  const frame = t * height * width * 3
  forPixelsNear(pose, boundingRadius(body.shape) + 1, width, height, (x, y, index) => {
    const [u, v] = toBody(pose, x, y)
    const distance = signedDistance(body.shape, u, v)
    const coverage = Math.min(1, Math.max(0, 0.5 - distance))
    if (coverage === 0) return
    const share = accentShare(body.material, u, v)
    const brightness = shading(body.shape, pose, u, v, distance)
    for (let c = 0; c < 3; c++) {
      const at = index * 3 + c
      const colour =
        (body.material.base[c] * (1 - share) + body.material.accent[c] * share) * brightness.diffuse +
        brightness.highlight
      canvas[at] = canvas[at] * (1 - coverage) + colour * coverage
    }
    if (coverage <= 0.5) return
    body.mask.fill(255, frame + index * 3, frame + index * 3 + 3)
    for (const other of below) other.mask.fill(0, frame + index * 3, frame + index * 3 + 3)
  })
}

/** Lambert and Blinn–Phong light on a flat top with a bevelled rim a few pixels wide. */
function shading(
  shape: Shape,
  pose: Pose,
  u: number,
  v: number,
  distance: number,
): { diffuse: number; highlight: number } {
  const bevel = 6
  const slope = Math.max(0, Math.min(1, 1 + distance / bevel))
  const step = 0.5
  const du = signedDistance(shape, u + step, v) - signedDistance(shape, u - step, v)
  const dv = signedDistance(shape, u, v + step) - signedDistance(shape, u, v - step)
  const cos = Math.cos(pose.angle)
  const sin = Math.sin(pose.angle)
  const normal = normalise([(du * cos - dv * sin) * slope, (du * sin + dv * cos) * slope, 0.9])
  const lambert = Math.max(0, dot(normal, light))
  const half = normalise([light[0], light[1], light[2] + 1])
  return { diffuse: 0.42 + 0.72 * lambert, highlight: 70 * Math.max(0, dot(normal, half)) ** 40 }
}

function forPixelsNear(
  centre: { x: number; y: number },
  radius: number,
  width: number,
  height: number,
  visit: (x: number, y: number, index: number) => void,
): void {
  const top = Math.max(0, Math.floor(centre.y - radius))
  const bottom = Math.min(height - 1, Math.ceil(centre.y + radius))
  const left = Math.max(0, Math.floor(centre.x - radius))
  const right = Math.min(width - 1, Math.ceil(centre.x + radius))
  for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) visit(x, y, y * width + x)
}

function toBody(pose: Pose, x: number, y: number): [number, number] {
  const cos = Math.cos(pose.angle)
  const sin = Math.sin(pose.angle)
  return [(x - pose.x) * cos + (y - pose.y) * sin, -(x - pose.x) * sin + (y - pose.y) * cos]
}

type Vector = [number, number, number]

function normalise([x, y, z]: Vector): Vector {
  const length = Math.hypot(x, y, z)
  return [x / length, y / length, z / length]
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
