// The chosen list of clips that next and previous walk: loaded where an address chooses one.
import { clipsOfAddress } from '../clips/clip-list.ts'

declare global {
  interface KinemetricParts {
    /** The clips that an address chooses, in its order. */
    walk: typeof clipsOfAddress
  }
}

globalThis.kinemetricParts = { ...globalThis.kinemetricParts, walk: clipsOfAddress }
