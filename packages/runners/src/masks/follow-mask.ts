import { areaOf, type Mask } from './mask.ts'
import { inverse, mapX, mapY, type Similarity, standstill } from './similarity.ts'

/** Masks are compared on grids of at most so many cells a side. */
const CELLS = 96
/** How much a cell counts into which the movement brings what frame 0 does not show, against one that disagrees. */
const UNKNOWN = 0.25
/** What a change of scale or a turn from one frame to the next costs, in agreement for a squared change of 1. */
const CHANGE = 0.1
/** Scalings against frame 0 that are taken for a movement. */
const SMALLEST = 0.5
const LARGEST = 2
/** First steps of the search, in cells and in the matrix's entries; each is halved so many times. */
const FIRST_SHIFT = 16
const FIRST_TURN = 0.16
const HALVINGS = 8
/** Steps of one size that are taken at most, and the least gain that is worth one: along a straight edge the search would creep for ever. */
const ROUNDS = 12
const LEAST_GAIN = 1e-6

/**
 * How a mask moves from frame 0 on: for each frame the similarity that lays the mask of frame 0 best over that frame's, found from the frame before by trying ever
 * smaller steps. "Best" is the share of the union that both cover, counted only where frame 0 shows what would be there: an arm that comes in over the border
 * is no disagreement. A frame without a mask has none, and the next starts from the last that has. Plain arithmetic: the same numbers on every machine.
 *
 * @param masks of one size
 * @returns one a frame; undefined for frames with an empty mask, and for all where frame 0 has none
 */
export function followMask(masks: readonly Mask[]): (Similarity | undefined)[] {
  const [first] = masks
  if (areaOf(first) === 0) return masks.map(() => undefined)
  const side = Math.max(1, Math.ceil(Math.max(first.height, first.width) / CELLS))
  const grids = masks.map((mask) => gridOf(mask, side))
  let last = standstill(grids[0].centreX, grids[0].centreY)
  let centre = { x: grids[0].centreX, y: grids[0].centreY }
  let step = { x: 0, y: 0 }
  return grids.map((grid, t) => {
    if (grid.area === 0) return undefined
    if (t > 0) {
      const shift = { x: grid.centreX - centre.x, y: grid.centreY - centre.y }
      const starts = [{ x: 0, y: 0 }, step, shift].map(({ x, y }) => ({
        ...last,
        toX: last.toX + x,
        toY: last.toY + y,
      }))
      const found = bestOf(starts.map((start) => search(grids[0], grid, start, last)))
      step = { x: found.toX - last.toX, y: found.toY - last.toY }
      last = found
      centre = { x: grid.centreX, y: grid.centreY }
    }
    return inPixels(last, side)
  })
}

/** How much of each cell a mask covers, the centre of what it covers, in cells, and the first and last row and column that it touches. */
interface Grid {
  readonly height: number
  readonly width: number
  readonly cover: Float64Array
  readonly area: number
  readonly centreX: number
  readonly centreY: number
  readonly box: Box
}

interface Box {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

function gridOf({ height, width, inside }: Mask, side: number): Grid {
  const rows = Math.ceil(height / side)
  const columns = Math.ceil(width / side)
  const cover = new Float64Array(rows * columns)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      cover[Math.floor(y / side) * columns + Math.floor(x / side)] += inside[y * width + x]
  let [area, sumX, sumY] = [0, 0, 0]
  let [top, bottom, left, right] = [rows, -1, columns, -1]
  for (let i = 0; i < cover.length; i++) {
    const [y, x] = [Math.floor(i / columns), i % columns]
    // Cells at the far border may be cut off by it.
    cover[i] /= Math.min(side, height - y * side) * Math.min(side, width - x * side)
    if (cover[i] > 0) [top, bottom, left, right] = [Math.min(top, y), y, Math.min(left, x), Math.max(right, x)]
    area += cover[i]
    sumX += cover[i] * x
    sumY += cover[i] * y
  }
  const most = Math.max(area, Number.MIN_VALUE)
  return {
    height: rows,
    width: columns,
    cover,
    area,
    centreX: sumX / most,
    centreY: sumY / most,
    box: { top, bottom, left, right },
  }
}

type Found = Similarity & { readonly worth: number }

function bestOf(found: readonly Found[]): Similarity {
  return found.reduce((best, other) => (other.worth > best.worth ? other : best))
}

/** From a start by ever smaller steps to where none is better. */
function search(from: Grid, to: Grid, start: Similarity, last: Similarity): Found {
  const worthOf = (way: Similarity): number => {
    const square = way.a * way.a + way.b * way.b
    if (square < SMALLEST * SMALLEST || square > LARGEST * LARGEST) return -Infinity
    return agreement(from, to, way) - CHANGE * ((way.a - last.a) ** 2 + (way.b - last.b) ** 2)
  }
  let best: Found = { ...start, worth: worthOf(start) }
  for (let halving = 0; halving < HALVINGS; halving++) {
    const shift = FIRST_SHIFT / 2 ** halving
    const turn = FIRST_TURN / 2 ** halving
    for (let round = 0; round < ROUNDS; round++) {
      const before = best.worth
      for (const way of steps(best, shift, turn)) {
        const worth = worthOf(way)
        if (worth > best.worth + LEAST_GAIN) best = { ...way, worth }
      }
      if (best.worth === before) break
    }
  }
  return best
}

function steps(way: Similarity, shift: number, turn: number): Similarity[] {
  const { toX, toY, a, b } = way
  return [
    { ...way, toX: toX + shift },
    { ...way, toX: toX - shift },
    { ...way, toY: toY + shift },
    { ...way, toY: toY - shift },
    { ...way, b: b + turn },
    { ...way, b: b - turn },
    { ...way, a: a + turn },
    { ...way, a: a - turn },
  ]
}

/** Of the mask of frame 0, moved, and that of a frame: what both cover over what either does, in [0, 1]. */
function agreement(from: Grid, to: Grid, way: Similarity): number {
  const back = inverse(way)
  const { top, bottom, left, right } = touched(from, to, way)
  let [both, either, unknown] = [0, 0, 0]
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++) {
      const there = to.cover[y * to.width + x]
      const sourceX = mapX(back, x, y)
      const sourceY = mapY(back, x, y)
      if (sourceX < -0.5 || sourceY < -0.5 || sourceX > from.width - 0.5 || sourceY > from.height - 0.5) {
        unknown += there
        continue
      }
      const moved = coverAt(from, sourceX, sourceY)
      both += Math.min(there, moved)
      either += Math.max(there, moved)
    }
  const whole = either + UNKNOWN * unknown
  return whole === 0 ? 0 : both / whole
}

/** All cells that either mask can touch; the others add nothing. */
function touched({ box: from }: Grid, to: Grid, way: Similarity): Box {
  // A cell's cover reaches to the centres of its neighbours.
  const corners = [from.left - 1, from.right + 1].flatMap((x) => [from.top - 1, from.bottom + 1].map((y) => [x, y]))
  const xs = corners.map(([x, y]) => mapX(way, x, y))
  const ys = corners.map(([x, y]) => mapY(way, x, y))
  return {
    top: Math.max(0, Math.min(to.box.top, Math.floor(Math.min(...ys)))),
    bottom: Math.min(to.height - 1, Math.max(to.box.bottom, Math.ceil(Math.max(...ys)))),
    left: Math.max(0, Math.min(to.box.left, Math.floor(Math.min(...xs)))),
    right: Math.min(to.width - 1, Math.max(to.box.right, Math.ceil(Math.max(...xs)))),
  }
}

/** Between cells linearly; beyond the outermost centres like at them. */
function coverAt({ height, width, cover }: Grid, x: number, y: number): number {
  const column = Math.min(width - 1, Math.max(0, x))
  const row = Math.min(height - 1, Math.max(0, y))
  const x0 = Math.floor(column)
  const y0 = Math.floor(row)
  const x1 = Math.min(width - 1, x0 + 1)
  const y1 = Math.min(height - 1, y0 + 1)
  const u = column - x0
  const v = row - y0
  const upper = cover[y0 * width + x0] * (1 - u) + cover[y0 * width + x1] * u
  const lower = cover[y1 * width + x0] * (1 - u) + cover[y1 * width + x1] * u
  return upper * (1 - v) + lower * v
}

/** From cells to pixels: a cell's centre lies (side − 1) / 2 from its first pixel's. */
function inPixels({ fromX, fromY, toX, toY, a, b }: Similarity, side: number): Similarity {
  const place = (cells: number) => cells * side + (side - 1) / 2
  return { fromX: place(fromX), fromY: place(fromY), toX: place(toX), toY: place(toY), a, b }
}
