import type { Material, Shape } from './scene.ts'

/** Signed distance in pixels from a point in the body's own coordinates to the shape's outline (negative inside). */
export function signedDistance(shape: Shape, x: number, y: number): number {
  if (shape.kind === 'disc') return Math.hypot(x, y) - shape.radius
  // Distance to a rounded rectangle (Quilez, "2D distance functions").
  const dx = Math.abs(x) - shape.halfWidth + shape.corner
  const dy = Math.abs(y) - shape.halfHeight + shape.corner
  const inside = Math.min(Math.max(dx, dy), 0)
  // Beside an edge, not off a corner, the root of one square is that number itself: most points, and roots are slow.
  const outside = dx > 0 && dy > 0 ? Math.hypot(dx, dy) : Math.max(dx, dy, 0)
  return outside + inside - shape.corner
}

type Pattern = (x: number, y: number, seed: number) => number

const patterns: Readonly<Record<Material['pattern'], Pattern>> = {
  wood: (x, y, seed) => {
    const bend = valueNoise(x * 0.012, y * 0.03, seed) * 9 + valueNoise(x * 0.05, y * 0.2, seed + 1) * 1.6
    const ring = 0.5 + 0.5 * Math.sin(y * 0.16 + bend)
    return 0.25 + 0.55 * ring * ring + 0.2 * (valueNoise(x * 0.09, y * 0.8, seed + 2) - 0.5)
  },
  stripes: grained((x, _, seed) => Math.sin(x * 0.42 + seed)),
  rings: grained((x, y, seed) => Math.sin(Math.hypot(x - 4, y + 3) * 0.62 + seed)),
  checks: grained((x, y) => Math.sin(x * 0.36 + 0.6) * Math.sin(y * 0.36 + 0.9) * 2),
  speckle: (x, y, seed) => soft((valueNoise(x * 0.28, y * 0.28, seed) - 0.55) * 5),
}

/** How much of the accent colour the material shows at a point of its own coordinates, in [0, 1]. */
export function accentShare({ pattern, seed }: Material, x: number, y: number): number {
  return patterns[pattern](x, y, seed)
}

/** A pattern with soft edges and some grain. */
function grained(pattern: Pattern): Pattern {
  return (x, y, seed) => soft(pattern(x, y, seed)) * 0.85 + valueNoise(x * 0.35, y * 0.35, seed) * 0.15
}

/** 0 below −1, 1 above 1, smooth between: an edge about a pixel or two wide instead of an aliased step. */
function soft(value: number): number {
  const t = Math.min(1, Math.max(0, value * 1.6 + 0.5))
  return t * t * (3 - 2 * t)
}

/** Value noise in [0, 1]: random values at the integer lattice, smoothly interpolated (Perlin's fade). */
function valueNoise(x: number, y: number, seed: number): number {
  const x0 = Math.floor(x)
  const y0 = Math.floor(y)
  const u = fade(x - x0)
  const v = fade(y - y0)
  const top = lattice(x0, y0, seed) * (1 - u) + lattice(x0 + 1, y0, seed) * u
  const bottom = lattice(x0, y0 + 1, seed) * (1 - u) + lattice(x0 + 1, y0 + 1, seed) * u
  return top * (1 - v) + bottom * v
}

function fade(t: number): number {
  return t * t * (3 - 2 * t)
}

function lattice(x: number, y: number, seed: number): number {
  let hash = (Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(seed, 2246822519)) | 0
  hash = Math.imul(hash ^ (hash >>> 13), 1274126177)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
