import { clipError } from '../../failures/clip-error.ts'
import type { ClevrerScene } from './annotation.ts'
import type { ObjectMasks } from './proposals.ts'
import type { SceneWindow } from './scene-window.ts'

/** sRGB in [0, 255]. */
export type Colour = readonly [number, number, number]

/** As far apart as six colours can be, in the order in which drivers get them. */
const palette: readonly Colour[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 0],
  [255, 0, 255],
  [0, 255, 255],
]

/** What CLEVR's renderer calls by these names. */
const ownColours: Readonly<Record<string, Colour>> = {
  gray: [87, 87, 87],
  red: [173, 35, 35],
  blue: [42, 75, 215],
  green: [29, 105, 20],
  brown: [129, 74, 25],
  purple: [129, 38, 192],
  cyan: [41, 208, 208],
  yellow: [255, 238, 51],
}

/**
 * What each driver is painted in, in the order in which they first have a mask in a frame of the clip (then by id): the palette's colours, or the objects' own.
 * @throws KinemetricError `dataset` for more drivers than the palette has colours, and for colours that CLEVR does not have
 */
export function driverColours(
  { objects }: ClevrerScene,
  masks: ObjectMasks,
  { drivers, sourceFrames }: SceneWindow,
  how: 'palette' | 'object',
): Map<number, Colour> {
  const firstMask = (id: number) => {
    const at = sourceFrames.findIndex((frame) => masks.frames[frame].has(id))
    return at === -1 ? Infinity : at
  }
  // Ids are in order, and sorting keeps it among equals; two without any mask are equals.
  const ordered = drivers.map((id) => ({ id, at: firstMask(id) })).sort((a, b) => (a.at === b.at ? 0 : a.at - b.at))
  return new Map(
    ordered.map(({ id }, index) => {
      const name = objects.find((object) => object.id === id)?.colour ?? ''
      const own = Object.hasOwn(ownColours, name) ? ownColours[name] : undefined
      const colour = how === 'palette' ? palette.at(index) : own
      if (colour !== undefined) return [id, colour] as const
      const [expected, found] =
        how === 'palette'
          ? [`at most ${palette.length} drivers`, String(drivers.length)]
          : [`objects of the colours ${Object.keys(ownColours).join(', ')}`, name]
      throw clipError('dataset', '', { expected, found })
    }),
  )
}
