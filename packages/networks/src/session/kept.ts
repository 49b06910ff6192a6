/** What can be let go of. */
export interface Closable {
  close(): Promise<void>
}

/**
 * Networks or sessions by what they are for, each opened when it is first asked for and kept. One purpose keeps one: asked for under another key
 * (another size, say), the one before is closed first.
 */
export class Kept {
  readonly #one: boolean
  readonly #open = new Map<string, { readonly key: string; readonly value: Closable }>()

  /** @param one whether only one is kept of all purposes, for machines without the memory for more */
  constructor(one: boolean) {
    this.#one = one
  }

  async get<T extends Closable>(purpose: string, key: string, open: () => Promise<T>): Promise<T> {
    const known = this.#open.get(purpose)
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a purpose is of one type
    if (known?.key === key) return known.value as T
    for (const [other, { value }] of this.#open) {
      if (!this.#one && other !== purpose) continue
      this.#open.delete(other)
      await value.close()
    }
    const value = await open()
    this.#open.set(purpose, { key, value })
    return value
  }

  async close(): Promise<void> {
    for (const [purpose, { value }] of this.#open) {
      this.#open.delete(purpose)
      await value.close()
    }
  }
}
