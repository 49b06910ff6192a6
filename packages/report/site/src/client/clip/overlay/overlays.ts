import { tracksView } from './tracks-canvas.ts'
import { clipTracks } from './clip-tracks.ts'
import { controlOverlay } from './control-overlay.ts'

/** What lies over pictures, in a script of its own. */
export const overlays = { tracksView, controlOverlay, clipTracks }
export type Overlays = typeof overlays
