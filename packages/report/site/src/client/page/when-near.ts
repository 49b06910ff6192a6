/**
 * Calls once when one of the places comes within half a window of what is seen, or when a key is pressed (a reader may be about to print, to search, or to
 * move by headings): what is below the first screen then comes, and the first screen has not waited for it.
 */
export function whenNear(places: readonly Element[], signal: AbortSignal, then: () => Promise<void>): void {
  const end = new AbortController()
  const call = () => {
    if (end.signal.aborted || signal.aborted) return
    end.abort()
    void then()
  }
  const near = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && call(), {
    rootMargin: '0px',
  })
  for (const place of places) near.observe(place)
  addEventListener('keydown', call, { signal: end.signal })
  addEventListener('beforeprint', call, { signal: end.signal })
  for (const each of [end.signal, signal]) each.addEventListener('abort', () => near.disconnect())
}
