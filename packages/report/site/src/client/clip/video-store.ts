// Videos as whole files, some of them fetched before they are asked for.
import { SourceError } from './source-error.ts'

/** Videos that wait to be asked for. */
const mostKept = 4
const kept = new Map<string, Promise<Blob | null>>()

/** The whole file; null where scripts may not have it though a video element may (another site that does not allow it). @throws SourceError */
export function fetchVideo(address: string, signal: AbortSignal): Promise<Blob | null> {
  const known = kept.get(address)
  kept.delete(address)
  return known ?? fetchNow(address, signal)
}

/** Fetches a video that is likely to be asked for next; what goes wrong is found again, and said, when it is. */
export function fetchAhead(address: string, signal: AbortSignal): void {
  if (location.protocol === 'file:' || kept.has(address)) return
  const coming = fetchNow(address, signal)
  coming.catch(() => kept.delete(address))
  kept.set(address, coming)
  for (const old of [...kept.keys()].slice(0, -mostKept)) kept.delete(old)
}

async function fetchNow(address: string, signal: AbortSignal): Promise<Blob | null> {
  const elsewhere = new URL(address, location.href).origin !== location.origin
  let response: Response
  try {
    response = await fetch(address, { signal })
  } catch (error) {
    signal.throwIfAborted()
    if (elsewhere) return null
    throw new SourceError('missing', `the server did not answer (${String(error)})`)
  }
  if (!response.ok) throw new SourceError('missing', `the server answered ${response.status}`)
  const blob = await response.blob()
  // A server that knows no videos sends bytes, which not every browser takes for a video.
  if (blob.type.startsWith('video/')) return blob
  return blob.slice(0, blob.size, address.includes('.webm') ? 'video/webm' : 'video/mp4')
}
