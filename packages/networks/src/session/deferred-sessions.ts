/**
 * Sessions that wait to be made until somebody is sure to run them: a process that hands its clips to others needs of a network only what it is called and the
 * digest of its tensors, and making a session takes half a second.
 */
export class DeferredSessions {
  #waiting: (() => Promise<unknown>)[] | undefined = []

  /** Makes all that wait, and those to come at once. @throws as `openSession` */
  async open(): Promise<void> {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const make of waiting) await make()
  }

  /** Whether a session is to wait; then `make` is called when they are opened. */
  defer(make: () => Promise<unknown>): boolean {
    this.#waiting?.push(make)
    return this.#waiting !== undefined
  }
}
