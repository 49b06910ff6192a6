/** A canvas to draw on at the device's own pixels, cleared; places are CSS pixels. */
export interface Surface {
  context: CanvasRenderingContext2D
  width: number
  height: number
}

export function surfaceOf(canvas: HTMLCanvasElement): Surface {
  const { width, height } = canvas.getBoundingClientRect()
  const scale = devicePixelRatio
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)]
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across
    canvas.height = down
  }
  const context = canvas.getContext('2d')!
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  return { context, width, height }
}

let probe: HTMLElement | undefined

/** A colour of the theme: a custom property by itself may come back as a formula, which a canvas paints black. */
export function colour(name: string): string {
  if (probe === undefined) {
    probe = document.createElement('i')
    probe.hidden = true
    document.body.append(probe)
  }
  probe.style.color = `var(${name})`
  return getComputedStyle(probe).color
}

/** A line of text at a place. */
export function write(
  { context }: Surface,
  text: string,
  [x, y]: readonly [number, number],
  align: CanvasTextAlign,
): void {
  context.font = '13px system-ui, sans-serif'
  context.fillStyle = colour('--ink-2')
  context.textAlign = align
  context.fillText(text, x, y)
}
