// What pointers do on pictures: loaded when one is used.
import { listenToPointers } from '../clip/overlay/pointers.ts'

declare global {
  interface KinemetricParts {
    /** What pointers do on pictures. */
    pointers: typeof listenToPointers
  }
}

globalThis.kinemetricParts = { ...globalThis.kinemetricParts, pointers: listenToPointers }
