// What stands below the player of a clip: loaded when a reader comes near it.
import { clipValues } from '../clip/page/clip-parts.ts'

declare global {
  interface KinemetricParts {
    /** Tables below the player, and what else is seldom said. */
    values: typeof clipValues
  }
}

globalThis.kinemetricParts = { ...globalThis.kinemetricParts, values: clipValues }
