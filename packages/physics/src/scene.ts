import { seededGenerator } from './seeded-generator.ts'

/**
 * The physics benchmark's world: rigid bodies on a table, seen from above. Lengths are pixels of the rendered
 * frame (x to the right, y downwards), angles radians, times seconds.
 */
export interface Scene {
  readonly id: string
  readonly width: number
  readonly height: number
  readonly frameCount: number
  readonly fps: number
  readonly table: Material
  readonly objects: readonly SceneObject[]
  readonly driver: Driver
}

export type Shape =
  | { readonly kind: 'disc'; readonly radius: number }
  | { readonly kind: 'box'; readonly halfWidth: number; readonly halfHeight: number; readonly corner: number }

export interface Pose {
  readonly x: number
  readonly y: number
  readonly angle: number
}

/** A surface: two sRGB colours in [0, 255], the pattern that mixes them, and the seed of its noise. */
export interface Material {
  readonly base: readonly [number, number, number]
  readonly accent: readonly [number, number, number]
  readonly pattern: 'wood' | 'stripes' | 'rings' | 'checks' | 'speckle'
  readonly seed: number
}

export interface SceneObject {
  readonly name: string
  readonly shape: Shape
  readonly start: Pose
  readonly material: Material
}

/** The body that enters and whose path is given: its mask video is the control signal. */
export interface Driver {
  readonly shape: Shape
  readonly material: Material
  /** Way-points from the first frame to the last. */
  readonly path: readonly Pose[]
}

/** So far away from the picture that nothing of it is seen or touched. */
const FAR = 10_000

/** The scene as it is without its driver, which the type has to have: it stays far outside of the picture. */
export function withoutDriver(scene: Scene): Scene {
  const { driver } = scene
  return { ...scene, driver: { ...driver, path: driver.path.map(() => ({ x: -FAR, y: -FAR, angle: 0 })) } }
}

const palette: readonly (readonly [number, number, number])[] = [
  [196, 78, 62],
  [62, 118, 172],
  [226, 176, 72],
  [92, 150, 96],
  [146, 104, 164],
  [214, 206, 190],
  [70, 74, 84],
  [222, 130, 70],
]

const patterns = ['stripes', 'rings', 'checks', 'speckle'] as const

/**
 * A random scene: two to four objects that do not touch, and a driver that enters from a side, aimed at one of
 * them. The same `seed` and `index` give the same scene on every machine.
 */
export function randomScene(seed: number, index: number, size = { height: 256, width: 384 }): Scene {
  const random = seededGenerator(seed * 1_000_003 + index)
  const between = (low: number, high: number) => low + (high - low) * random()
  const { width, height } = size
  const objects: SceneObject[] = []
  const wanted = 2 + Math.floor(random() * 3)
  for (let attempt = 0; objects.length < wanted && attempt < 400; attempt++) {
    const shape = randomShape(random)
    const radius = boundingRadius(shape)
    const start = {
      x: between(width * 0.24, width * 0.66),
      y: between(radius + 14, height - radius - 14),
      angle: between(0, Math.PI * 2),
    }
    const free = objects.every(
      (other) =>
        Math.hypot(other.start.x - start.x, other.start.y - start.y) > boundingRadius(other.shape) + radius + 6,
    )
    if (!free) continue
    objects.push({
      name: `object_${objects.length + 1}`,
      shape,
      start,
      material: randomMaterial(random, objects.length),
    })
  }
  return {
    id: `physics-${String(index).padStart(4, '0')}`,
    width,
    height,
    frameCount: 14,
    fps: 6,
    table: {
      base: [between(150, 185), between(120, 145), between(90, 110)],
      accent: [between(105, 130), between(80, 96), between(58, 70)],
      pattern: 'wood',
      seed: Math.floor(random() * 2 ** 31),
    },
    objects,
    driver: randomDriver(random, objects, size),
  }
}

/** Radius of the smallest circle around the body's centre that holds the shape, in pixels. */
export function boundingRadius(shape: Shape): number {
  return shape.kind === 'disc' ? shape.radius : Math.hypot(shape.halfWidth, shape.halfHeight)
}

function randomShape(random: () => number): Shape {
  if (random() < 0.45) return { kind: 'disc', radius: 15 + random() * 13 }
  return { kind: 'box', halfWidth: 15 + random() * 17, halfHeight: 12 + random() * 12, corner: 3 + random() * 4 }
}

function randomMaterial(random: () => number, index: number): Material {
  const first = Math.floor(random() * palette.length)
  const second = (first + 1 + Math.floor(random() * (palette.length - 1))) % palette.length
  return {
    base: palette[first],
    accent: palette[second],
    pattern: patterns[(index + Math.floor(random() * patterns.length)) % patterns.length],
    seed: Math.floor(random() * 2 ** 31),
  }
}

function randomDriver(
  random: () => number,
  objects: readonly SceneObject[],
  size: { height: number; width: number },
): Driver {
  const target = objects[Math.floor(random() * objects.length)]
  const halfHeight = 9 + random() * 4
  const halfWidth = 46 + random() * 12
  const angle = (random() - 0.5) * 0.9
  // It comes in from the left along its own long axis, through the target, and stops a little beyond it.
  const direction = { x: Math.cos(angle), y: Math.sin(angle) }
  const reach = boundingRadius(target.shape)
  const begin = (target.start.x + halfWidth - 4) / direction.x
  const at = (distance: number): Pose => ({
    x: target.start.x + direction.x * distance,
    y: target.start.y + direction.y * distance + (random() - 0.5) * 4,
    angle,
  })
  return {
    shape: { kind: 'box', halfWidth, halfHeight, corner: halfHeight - 1 },
    material: {
      base: [232, 228, 222],
      accent: [172, 60, 58],
      pattern: 'stripes',
      seed: Math.floor(random() * 2 ** 31),
    },
    path: [at(-begin), at(-reach * 0.6 - halfWidth), at(size.width * (0.22 + random() * 0.12) - halfWidth)],
  }
}

/**
 * Where the driver is when `time` of the clip has passed (0 at the first frame, 1 at the last). It comes in fast and slows
 * down, so that the first contact comes early and most of the clip shows what it sets in motion.
 */
export function driverPose(driver: Driver, time: number): Pose {
  const share = time ** 0.65
  const { path } = driver
  const lengths = path.slice(1).map((pose, i) => Math.hypot(pose.x - path[i].x, pose.y - path[i].y))
  let left = share * lengths.reduce((sum, length) => sum + length, 0)
  for (let i = 0; i < lengths.length; i++) {
    const length = lengths[i]
    if (left <= length || i === lengths.length - 1) {
      const t = length === 0 ? 0 : Math.min(1, left / length)
      const from = path[i]
      const to = path[i + 1]
      return {
        x: from.x + (to.x - from.x) * t,
        y: from.y + (to.y - from.y) * t,
        angle: from.angle + (to.angle - from.angle) * t,
      }
    }
    left -= length
  }
  return path[0]
}
