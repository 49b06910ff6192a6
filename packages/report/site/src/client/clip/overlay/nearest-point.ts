import type { TracksModel } from '../../../../../src/site-model/site-model.ts'
import { pointAt } from './tracks-canvas.ts'

/** The drawn point nearest to a place in pixels of the video, if one is within `reach` of it. */
export function nearestPoint(
  tracks: TracksModel,
  frame: number,
  x: number,
  y: number,
  reach: number,
  every: number,
): number | null {
  let found: number | null = null
  let least = reach
  for (let point = 0; point < tracks.points.length; point += every) {
    const place = pointAt(tracks, point, frame)
    if (place === null) continue
    const distance = Math.hypot(place.x - x, place.y - y)
    if (distance <= least) {
      least = distance
      found = point
    }
  }
  return found
}

/** Whether point n of one side and of the other begin at the same place: only then are they partners. */
export function arePartners(tracks: TracksModel, other: TracksModel, point: number): boolean {
  const [a, b] = [pointAt(tracks, point, 0), pointAt(other, point, 0)]
  return a !== null && b !== null && Math.hypot(a.x - b.x, a.y - b.y) <= 2
}
