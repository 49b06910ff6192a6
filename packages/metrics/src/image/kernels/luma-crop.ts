import type { ChoosableSetting } from '../../recipes/choosable-setting.ts'

/** How much of each side is left out before luma is made: papers on super-resolution take the scale factor. */
export const lumaCrop: ChoosableSetting = {
  name: 'crop',
  summary: 'pixels on each side that are left out; papers on super-resolution take the scale factor, often 4',
  kind: 'whole',
  least: 0,
  default: 0,
}
