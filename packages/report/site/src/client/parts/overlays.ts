// Tracks and the control signal over pictures: loaded with the first that is switched on.
import { overlays } from '../clip/overlay/overlays.ts'

declare global {
  interface KinemetricParts {
    /** What lies over pictures. */
    overlays: typeof overlays
  }
}

globalThis.kinemetricParts = { ...globalThis.kinemetricParts, overlays }
