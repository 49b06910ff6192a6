// Figures of a clip: loaded with the first that is asked for.
import { openFigure } from '../clip/figure/figure-dialog.ts'

declare global {
  interface KinemetricParts {
    /** The dialog that makes a figure of a clip. */
    figure: typeof openFigure
  }
}

globalThis.kinemetricParts = { ...globalThis.kinemetricParts, figure: openFigure }
