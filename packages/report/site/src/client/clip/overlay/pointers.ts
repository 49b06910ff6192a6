// What a pointer does on the pictures: wipe by dragging, zoom by wheel with Ctrl, by two fingers and by a double click, move a zoomed picture, and
// look at a tracked point.
import { pointAt } from './tracks-canvas.ts'
import { arePartners, nearestPoint } from './nearest-point.ts'
import { type PlayerState, zooms } from '../player/player-state.ts'
import type { Stage } from '../player/stage.ts'

/** What pointers change of a player. */
export interface PointedPlayer {
  readonly state: PlayerState
  readonly stage: Stage
  /** The frame on screen, null while one is on its way. */
  readonly shownFrame: number | null
  set(change: Partial<PlayerState>, settled?: boolean): void
}

/** @param first the event for which this was loaded: a pointer may rest where it is */
export function listenToPointers(player: PointedPlayer, signal: AbortSignal, first: Event): void {
  const stage = player.stage.element
  const pointers = new Map<number, { x: number; y: number }>()
  let distance = 0

  stage.addEventListener(
    'pointerdown',
    (event) => {
      if (!isPicture(event) || event.button !== 0) return
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY })
      if (pointers.size === 2) distance = apart(pointers)
      else if (player.state.view === 'wipe' || player.state.zoom.times > 1) {
        stage.setPointerCapture(event.pointerId)
        event.preventDefault()
      }
    },
    { signal },
  )
  stage.addEventListener(
    'pointermove',
    (event) => {
      const before = pointers.get(event.pointerId)
      if (before === undefined) {
        if (event.pointerType !== 'touch') lookAtPoint(player, event)
        return
      }
      pointers.set(event.pointerId, { x: event.clientX, y: event.clientY })
      if (pointers.size === 2) {
        const now = apart(pointers)
        if (now > 1.3 * distance || now < distance / 1.3) {
          zoomBy(player, now > distance ? 1 : -1, event)
          distance = now
        }
      } else if (player.state.view === 'wipe') wipeTo(player, event)
      else if (player.state.zoom.times > 1) move(player, event.clientX - before.x, event.clientY - before.y)
    },
    { signal },
  )
  for (const name of ['pointerup', 'pointercancel'] as const)
    stage.addEventListener(
      name,
      (event) => {
        if (pointers.delete(event.pointerId)) player.set({}, true)
      },
      { signal },
    )
  stage.addEventListener(
    'wheel',
    (event) => {
      if (!event.ctrlKey || !isPicture(event)) return
      event.preventDefault()
      zoomBy(player, event.deltaY < 0 ? 1 : -1, event)
    },
    { signal, passive: false },
  )
  if (first instanceof PointerEvent && first.type === 'pointermove' && first.pointerType !== 'touch')
    lookAtPoint(player, first)
  stage.addEventListener('dblclick', (event) => isPicture(event) && zoomBy(player, 1, event), { signal })
}

function isPicture(event: Event): boolean {
  return event.target instanceof Element && event.target.closest('.screen') !== null
}

function apart(pointers: ReadonlyMap<number, { x: number; y: number }>): number {
  const [a, b] = [...pointers.values()]
  return Math.hypot(a.x - b.x, a.y - b.y)
}

/** The picture under a pointer, else the first of the pair. */
function boxOf(player: PointedPlayer, event: MouseEvent): DOMRect {
  const under = event.target instanceof Element ? event.target.closest('.screen') : null
  const pair = player.stage.element.querySelector('[data-pair] .screen')
  return (under ?? pair ?? player.stage.element).getBoundingClientRect()
}

function wipeTo(player: PointedPlayer, event: MouseEvent): void {
  const pair = player.stage.element.querySelector('[data-pair] .screen')
  if (pair === null) return
  const { left, width } = pair.getBoundingClientRect()
  player.set({ wipe: Math.max(0, Math.min(100, ((event.clientX - left) / width) * 100)) }, false)
}

function zoomBy(player: PointedPlayer, by: 1 | -1, event: MouseEvent): void {
  const { zoom } = player.state
  const at = zooms.findIndex((times) => times === zoom.times)
  const times = zooms[Math.max(0, Math.min(zooms.length - 1, at + by))]
  const { left, top, width, height } = boxOf(player, event)
  const place =
    zoom.times === 1
      ? {
          x: Math.max(0, Math.min(100, ((event.clientX - left) / width) * 100)),
          y: Math.max(0, Math.min(100, ((event.clientY - top) / height) * 100)),
        }
      : zoom
  player.set({ zoom: { times, x: place.x, y: place.y } })
}

function move(player: PointedPlayer, dx: number, dy: number): void {
  const { zoom } = player.state
  const picture = player.stage.element.querySelector('.screen')
  if (picture === null) return
  const { width, height } = picture.getBoundingClientRect()
  // The fixed point of the zoom goes against the drag, by as much of the picture as there is beyond the frame.
  const to = (place: number, by: number, size: number) =>
    Math.max(0, Math.min(100, place - (by / (size * (zoom.times - 1))) * 100))
  player.set({ zoom: { ...zoom, x: to(zoom.x, dx, width), y: to(zoom.y, dy, height) } }, false)
}

/** A point under the pointer, its partner in the reference, and a line between them. */
function lookAtPoint(player: PointedPlayer, event: PointerEvent): void {
  const { style, tiles, element } = player.stage
  const frame = player.shownFrame
  const figure = event.target instanceof Element ? event.target.closest('figure') : null
  const tile = tiles.get(figure?.dataset.side ?? '')
  let chosen: number | null = null
  if (player.state.on.has('tracks') && frame !== null && tile?.tracks) {
    const box = tile.source.element.getBoundingClientRect()
    const scale = tile.tracks.width / box.width
    const [x, y] = [(event.clientX - box.left) * scale, (event.clientY - box.top) * scale]
    chosen = nearestPoint(tile.tracks, frame, x, y, 10 * scale, style.every)
  }
  if (chosen === style.chosen) return
  style.chosen = chosen
  const reference = tiles.get('reference')?.tracks ?? null
  const isPaired =
    chosen !== null && reference !== null && tile?.tracks != null && arePartners(tile.tracks, reference, chosen)
  style.partner = isPaired && chosen !== null ? (at) => pointAt(reference, chosen, at) : null
  element.dataset.point = chosen === null ? '' : String(chosen)
  player.stage.redraw()
}
