import { printedNumber } from '../../../../src/data-files/printed-codes.ts'
import type { ProtocolData } from '../../../../src/data-files/protocol-file.ts'
import { type ListChoice, listOrders, orderOf, usualOrder } from './list-choice.ts'
import { summaryOf } from './list-words.ts'
import type { PickedClips } from './pick-clips.ts'

type Column = { metric: number; method: number }
export interface Axes {
  x: Column | null
  y: Column | null
}

/** Typing asks again only after so long without another key. */
const patienceMs = 120

/** Everything on the page that changes what is listed. It shows a choice and tells what is changed of it. */
export class ClipsForm {
  readonly #root: HTMLElement
  readonly #protocol: ProtocolData
  readonly #onChange: (part: Partial<ListChoice>) => void
  #choice: ListChoice | undefined
  /** Of what is being typed. */
  #waiting: ReturnType<typeof setTimeout> | undefined

  constructor(root: HTMLElement, protocol: ProtocolData, onChange: (part: Partial<ListChoice>) => void) {
    this.#root = root
    this.#protocol = protocol
    this.#onChange = onChange
    this.#fill()
    this.#listen()
  }

  /** Shows a choice; counts of classes are of what was picked last. */
  show(choice: ListChoice, axes: Axes, picked: PickedClips | undefined): void {
    this.#choice = choice
    const set = (name: string, value: string) => {
      const field = this.#field(name)
      // What is being typed stays as it is typed.
      if (field !== document.activeElement || field instanceof HTMLSelectElement) field.value = value
    }
    set('k', String(choice.metric))
    set('a', String(choice.a))
    set('b', String(choice.b))
    set('by', numberText(choice.by))
    set('cls', String(choice.class))
    set('q', choice.text)
    set('o', choice.order)
    const [range] = choice.ranges
    set('fk', String(range?.metric ?? choice.metric))
    set('fm', String(range?.method ?? choice.a))
    set('flo', numberText(range?.low ?? null))
    set('fhi', numberText(range?.high ?? null))
    for (const axis of ['x', 'y'] as const) {
      set(`${axis}k`, String(axes[axis]?.metric ?? choice.metric))
      set(`${axis}m`, String(axes[axis]?.method ?? (axis === 'x' ? choice.a : choice.b)))
    }
    this.#root.querySelector<HTMLElement>('[data-summary]')!.textContent = summaryOf(this.#protocol, choice)
    if (picked !== undefined) this.#countClasses(picked)
    this.#showClears(choice)
  }

  /** Told which columns the scatter shows. */
  onAxes(onChange: (axes: Axes) => void): void {
    const read = (axis: 'x' | 'y'): Column => ({
      metric: Number(this.#field(`${axis}k`).value),
      method: Number(this.#field(`${axis}m`).value),
    })
    for (const name of ['xk', 'xm', 'yk', 'ym'])
      this.#field(name).addEventListener('change', () => onChange({ x: read('x'), y: read('y') }))
  }

  /** Tells of a change, and with it of what was typed and not told yet. */
  #tell(part: Partial<ListChoice>): void {
    const typed =
      this.#waiting === undefined ? {} : { text: this.#field('q').value.trim(), by: numberOf(this.#field('by').value) }
    clearTimeout(this.#waiting)
    this.#waiting = undefined
    const next: Partial<ListChoice> = { ...typed, ...part }
    // An order that nobody chose goes with what is asked for.
    const { by, order } = this.#choice ?? {}
    if (next.by !== undefined && next.order === undefined && by !== undefined && order === usualOrder(by))
      next.order = usualOrder(next.by)
    this.#onChange(next)
  }

  #fill(): void {
    const { head, classes } = this.#protocol
    const metrics = head.metrics.map(({ label, better }) => `${label} ${better === 'higher' ? '↑' : '↓'}`)
    const methods = head.methods.map(({ name }) => name)
    for (const name of ['k', 'fk', 'xk', 'yk']) this.#options(name, metrics)
    for (const name of ['a', 'b', 'fm', 'xm', 'ym']) this.#options(name, methods)
    this.#options('cls', classes)
    for (const field of ['cls']) this.#field(field).closest('label')!.hidden = classes.length === 0
    if (methods.length < 2) for (const name of ['b', 'by']) this.#field(name).closest('label')!.hidden = true
    const orders = this.#field('o')
    for (const [value, text] of Object.entries(listOrders)) orders.append(new Option(text, value))
  }

  #listen(): void {
    const whole = (name: string) => Number(this.#field(name).value)
    const onChange = (name: string, part: () => Partial<ListChoice>) =>
      this.#field(name).addEventListener('change', () => this.#tell(part()))
    onChange('k', () => ({ metric: whole('k') }))
    onChange('a', () => ({ a: whole('a') }))
    onChange('b', () => ({ b: whole('b') }))
    onChange('cls', () => ({ class: whole('cls') }))
    onChange('o', () => ({ order: orderOf(this.#field('o').value) ?? 'id' }))
    for (const name of ['fk', 'fm', 'flo', 'fhi']) onChange(name, () => ({ ranges: this.#ranges() }))
    for (const name of ['q', 'by'])
      this.#field(name).addEventListener('input', () => {
        clearTimeout(this.#waiting)
        this.#waiting = setTimeout(() => this.#tell({}), patienceMs)
      })
    this.#root.querySelector('form')!.addEventListener('submit', (event) => event.preventDefault())
    this.#root.addEventListener('click', (event) => {
      const button = event.target instanceof Element ? event.target.closest<HTMLElement>('button') : null
      if (button?.dataset.ask !== undefined) this.#tell(this.#question(button.dataset.ask))
      if (button?.dataset.clear !== undefined) this.#tell(cleared(button.dataset.clear))
    })
  }

  /** The usual questions start anew but for metric, methods, class and text. */
  #question(order: string): Partial<ListChoice> {
    return { order: orderOf(order) ?? 'id', by: null, low: null, high: null, ranges: [] }
  }

  #ranges(): ListChoice['ranges'] {
    const [low, high] = [numberOf(this.#field('flo').value), numberOf(this.#field('fhi').value)]
    const others = this.#choice?.ranges.slice(1) ?? []
    if (low === null && high === null) return others
    const [metric, method] = [Number(this.#field('fk').value), Number(this.#field('fm').value)]
    return [{ metric, method, low: low ?? -Infinity, high: high ?? Infinity }, ...others]
  }

  #countClasses({ ofClass }: PickedClips): void {
    const field = this.#field('cls')
    if (!(field instanceof HTMLSelectElement)) return
    for (const [at, name] of this.#protocol.classes.entries())
      field.options[at + 1].text = `${name} (${printedNumber(ofClass[at], 0)})`
  }

  /** A button for each filter that is set: of a list that is empty they are the way out. */
  #showClears(choice: ListChoice): void {
    const place = this.#root.querySelector<HTMLElement>('[data-clears]')!
    const { classes } = this.#protocol
    const set: [string, string][] = []
    if (choice.by !== null) set.push(['by', `by at least ${choice.by}`])
    if (choice.low !== null || choice.high !== null) set.push(['range', 'range of differences'])
    if (choice.class >= 0) set.push(['class', classes[choice.class]])
    if (choice.text !== '') set.push(['text', `‘${choice.text}’`])
    if (choice.ranges.length > 0) set.push(['ranges', 'range of a metric'])
    if (choice.order === 'fail' || choice.order === 'none') set.push(['order', listOrders[choice.order]])
    const key = JSON.stringify(set)
    if (place.dataset.set === key) return
    place.dataset.set = key
    place.replaceChildren(
      ...set.map(([what, text]) => {
        const button = document.createElement('button')
        button.type = 'button'
        button.className = 'button'
        button.dataset.clear = what
        button.textContent = `Clear ${text}`
        return button
      }),
    )
  }

  #options(name: string, texts: readonly string[]): void {
    const field = this.#field(name)
    field.append(...texts.map((text, at) => new Option(text, String(at))))
  }

  #field(name: string): HTMLSelectElement | HTMLInputElement {
    return this.#root.querySelector<HTMLSelectElement | HTMLInputElement>(`[name=${name}]`)!
  }
}

function numberText(value: number | null): string {
  return value === null || !Number.isFinite(value) ? '' : String(value)
}

function cleared(what: string): Partial<ListChoice> {
  if (what === 'by') return { by: null }
  if (what === 'range') return { low: null, high: null }
  if (what === 'class') return { class: -1 }
  if (what === 'text') return { text: '' }
  if (what === 'ranges') return { ranges: [] }
  return { order: 'id' }
}

function numberOf(text: string): number | null {
  const number = Number(text)
  return text.trim() === '' || !Number.isFinite(number) ? null : number
}
