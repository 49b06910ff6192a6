// The chosen list of clips that next and previous walk: loaded where an address chooses one.
import { clipsOfAddress } from '../clips/clip-list.ts'

globalThis.kinemetricParts = { ...globalThis.kinemetricParts, walk: clipsOfAddress }
