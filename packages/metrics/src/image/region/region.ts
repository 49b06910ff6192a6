import type { ChoosableSetting } from '../../recipes/choosable-setting.ts'
import { metricError } from '../../recipes/metric-error.ts'
import type { RecipeInfo } from '../../recipes/recipe.ts'

// Scores of a part of each frame: inside of the objects' masks or of the drivers', or outside of them, on masks that are made wider by some pixels. Masks are the
// reference's: the region is the same for every method. A frame whose region has no pixel has no value.
//
// Of a metric that is made of a map, the value of a region is what the metric makes of the mean of the map over the region's pixels: PSNR of the mean squared error
// there (as masked PSNR in view synthesis and inpainting has it), SSIM's and LPIPS' mean of the map (Wang et al. 2004, section III-C, pool the map so by weights).
// Windows and receptive fields reach beyond the region's edge: what stands near outside of it counts a little.

/** Whose masks: of all objects of a clip, or of what drives it (the hand, in Something-Something). */
export type RegionOf = 'object' | 'driver'

/** A part of each frame: within `inside` and not within `outside`, both made wider by `dilate` pixels. */
export interface RegionAsk {
  inside: RegionOf | undefined
  outside: RegionOf | undefined
  dilate: number
}

const masks: readonly RegionOf[] = ['object', 'driver']

/** The settings of a recipe whose value can be of a part of each frame. */
export const regionSettings: readonly ChoosableSetting[] = [
  {
    name: 'inside',
    kind: 'word',
    words: ['frame', ...masks],
    default: 'frame',
    summary: 'only pixels inside of the masks of objects, or of what drives them',
  },
  {
    name: 'outside',
    kind: 'word',
    words: ['nothing', ...masks],
    default: 'nothing',
    summary: 'only pixels outside of these masks',
  },
  {
    name: 'dilate',
    kind: 'whole',
    least: 0,
    most: 512,
    default: 0,
    summary: 'pixels by which the masks are made wider, to every side',
  },
]

/** What a recipe whose value can be of a part of each frame has beside its own. */
export interface RegionRecipe extends RecipeInfo {
  inside: 'frame' | RegionOf
  outside: 'nothing' | RegionOf
  dilate: number
}

/** The whole frame, unless somebody chooses. */
export const wholeFrame: Omit<RegionRecipe, keyof Omit<RecipeInfo, 'choosable'>> = {
  inside: 'frame',
  outside: 'nothing',
  dilate: 0,
  choosable: regionSettings,
}

/**
 * The part of each frame that a recipe is of; undefined for the whole.
 * @throws KinemetricError `bad-option` for a widening of no mask, and for a region that can have no pixel
 */
export function regionOf({ id, settings }: Pick<RecipeInfo, 'id' | 'settings'>): RegionAsk | undefined {
  const { inside, outside, dilate = 0 } = settings
  const ask = { inside: maskNamed(inside), outside: maskNamed(outside), dilate: Number(dilate) }
  if (ask.inside === undefined && ask.outside === undefined) {
    if (ask.dilate === 0) return undefined
    throw metricError('bad-option', id, { expected: 'inside or outside, whose masks dilate is of', found: 'neither' })
  }
  if (ask.inside !== ask.outside) return ask
  throw metricError('bad-option', id, {
    expected: 'inside and outside of different masks',
    found: `both of ${ask.inside}`,
  })
}

function maskNamed(word: unknown): RegionOf | undefined {
  return masks.find((each) => each === word)
}

/** Masks of a clip, each `[T, H, W]`, not 0 where something is. */
export type RegionMasks = Partial<Record<RegionOf, Uint8Array>>

/**
 * The pixels of a region: `[T, H, W]`, 1 inside.
 * @param given the masks that are asked for
 */
export function regionPixels(
  { inside, outside, dilate }: RegionAsk,
  given: RegionMasks,
  { frames, height, width }: { frames: number; height: number; width: number },
): Uint8Array {
  const region = new Uint8Array(frames * height * width)
  const size = height * width
  for (let t = 0; t < frames; t++) {
    const own = region.subarray(t * size, (t + 1) * size)
    const within = (of: RegionOf) =>
      dilated((given[of] ?? own).subarray(t * size, (t + 1) * size), height, width, dilate)
    if (inside === undefined) own.fill(1)
    else own.set(within(inside))
    if (outside === undefined) continue
    for (const [at, hidden] of within(outside).entries()) if (hidden !== 0) own[at] = 0
  }
  return region
}

/** All pixels that lie within `radius` of one of the mask: 1, others 0. */
export function dilated(mask: Uint8Array, height: number, width: number, radius: number): Uint8Array {
  const result = new Uint8Array(mask.length)
  const reaches = Array.from({ length: radius + 1 }, (_, dy) => Math.floor(Math.sqrt(radius * radius - dy * dy)))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (mask[y * width + x] === 0) continue
      // Of a run of pixels the first and the last reach all that the others do, but for the columns between.
      let end = x
      while (end + 1 < width && mask[y * width + end + 1] !== 0) end++
      for (let row = Math.max(0, y - radius); row <= Math.min(height - 1, y + radius); row++) {
        const reach = reaches[Math.abs(row - y)]
        result.fill(1, row * width + Math.max(0, x - reach), row * width + Math.min(width - 1, end + reach) + 1)
      }
      x = end
    }
  return result
}
