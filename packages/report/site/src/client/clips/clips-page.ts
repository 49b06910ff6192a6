import { printedNumber } from '../../../../src/data-files/printed-codes.ts'
import type { ProtocolData } from '../../../../src/data-files/protocol-file.ts'
import { type Address, pickKeys, writeAddress } from '../address/address.ts'
import { AddressReader } from '../address/read-values.ts'
import { linkTo, showAddress } from '../address/show-address.ts'
import { pageBoard } from '../data/load-data.ts'
import { loadColumn, loadProtocol } from '../data/protocol-data.ts'
import { copyText, say } from '../page/say-copied.ts'
import { ClipRows } from './clip-rows.ts'
import { pick } from './clip-list.ts'
import { clipsCsv, clipsOption } from './clips-text.ts'
import { ClipsForm } from './clips-form.ts'
import { Histogram } from './histogram.ts'
import { column, defaultChoice, type ListChoice, readChoice, writeChoice } from './list-choice.ts'
import { sentenceOf } from './list-words.ts'
import { narrow } from './narrow.ts'
import type { PickedClips } from './pick-clips.ts'
import { Scatter, type ScatterAxis } from './scatter.ts'

type Column = { metric: number; method: number }

/** The list of a protocol's clips: what it is chosen by, what is drawn of it, its rows. */
export class ClipsPage {
  readonly #root: HTMLElement
  readonly #protocol: ProtocolData
  readonly #form: ClipsForm
  readonly #rows: ClipRows
  readonly #histogram: Histogram
  readonly #scatter: Scatter
  readonly #status: HTMLElement
  #choice: ListChoice
  #axes: { x: Column | null; y: Column | null } = { x: null, y: null }
  #picked: PickedClips | undefined
  /** Counts what was asked for: an answer that comes after a later question is dropped. */
  #asked = 0

  constructor(root: HTMLElement, protocol: ProtocolData) {
    this.#root = root
    this.#protocol = protocol
    for (const fold of root.querySelectorAll<HTMLDetailsElement>('details.fold')) fold.open = !narrow.matches
    this.#status = root.querySelector<HTMLElement>('[data-sentence]')!
    const reader = new AddressReader(location.search)
    this.#choice = readChoice(protocol, reader)
    this.#axes = { x: this.#axis(reader, 'x'), y: this.#axis(reader, 'y') }
    this.#tell(reader.notices(pageBoard))
    this.#rows = new ClipRows(root.querySelector<HTMLElement>('[data-list]')!, protocol)
    this.#histogram = new Histogram(root.querySelector<HTMLElement>('[data-histogram]')!, (low, high, isDone) =>
      this.#change({ low, high }, isDone),
    )
    this.#scatter = new Scatter(
      root.querySelector<HTMLElement>('[data-scatter]')!,
      (clip) => `${protocol.ids[clip]} ${protocol.labels[clip]}`.trim(),
      (clip) => location.assign(this.#hrefOf(clip)),
    )
    this.#form = new ClipsForm(root, protocol, (part) => this.#change(part, true))
    this.#form.onAxes((axes) => {
      this.#axes = axes
      void this.apply(true)
    })
    this.#listen()
  }

  /** Picks, draws and paints. @param isDone the gesture has ended: then the address says it */
  async apply(isDone: boolean): Promise<void> {
    const asked = ++this.#asked
    this.#form.show(this.#choice, this.#axes, this.#picked)
    if (isDone) showAddress(this.#address())
    const picked = await pick(this.#protocol, this.#choice, loadColumn)
    const columns = await loadColumn(this.#protocol, this.#choice.metric)
    const axes = await Promise.all([this.#scatterAxis('x'), this.#scatterAxis('y')])
    if (asked !== this.#asked) return
    this.#picked = picked
    const metric = this.#protocol.head.metrics[this.#choice.metric]
    this.#status.textContent = sentenceOf(this.#protocol, this.#choice, picked)
    this.#form.show(this.#choice, this.#axes, picked)
    const hasPair = this.#choice.b >= 0 && this.#choice.a !== this.#choice.b
    this.#root.querySelector<HTMLElement>('[data-charts]')!.hidden = !hasPair
    const { low, high } = this.#choice
    if (hasPair && !this.#isFolded()) {
      this.#histogram.draw({ ...picked, clips: picked.drawn, low, high, decimals: metric.decimals })
      const [x, y] = axes
      const [of, against] = [this.#columnOf('x'), this.#columnOf('y')]
      this.#scatter.draw({ x, y, rows: picked.rows, isSame: of.metric === against.metric })
    }
    this.#rows.show(new Uint32Array(picked.rows), {
      a: columns[this.#choice.a].printed,
      b: hasPair ? columns[this.#choice.b].printed : null,
      differences: picked.differences,
      decimals: metric.decimals,
      sides: [0, 2 + this.#choice.a, 2 + this.#choice.b],
      hrefOf: (clip) => this.#hrefOf(clip),
    })
    this.#root.querySelector<HTMLElement>('[data-none]')!.hidden = picked.rows.length > 0
    document.documentElement.dataset.ready = String(this.#asked)
  }

  /** Where a reader comes back to. */
  restore(): void {
    const state: unknown = history.state
    if (typeof state === 'object' && state !== null && 'clip' in state && typeof state.clip === 'number')
      this.#rows.focus(state.clip)
  }

  #change(part: Partial<ListChoice>, isDone: boolean): void {
    this.#choice = { ...this.#choice, ...part }
    // Differences of another metric have another scale.
    if (part.metric !== undefined) this.#choice = { ...this.#choice, by: null, low: null, high: null }
    this.apply(isDone).catch((error: unknown) => this.fail(error))
  }

  /** Says what went wrong, in place of the list. */
  fail(error: unknown): void {
    this.#status.textContent = error instanceof Error ? error.message : String(error)
    this.#status.classList.add('warn')
  }

  #listen(): void {
    const open = this.#root.querySelector<HTMLElement>('[data-list]')!
    open.addEventListener('click', (event) => {
      const link = event.target instanceof Element ? event.target.closest<HTMLElement>('a[data-place]') : null
      const clip = this.#picked?.rows[Number(link?.dataset.place)]
      if (clip !== undefined) history.replaceState({ clip }, '', location.href)
    })
    addEventListener('resize', () => void this.apply(false))
    narrow.addEventListener('change', () => {
      for (const fold of this.#root.querySelectorAll<HTMLDetailsElement>('details.fold')) fold.open = !narrow.matches
      void this.apply(false)
    })
    for (const fold of this.#root.querySelectorAll('details.fold'))
      fold.addEventListener('toggle', () => void this.apply(false))
    new MutationObserver(() => void this.apply(false)).observe(document.documentElement, {
      attributeFilter: ['data-theme', 'data-density'],
    })
    this.#root.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-copy]') : null
      if (button !== null) void this.#copy(button.dataset.copy ?? '', button)
    })
    addEventListener('popstate', () => {
      const reader = new AddressReader(location.search)
      this.#choice = readChoice(this.#protocol, reader)
      this.#axes = { x: this.#axis(reader, 'x'), y: this.#axis(reader, 'y') }
      this.#tell(reader.notices(pageBoard))
      this.apply(false).catch((error: unknown) => this.fail(error))
    })
  }

  async #copy(what: string, button: HTMLElement): Promise<void> {
    const rows = this.#picked?.rows ?? new Uint32Array()
    const ids = Array.from(rows, (clip) => this.#protocol.ids[clip])
    const count = `${rows.length} clips`
    if (what === 'link') return copyText(linkTo(this.#address(), pageBoard), 'link', button)
    if (what === 'ids') return copyText(ids.map((id) => `${id}\n`).join(''), `${count}, ids`, button)
    if (what === 'option') {
      const text = clipsOption(ids)
      if (text !== null) return copyText(text, `${count}, --clips`, button)
      const said = button.closest('.take')?.querySelector<HTMLElement>('[data-said]') ?? null
      return say(said, 'These ids do not fit on a command line: copy them into a file, and write --clips @file.')
    }
    const columns = await loadColumn(this.#protocol, this.#choice.metric)
    return copyText(clipsCsv(this.#protocol, this.#choice, columns, rows), `${count}, CSV`, button)
  }

  #address(): Address {
    const { head } = this.#protocol
    const name = (axis: Column | null) =>
      axis === null ? undefined : `${head.metrics[axis.metric].id}.${head.methods[axis.method].id}`
    const [x, y] = [name(this.#axes.x), name(this.#axes.y)]
    return pickKeys({ ...writeChoice(this.#protocol, this.#choice), ...(x && { x }), ...(y && { y }) }, [
      ...(['k', 'a', 'b', 'by', 'lo', 'hi', 'cls', 'q', 'f', 'o', 'x', 'y'] as const),
    ])
  }

  /** The clip's page shows A and B, and walks this list. */
  #hrefOf(clip: number): string {
    const { head, ids } = this.#protocol
    const methods = [this.#choice.a, this.#choice.b].filter((method) => method >= 0)
    const usual = defaultChoice(this.#protocol)
    const isUsual = this.#choice.a === usual.a && this.#choice.b === usual.b
    const m = methods.map((method) => head.methods[method].id).join(',')
    return `clip.html${writeAddress({ ...writeChoice(this.#protocol, this.#choice), ...(isUsual ? {} : { m }), c: ids[clip] })}`
  }

  #axis(reader: AddressReader, key: 'x' | 'y'): Column | null {
    const { head } = this.#protocol
    const name = reader.text(key)
    if (name === undefined) return null
    const metrics = head.metrics.map(({ id }) => id)
    const methods = head.methods.map(({ id }) => id)
    return column(metrics, methods, name) ?? reader.refuse(name) ?? null
  }

  #columnOf(axis: 'x' | 'y'): Column {
    const { metric, a, b } = this.#choice
    return this.#axes[axis] ?? { metric, method: axis === 'x' ? a : b }
  }

  async #scatterAxis(axis: 'x' | 'y'): Promise<ScatterAxis> {
    const { metric, method } = this.#columnOf(axis)
    const { head } = this.#protocol
    if (method < 0) return { values: new Float64Array(), printed: new Float64Array(), title: '', decimals: 0 }
    const values = (await loadColumn(this.#protocol, metric))[method]
    const { label, decimals } = head.metrics[metric]
    return { ...values, title: `${label}, ${head.methods[method].name}`, decimals }
  }

  /** On a phone charts are drawn when they are unfolded. */
  #isFolded(): boolean {
    return !this.#root.querySelector<HTMLDetailsElement>('[data-charts]')!.open
  }

  #tell(notices: readonly string[]): void {
    const place = this.#root.querySelector<HTMLElement>('[data-notice]')!
    place.textContent = notices.join(' ')
    place.hidden = notices.length === 0
  }
}

/** Opens the list of this page's protocol. */
export async function openClipsPage(root: HTMLElement): Promise<void> {
  const status = root.querySelector<HTMLElement>('[data-sentence]')!
  try {
    const protocol = await loadProtocol()
    if (protocol.head.metrics.length === 0) {
      status.textContent = `${printedNumber(protocol.head.clips, 0)} clips, without values by clip: these records have no tables of them.`
      return
    }
    const page = new ClipsPage(root, protocol)
    root.querySelector<HTMLElement>('[data-tools]')!.hidden = false
    await page.apply(false).catch((error: unknown) => page.fail(error))
    page.restore()
  } catch (error) {
    status.textContent = error instanceof Error ? error.message : String(error)
    status.classList.add('warn')
  }
}
