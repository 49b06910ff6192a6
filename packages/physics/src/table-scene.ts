import type { Material, Pose, Shape } from './scene.ts'
import { seededGenerator } from './seeded-generator.ts'

/** A body of a table scene. Lengths are pixels of the rendered frame, times frames. */
export interface TableBody {
  readonly id: number
  readonly colour: string
  readonly material: 'rubber' | 'metal'
  readonly shape: 'cube' | 'sphere' | 'cylinder'
  readonly start: Pose
  /** How it is set in motion, where it is: pixels a second from that frame on. Until then it waits. */
  readonly launch: { readonly frame: number; readonly x: number; readonly y: number } | null
}

/**
 * Rigid bodies on a table from above, as CLEVRER has them: some lie there, others come in from outside and hit them, and nothing is moved along a given path.
 * x to the right, y downwards.
 */
export interface TableScene {
  readonly width: number
  readonly height: number
  readonly frameCount: number
  readonly fps: number
  readonly bodies: readonly TableBody[]
  readonly seed: number
}

/** CLEVRER's names of colours, and what they look like here. */
const colours: Readonly<Record<string, readonly [number, number, number]>> = {
  gray: [120, 120, 124],
  red: [190, 44, 44],
  blue: [46, 84, 210],
  green: [36, 128, 40],
  brown: [138, 84, 36],
  purple: [140, 52, 190],
  cyan: [44, 200, 200],
  yellow: [240, 214, 60],
}

const shapes = ['cube', 'sphere', 'cylinder'] as const
const materials = ['rubber', 'metal'] as const

/** How far outside of the picture a body waits: nothing of it is seen there. */
const OUTSIDE = 50
/** Centres of bodies at rest are so far apart at least. */
const APART = 62

/**
 * A random scene of three or four bodies at rest and one or two that come in, each aimed at one of them; behind a target another one often lies in its way, so that
 * force goes on. The same `seed` and `index` give the same scene on every machine.
 */
export function randomTableScene(seed: number, index: number): TableScene {
  const random = seededGenerator(seed * 1_000_003 + 7_919 * index + 17)
  const between = (low: number, high: number) => low + (high - low) * random()
  const [width, height] = [480, 320]
  const looks = drawLooks(random)
  const resting: Pose[] = []
  const free = ({ x, y }: Pose) =>
    x > 70 &&
    x < width - 70 &&
    y > 45 &&
    y < height - 45 &&
    resting.every((other) => Math.hypot(other.x - x, other.y - y) > APART)
  const place = (pose: Pose) => free(pose) && resting.push(pose)

  const target = { x: between(170, 310), y: between(100, 220), angle: between(0, Math.PI) }
  const sides = random() < 0.5 ? [-1, 1] : [1, -1]
  const entering = random() < 0.5 ? 2 : 1
  place(target)
  const first = entry(target, sides[0], between(-0.35, 0.35), width)
  const behind = between(66, 84)
  if (random() < 0.75)
    place({
      x: target.x + first.direction.x * behind,
      y: target.y + first.direction.y * behind,
      angle: between(0, Math.PI),
    })
  const wanted = 3 + Math.floor(random() * 2)
  for (let attempt = 0; resting.length < wanted && attempt < 400; attempt++)
    place({ x: between(70, width - 70), y: between(45, height - 45), angle: between(0, Math.PI) })

  const bodies: TableBody[] = resting.map((start, id) => ({ id, ...looks(), start, launch: null }))
  for (let k = 0; k < entering; k++) {
    const aim = k === 0 ? target : resting[1 + Math.floor(random() * (resting.length - 1))]
    const { start, direction } = k === 0 ? first : entry(aim, sides[k], between(-0.45, 0.45), width)
    const speed = between(300, 400)
    const frame = Math.floor(k === 0 ? between(12, 26) : between(30, 48))
    bodies.push({
      id: bodies.length,
      ...looks(),
      start,
      launch: { frame, x: direction.x * speed, y: direction.y * speed },
    })
  }
  return { width, height, frameCount: 128, fps: 25, bodies, seed: Math.floor(random() * 2 ** 31) }
}

/** From the left (−1) or the right (1), outside of the picture, straight at an aim. */
function entry(aim: Pose, side: number, slope: number, width: number) {
  const start = { x: side < 0 ? -OUTSIDE : width + OUTSIDE, y: 0, angle: 0 }
  start.y = aim.y + slope * Math.abs(aim.x - start.x)
  const [dx, dy] = [aim.x - start.x, aim.y - start.y]
  const length = Math.hypot(dx, dy)
  return { start, direction: { x: dx / length, y: dy / length } }
}

/** Draws colour, material and shape: no two bodies of a scene share all three. */
function drawLooks(random: () => number): () => Pick<TableBody, 'colour' | 'material' | 'shape'> {
  const names = Object.keys(colours)
  const taken = new Set<string>()
  return () => {
    for (;;) {
      const colour = names[Math.floor(random() * names.length)]
      const material = materials[Math.floor(random() * materials.length)]
      const shape = shapes[Math.floor(random() * shapes.length)]
      const key = `${colour} ${material} ${shape}`
      if (taken.has(key)) continue
      taken.add(key)
      return { colour, material, shape }
    }
  }
}

/** What a body is to the simulation and the camera. */
export function outlineOf({ shape }: Pick<TableBody, 'shape'>): Shape {
  if (shape === 'cube') return { kind: 'box', halfWidth: 20, halfHeight: 20, corner: 4 }
  return { kind: 'disc', radius: shape === 'sphere' ? 23 : 20 }
}

/** How a body looks: its colour, patterned by its shape, with bright metal. */
export function surfaceOf({ colour, material, shape, id }: TableBody, seed: number): Material {
  const base = colours[colour]
  const other = (level: number) =>
    material === 'metal' ? Math.round(level + (255 - level) * 0.4) : Math.round(level * 0.72)
  return {
    base,
    accent: [other(base[0]), other(base[1]), other(base[2])],
    pattern: ({ cube: 'checks', sphere: 'speckle', cylinder: 'rings' } as const)[shape],
    seed: seed + id,
  }
}
