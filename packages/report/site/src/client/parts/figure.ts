// Figures of a clip: loaded with the first that is asked for.
import { openFigure } from '../clip/figure/figure-dialog.ts'

globalThis.kinemetricParts = { ...globalThis.kinemetricParts, figure: openFigure }
