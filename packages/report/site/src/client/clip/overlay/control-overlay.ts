// The control signal over another picture, where both show the same frame: drawn from its video, so that it costs no further one.
import type { Tile } from '../tile.ts'

/** Draws the control's picture over a tile, or takes it away. @param control null for none */
export function controlOverlay(tile: Tile, control: Tile | null): void {
  const layer = tile.figure.querySelector<HTMLElement>('.layer')
  if (layer === null) return
  const known = layer.querySelector<HTMLCanvasElement>('.control-overlay')
  const frame = tile.source.shown.frame
  const isThere = control !== null && !control.isCovered && !tile.isCovered && frame !== null
  if (!isThere || control.source.shown.frame !== frame) {
    known?.remove()
    return
  }
  const { element } = control.source
  const canvas = known ?? document.createElement('canvas')
  if (known === null) {
    canvas.className = 'control-overlay'
    canvas.setAttribute('aria-hidden', 'true')
    layer.append(canvas)
  }
  canvas.width = element.videoWidth
  canvas.height = element.videoHeight
  canvas.getContext('2d')!.drawImage(element, 0, 0)
}
