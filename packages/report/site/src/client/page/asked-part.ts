// Parts of a page that not every reader asks for: scripts of their own, run with their first use, so that the first picture waits for none of them. Each
// stands as `client/parts/<name>.ts` and leaves what it does under its name.
import type { ColumnLoader } from '../clips/clip-list.ts'
import type { PointedPlayer } from '../clip/overlay/pointers.ts'
import type { ClipValues } from '../clip/page/clip-parts.ts'
import type { KeyAction } from '../clip/player/keys.ts'
import type { Player } from '../clip/player/player.ts'
import type { Overlays } from '../clip/overlay/overlays.ts'
import type { ProtocolData } from '../../../../src/data-files/protocol-file.ts'
import { runScript } from '../data/load-data.ts'

export interface AskedParts {
  /** The dialog that makes a figure of a clip. */
  figure: (player: Player, protocol: string, clip: string) => void
  /** The dialog of the keys. */
  help: (table: readonly KeyAction[], on: boolean, onChange: (on: boolean) => void) => void
  /** The clips that an address chooses, in its order. */
  walk: (protocol: ProtocolData, search: string, load: ColumnLoader) => Promise<Uint32Array>
  /** Tables below the player. */
  values: ClipValues
  /** What lies over pictures. */
  overlays: Overlays
  /** What pointers do on pictures. */
  pointers: (player: PointedPlayer, signal: AbortSignal, first: Event) => void
}

declare global {
  /** What those scripts leave. */
  var kinemetricParts: Partial<AskedParts> | undefined
}

// Where this script came from, the others lie too.
const here = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : ''
const coming = new Map<keyof AskedParts, Promise<void>>()

/** A part, loaded once. @throws DataError where it cannot be had */
export async function askedPart<N extends keyof AskedParts>(name: N): Promise<AskedParts[N]> {
  const script = coming.get(name) ?? runScript(here.replace(/[^/]*$/, `parts/${name}.js`))
  coming.set(name, script)
  try {
    await script
  } catch (error) {
    // May be asked for again.
    coming.delete(name)
    throw error
  }
  return globalThis.kinemetricParts![name]!
}
