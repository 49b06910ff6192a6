import { thumbAddress } from '../../../../src/data-files/media-address.ts'
import { printedNumber } from '../../../../src/data-files/printed-codes.ts'
import type { ProtocolData } from '../../../../src/data-files/protocol-file.ts'
import { narrow } from './narrow.ts'

/** What a row says beside its clip. */
export interface RowValues {
  a: Float64Array
  b: Float64Array | null
  differences: Float64Array
  decimals: number
  /** Sides of which pictures are shown, where there are any. */
  sides: readonly number[]
  hrefOf: (clip: number) => string
}

/** Rows beyond what is seen, so that a step of the keyboard finds the next one there. */
const margin = 3
/** More rows are never in the page. */
const mostRows = 24

interface Row {
  item: HTMLLIElement
  link: HTMLAnchorElement
  thumbs: HTMLElement[]
  id: HTMLElement
  label: HTMLElement
  numbers: HTMLElement[]
}

/** The list: as many links as fit the box, moved along as it scrolls. Each says where it stands among all. */
export class ClipRows {
  readonly #box: HTMLElement
  readonly #list: HTMLElement
  readonly #protocol: ProtocolData
  readonly #pool: Row[] = []
  #rows = new Uint32Array()
  #values: RowValues | undefined

  constructor(box: HTMLElement, protocol: ProtocolData) {
    this.#box = box
    this.#list = box.querySelector('ol')!
    this.#protocol = protocol
    box.addEventListener('scroll', () => this.paint(), { passive: true })
    box.addEventListener('keydown', (event) => this.#move(event))
  }

  /** Shows other clips, from the top. `values` undefined: they are still on their way. */
  show(rows: Uint32Array<ArrayBuffer>, values: RowValues | undefined): void {
    this.#rows = rows
    this.#values = values
    this.#box.scrollTop = 0
    this.paint()
  }

  /** Scrolls to a clip and puts the focus on it. */
  focus(clip: number): void {
    const place = this.#rows.indexOf(clip)
    if (place >= 0) this.#focusPlace(place)
  }

  paint(): void {
    const height = this.#rowHeight()
    const count = Math.min(mostRows, Math.ceil(this.#box.clientHeight / height) + 2 * margin)
    const first = Math.max(0, Math.min(this.#rows.length - count, Math.floor(this.#box.scrollTop / height) - margin))
    this.#list.style.height = `${Math.max(1, this.#rows.length) * height}px`
    while (this.#pool.length < count) this.#pool.push(this.#newRow())
    for (const [at, row] of this.#pool.entries()) {
      const place = first + at
      row.item.hidden = at >= count || place >= this.#rows.length
      if (!row.item.hidden) this.#fill(row, place, height)
    }
  }

  #rowHeight(): number {
    if (narrow.matches) return this.#hasThumbs() ? 148 : 84
    if (document.documentElement.dataset.density !== 'compact') return 76
    return this.#hasThumbs() ? 66 : 44
  }

  #hasThumbs(): boolean {
    return this.#protocol.head.media.sets.some(({ thumb }) => thumb.length > 0)
  }

  #newRow(): Row {
    const item = document.createElement('li')
    const link = document.createElement('a')
    link.className = 'clip-row'
    const thumbs = this.#hasThumbs() ? [1, 2, 3].map(() => spanOf('thumb')) : []
    const what = spanOf('what')
    const id = document.createElement('b')
    const label = document.createElement('small')
    what.append(id, ' ', label)
    const numbers = ['num', 'num', 'num difference'].map(spanOf)
    link.append(...thumbs, what, ...numbers)
    item.append(link)
    this.#list.append(item)
    return { item, link, thumbs, id, label, numbers }
  }

  #fill({ item, link, thumbs, id, label, numbers }: Row, place: number, height: number): void {
    const clip = this.#rows[place]
    const { ids, labels } = this.#protocol
    const values = this.#values
    item.style.top = `${place * height}px`
    item.style.height = `${height}px`
    item.setAttribute('aria-posinset', String(place + 1))
    item.setAttribute('aria-setsize', String(this.#rows.length))
    link.dataset.place = String(place)
    if (values !== undefined) link.href = values.hrefOf(clip)
    id.textContent = ids[clip]
    label.textContent = labels[clip]
    for (const [at, thumb] of thumbs.entries()) this.#fillThumb(thumb, clip, values?.sides[at])
    const texts = values === undefined ? ['…', '…', '…'] : rowTexts(values, clip)
    for (const [at, text] of texts.entries()) numbers[at].textContent = text
  }

  #fillThumb(thumb: HTMLElement, clip: number, side: number | undefined): void {
    const found = side === undefined ? null : thumbAddress(this.#protocol, clip, side)
    thumb.style.backgroundImage = found === null ? '' : `url("${found.src}")`
    if (found !== null) thumb.style.backgroundPositionX = `-${found.place * this.#protocol.head.media.thumb[0]}px`
  }

  #move(event: KeyboardEvent): void {
    const { target } = event
    if (!(target instanceof HTMLElement) || target.dataset.place === undefined) return
    const page = Math.max(1, Math.floor(this.#box.clientHeight / this.#rowHeight()) - 1)
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -this.#rows.length,
      End: this.#rows.length,
    }
    const step = steps[event.key]
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    this.#focusPlace(Math.max(0, Math.min(this.#rows.length - 1, Number(target.dataset.place) + step)))
  }

  #focusPlace(place: number): void {
    const height = this.#rowHeight()
    const { scrollTop, clientHeight } = this.#box
    if (place * height < scrollTop) this.#box.scrollTop = place * height
    else if ((place + 1) * height > scrollTop + clientHeight) this.#box.scrollTop = (place + 1) * height - clientHeight
    this.paint()
    this.#pool
      .find(({ link, item }) => !item.hidden && link.dataset.place === String(place))
      ?.link.focus({ preventScroll: true })
  }
}

function spanOf(name: string): HTMLElement {
  const span = document.createElement('span')
  span.className = name
  return span
}

/** A's and B's numbers and what A is better by. */
function rowTexts({ a, b, differences, decimals }: RowValues, clip: number): string[] {
  if (b === null) return [printedNumber(a[clip], decimals), '', '']
  const difference = differences[clip]
  const sign = difference > 0 ? '+' : ''
  return [
    `A ${printedNumber(a[clip], decimals)}`,
    `B ${printedNumber(b[clip], decimals)}`,
    Number.isNaN(difference) ? 'one has none' : `${sign}${printedNumber(difference, decimals)}`,
  ]
}
