import type { LiveStatus } from '../../../../src/site-serve/live-status.ts'

/** A line below the head of the page, there only while it has something to say. */
export class LiveBar {
  readonly #bar = document.createElement('aside')
  readonly #said = document.createElement('p')
  readonly #show = document.createElement('button')
  readonly #measured = document.createElement('p')
  readonly #runs = document.createElement('ul')

  /** @param reload shows the site that stands now, at the same address */
  constructor(reload: () => void) {
    this.#bar.className = 'live'
    this.#bar.setAttribute('aria-label', 'The results as they grow')
    this.#said.setAttribute('role', 'status')
    this.#show.type = 'button'
    this.#show.textContent = 'Show them'
    this.#show.addEventListener('click', reload)
    const inner = document.createElement('div')
    inner.className = 'wrap'
    this.#measured.textContent = 'Being measured, no scores yet:'
    inner.append(this.#said, this.#show, this.#measured, this.#runs)
    this.#bar.append(inner)
    this.#show.hidden = true
    this.#bar.hidden = true
    document.getElementById('main')?.before(this.#bar)
  }

  /** @param isOther whether another site stands than the one that this page is of */
  show(status: LiveStatus, isOther: boolean): void {
    this.#say(wordsOf(status, isOther), isOther)
    const items = status.runs.map((text) => {
      const item = document.createElement('li')
      item.textContent = text
      return item
    })
    const before = [...this.#runs.children].map(({ textContent }) => textContent).join('\n')
    if (before !== items.map(({ textContent }) => textContent).join('\n')) this.#runs.replaceChildren(...items)
    this.#measured.hidden = items.length === 0
    this.#said.hidden = this.#said.textContent === ''
    this.#bar.hidden = this.#said.hidden && items.length === 0
  }

  /** The server does not answer. */
  lost(): void {
    this.#runs.replaceChildren()
    this.#measured.hidden = true
    this.#said.hidden = false
    this.#say('The server does not answer; this page stays as it is.', false)
    this.#bar.hidden = false
  }

  /** Set only when it changes: a screen reader says it once. */
  #say(words: string, isOffered: boolean): void {
    if (this.#said.textContent !== words) this.#said.textContent = words
    this.#show.hidden = !isOffered
  }
}

function wordsOf({ state, problem }: LiveStatus, isOther: boolean): string {
  if (isOther) return 'The results changed since this page was made.'
  if (state === 'failed')
    return `The results changed, and no site can be made of them: ${problem}. This page is of the results before.`
  return state === 'shown' ? '' : 'The results changed: the site is being built again.'
}
