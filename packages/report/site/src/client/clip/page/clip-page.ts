// The page of a clip: one page for all of them, which reads from its address what it shows and writes into it what is seen.
import { element, type Markup } from '../../../../../src/markup/element.ts'
import type { ProtocolData } from '../../../../../src/data-files/protocol-file.ts'
import { type Address, listKeys, pickKeys } from '../../address/address.ts'
import { AddressReader } from '../../address/read-values.ts'
import { linkTo, showAddress } from '../../address/show-address.ts'
import { DataError, pageBoard } from '../../data/load-data.ts'
import { loadCurves, loadValues } from '../../data/protocol-data.ts'
import { askedPart } from '../../page/asked-part.ts'
import { whenNear } from '../../page/when-near.ts'
import { iframeText } from '../../page/iframe-text.ts'
import { say } from '../../page/say-copied.ts'
import { toDom } from '../../page/to-dom.ts'
import { fetchAhead } from '../video-store.ts'
import { type KeyAction, listenToKeys } from '../player/keys.ts'
import { Player } from '../player/player.ts'
import type { PlayerClip } from '../player/player-clip.ts'
import { playerKeys } from '../player/player-keys.ts'
import { type PlayerState, readPlayerState, usualTiles, writePlayerState } from '../player/player-state.ts'
import { clipHead } from './clip-head.ts'
import { type ClipData, playerClip } from './clip-view.ts'
import { choosesList, chosenList } from './clip-list.ts'
import type { ClipList } from './walked-list.ts'

/** Keys that stay when a reader goes to another clip: how it is looked at, and the list that is walked. */
const keptKeys = ['m', 't', 'v', 'w', 'g', 'z', 's', 'on', ...listKeys] as const
/** What a frame of another page shows of a clip. */
const playerKeysOf = ['k', 'c', 't', 'l', 'v', 'w', 'g', 'z', 's', 'on'] as const

/** What the head says of a clip's place in the list. */
const placed = '.turn, .clip-facts'

export class ClipPage {
  readonly #root: HTMLElement
  readonly #protocol: ProtocolData
  readonly #isEmbedded: boolean
  readonly #keys: { openHelp: () => void }
  #address: Address = {}
  /** What next and previous walk; the list of another clip until it is known. */
  #list: Promise<ClipList> | null = null
  #clip = -1
  #player: Player | null = null
  /** Ends what the clip that is shown has begun. */
  #end = new AbortController()

  constructor(root: HTMLElement, protocol: ProtocolData) {
    this.#root = root
    this.#protocol = protocol
    this.#isEmbedded = 'embedded' in root.dataset
    this.#keys = listenToKeys(() => this.#keyTable(), new AbortController().signal)
    addEventListener('popstate', () => void this.open())
    addEventListener('pagehide', (event) => {
      if (!event.persisted) this.#end.abort()
    })
  }

  /** Shows what the address names. */
  async open(): Promise<void> {
    this.#leave()
    const { signal } = this.#end
    const reader = new AddressReader(location.search)
    const { ids } = this.#protocol
    const wanted = reader.text('c')
    const clip = wanted === undefined ? 0 : ids.indexOf(wanted)
    if (clip < 0 || ids.length === 0) {
      const { unknownClip } = await askedPart('values')
      if (!signal.aborted) this.#show([unknownClip(wanted ?? '', ids, (id) => this.#hrefOf(ids.indexOf(id)))])
      return
    }
    this.#clip = clip
    const data = await this.#load(clip)
    // Another clip was asked for meanwhile.
    if (signal.aborted) return
    const view = playerClip(data)
    const usual = this.#usual(view, reader)
    const state = readPlayerState(reader, view, usual)
    this.#address = { ...pickKeys(reader.address, keptKeys), ...reader.address, c: ids[clip] }
    const metric = reader.choice(
      'k',
      this.#protocol.head.metrics.map(({ id }) => id),
    )
    const notices = [...reader.notices(pageBoard), ...this.#troubles(data)]
    // The first picture does not wait for the list.
    const coming = chosenList(this.#protocol, this.#address)
    this.#list = coming.then(({ list }) => list)
    this.#build(data, view, { state, usual, metric, notices })
    const { list, trouble } = await coming
    if (signal.aborted) return
    const head = toDom(clipHead(data, view, list.place(clip), (other) => this.#hrefOf(other)))
    const known = [...head.querySelectorAll(placed)]
    for (const [at, place] of this.#root.querySelectorAll(placed).entries()) place.replaceWith(known[at])
    if (trouble !== '') this.#root.querySelector('.clip-head')?.after(toDom(element('p', { class: 'notice' }, trouble)))
    this.#fetchNext(list.neighbour(clip, 1), state.tiles)
  }

  async #load(clip: number): Promise<ClipData> {
    // What cannot be had is said; the rest is shown.
    const [values, curves] = await Promise.all([loadValues(clip).catch(() => null), loadCurves(clip).catch(() => null)])
    return { protocol: this.#protocol, clip, values, curves }
  }

  /** What could not be had of the clip's data. */
  #troubles({ values, curves }: ClipData): string[] {
    const missing = [...(values === null ? ['values'] : []), ...(curves === null ? ['curves'] : [])]
    return missing.length === 0
      ? []
      : [`The ${missing.join(' and ')} of this clip could not be read: build again, or copy the site again.`]
  }

  /** Tiles of an address that names none: the list's methods, as many as there is room for. */
  #usual(view: PlayerClip, reader: AddressReader): string[] {
    const isNarrow = matchMedia('(max-width: 40rem)').matches
    const named = [reader.text('a'), reader.text('b')].filter((id) => id !== undefined)
    return usualTiles(view, isNarrow ? { methods: 1, control: false } : { methods: 2, control: true }, named)
  }

  #build(
    data: ClipData,
    view: PlayerClip,
    own: { state: PlayerState; usual: string[]; metric: string | undefined; notices: string[] },
  ): void {
    const { head } = this.#protocol
    document.title = `Clip ${view.id} · ${head.title}`
    this.#show([
      clipHead(data, view, null, (clip) => this.#hrefOf(clip)),
      ...own.notices.map((text) => element('p', { class: 'notice' }, text)),
    ])
    const isShown = view.sides.some(({ video }) => video !== null)
    if (!isShown)
      this.#root.append(
        toDom(
          element(
            'p',
            { class: 'notice' },
            head.media.clips === 0 ? head.media.why : `No videos of this clip are published here. ${head.media.why}`,
          ),
        ),
      )
    const player = new Player(
      view,
      own.state,
      {
        onChange: (state, settled) => settled && this.#write(state, own.usual),
        openKeys: () => this.#keys.openHelp(),
        onMetric: (key) => this.#keepMetric(key, view),
      },
      own.metric,
    )
    player.element.toggleAttribute('data-bare', !isShown)
    this.#player = player
    this.#listenToHead(view)
    // In a frame of another page: the player alone.
    if (this.#isEmbedded) {
      this.#root.append(player.element)
      return
    }
    const values = toDom(section('values', 'Values of this clip'))
    const why = toDom(section('why', 'Why these numbers'))
    this.#root.append(player.element, values, why)
    whenNear([values, why], this.#end.signal, async () => {
      const { valuesTable, valuesCopy, whyTable, probesOf } = await askedPart('values')
      values.append(toDom(valuesTable(data)), valuesCopy(data))
      why.append(toDom(whyTable(data)))
      const found = probesOf(data)
      if (found !== null) why.after(toDom(found))
    })
  }

  /** Links to other clips are followed here, without loading the page anew. */
  #listenToHead(view: PlayerClip): void {
    const { signal } = this.#end
    this.#root.addEventListener(
      'click',
      (event) => {
        const target = event.target instanceof Element ? event.target : null
        const action = target?.closest<HTMLElement>('button')?.dataset.page
        if (action === 'link') void this.copyLink()
        if (action === 'embed') void this.#copy(this.#embedding(), 'iframe')
        if (action === 'figure') void this.#openFigure(view.id)
        const link = target?.closest<HTMLAnchorElement>('a[data-clip]')
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
        event.preventDefault()
        this.go(Number(link.dataset.clip))
      },
      { signal },
    )
  }

  /** What makes figures is loaded when the first is asked for. */
  async #openFigure(clip: string): Promise<void> {
    try {
      const openFigure = await askedPart('figure')
      if (this.#player !== null) openFigure(this.#player, this.#protocol.head.title, clip)
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      say(this.#root.querySelector('[data-said]'), error.message)
    }
  }

  /** To another clip, as seen as this one. */
  go(clip: number | null): void {
    if (clip === null || clip === this.#clip || this.#isEmbedded) return
    const address = { ...pickKeys(this.#address, keptKeys), c: this.#protocol.ids[clip] }
    showAddress(address, true)
    void this.open()
  }

  /** Names its tiles: how many are usual hangs on the width of the window. */
  copyLink(): Promise<void> {
    const tiles = this.#player === null ? {} : { m: this.#player.state.tiles.join() }
    return this.#copy(linkTo({ ...this.#address, ...tiles }, pageBoard), 'link')
  }

  /** A frame for another page that shows what is seen, as high as it is here. */
  #embedding(): string {
    const { element: player, state } = this.#player!
    const link = linkTo({ ...pickKeys(this.#address, playerKeysOf), m: state.tiles.join() }, pageBoard)
    return iframeText(link, document.title, player.offsetHeight + 180)
  }

  async #copy(text: string, what: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      say(this.#root.querySelector('[data-said]'), `Copied: ${what}`)
    } catch {
      const { showText } = await askedPart('values')
      showText(text, what)
    }
  }

  #keyTable(): KeyAction[] {
    if (this.#player === null) return []
    const neighbour = (by: 1 | -1) => void this.#list?.then((list) => this.go(list.neighbour(this.#clip, by)))
    return [
      ...playerKeys(this.#player),
      { keys: ['n'], shown: 'n', run: () => neighbour(1) },
      { keys: ['p'], shown: 'p', run: () => neighbour(-1) },
      { keys: ['c'], shown: 'c', run: () => void this.copyLink() },
    ]
  }

  #write(state: PlayerState, usual: readonly string[]): void {
    const kept = pickKeys(this.#address, ['c', ...listKeys])
    this.#address = { ...kept, ...writePlayerState(state, usual) }
    showAddress(this.#address)
  }

  /** The curve's metric is in the address, where no list is walked that another metric orders. */
  #keepMetric(key: string, view: PlayerClip): void {
    if (choosesList(this.#address)) return
    const { k: _, ...others } = this.#address
    this.#address = key === view.curves[0].key ? others : { ...others, k: key }
    showAddress(this.#address)
  }

  #hrefOf(clip: number): string {
    return linkTo({ ...pickKeys(this.#address, keptKeys), c: this.#protocol.ids[clip] }, '')
  }

  /** The next clip's reference and first method, when nothing else is to be done. */
  #fetchNext(next: number | null, tiles: readonly string[]): void {
    const saves = 'connection' in navigator && hasSaveData(navigator.connection)
    if (next === null || saves || this.#player === null) return
    const { signal } = this.#end
    const later = 'requestIdleCallback' in window ? requestIdleCallback : (run: () => void) => setTimeout(run, 1500)
    later(() => {
      if (signal.aborted) return
      void this.#load(next).then((data) => {
        const first = tiles.find((key) => key !== 'control')
        // Not this page's end: it is the next clip that wants them.
        for (const { key, video } of playerClip(data).sides)
          if (video !== null && (key === 'reference' || key === first))
            fetchAhead(video.address, new AbortController().signal)
      })
    })
  }

  #show(parts: readonly Markup[]): void {
    this.#root.replaceChildren(...parts.map(toDom))
  }

  #leave(): void {
    this.#end.abort()
    this.#end = new AbortController()
    this.#player?.close()
    this.#player = null
  }
}

function hasSaveData(connection: unknown): boolean {
  return (
    typeof connection === 'object' && connection !== null && 'saveData' in connection && connection.saveData === true
  )
}

function section(id: string, title: string): Markup {
  return element('section', { 'aria-labelledby': id }, element('h2', { id }, title))
}
