// One metric frame by frame: its curve with a playhead, the values of the frame in words, and all of them as a table.
import { element } from '../../../../../src/markup/element.ts'
import { askedPart } from '../../page/asked-part.ts'
import { toDom } from '../../page/to-dom.ts'
import { type CurveView, curveView } from './curve-canvas.ts'
import type { PlayerClip, PlayerCurve } from './player-clip.ts'
import { clipValue, frameValue } from './player-words.ts'
import { swatch } from '../../../../../src/charts/method-style.ts'

/** Curves that are drawn in their colours; of more, those of the tiles are and the others are grey. */
const mostColours = 4

export interface CurveHooks {
  onFrame(frame: number, done: boolean): void
  onMetric(key: string): void
}

export class CurvePanel {
  readonly element: HTMLElement
  readonly #clip: PlayerClip
  readonly #view: CurveView
  readonly #values: HTMLElement
  readonly #table: HTMLDetailsElement
  #metric: PlayerCurve
  #drawn: [readonly string[], number | null] = [[], null]

  constructor(clip: PlayerClip, metric: string | undefined, signal: AbortSignal, hooks: CurveHooks) {
    this.#clip = clip
    this.#metric = clip.curves.find(({ key }) => key === metric) ?? clip.curves[0]
    this.#view = curveView(clip.frames, (frame, done) => hooks.onFrame(frame, done), signal)
    const node = toDom(
      element(
        'div',
        { class: 'curve-panel' },
        element(
          'p',
          { class: 'curve-head' },
          element(
            'label',
            {},
            'Frame by frame: ',
            element(
              'select',
              { 'data-metric': true },
              clip.curves.map(({ key, label, unit }) =>
                element(
                  'option',
                  { value: key, selected: key === this.#metric.key },
                  unit === '' ? label : `${label} (${unit})`,
                ),
              ),
            ),
          ),
        ),
        element('p', { class: 'curve-values' }),
        element('details', { class: 'frame-values' }, element('summary', {}, 'Values of each frame')),
      ),
    )
    if (!(node instanceof HTMLElement)) throw new TypeError('expected an element of HTML')
    this.element = node
    this.#values = node.querySelector<HTMLElement>('.curve-values')!
    this.#table = node.querySelector('details')!
    this.#values.before(this.#view.canvas)
    this.#table.addEventListener('toggle', () => void this.#fillTable())
    const select = node.querySelector('select')!
    select.addEventListener('change', () => {
      this.#metric = clip.curves.find(({ key }) => key === select.value) ?? this.#metric
      this.#table.querySelector('.table-scroll')?.remove()
      void this.#fillTable()
      hooks.onMetric(this.#metric.key)
    })
  }

  get metric(): PlayerCurve {
    return this.#metric
  }

  /** @param frame the frame on screen */
  draw(tiles: readonly string[], frame: number | null): void {
    this.#drawn = [tiles, frame]
    const { bySide, label, unit } = this.#metric
    const sides = this.#clip.sides.filter(({ key }) => bySide.has(key))
    const all = sides.length <= mostColours
    this.#view.draw(
      sides.map(({ key, name, series }) => ({
        name,
        series,
        values: bySide.get(key)!,
        chosen: all || tiles.includes(key),
      })),
      this.#clip.excluded,
      frame,
    )
    const measure = unit === '' ? label : `${label} (${unit})`
    this.#view.canvas.setAttribute(
      'aria-label',
      `${measure} frame by frame, ${sides.map(({ name }) => name).join(', ')}`,
    )
    const shown = sides.filter(({ key }) => tiles.includes(key))
    const isScored = frame !== null && !this.#clip.excluded.includes(frame)
    const values = shown.map(({ key, name, series }) =>
      element(
        'span',
        { class: 'curve-value' },
        swatch(series),
        `${name} `,
        element('strong', {}, isScored ? frameValue(this.#metric, key, frame) : 'none'),
        ` · clip ${clipValue(this.#metric, key)}`,
      ),
    )
    const head = frame === null ? measure : `${measure} at frame ${frame}${isScored ? '' : ' (not scored)'}: `
    this.#values.replaceChildren(head, ...values.map(toDom))
    for (const row of this.#table.querySelectorAll<HTMLElement>('tbody tr'))
      row.toggleAttribute('data-now', row.dataset.row === String(frame))
  }

  /** Made when it is opened: a long clip has many rows. */
  async #fillTable(): Promise<void> {
    if (!this.#table.open || this.#table.querySelector('table') !== null) return
    const made = this.#metric
    const { framesTable } = await askedPart('values')
    if (this.#metric === made && this.#table.querySelector('table') === null)
      this.#table.append(toDom(framesTable(this.#clip, made)))
    this.draw(...this.#drawn)
  }
}
