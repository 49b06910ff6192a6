import { networkCatalogue } from '@kinemetric/networks'

/** What `--tracker` can name: `auto`, and every tracker. */
export const trackerChoices: readonly string[] = [
  'auto',
  ...networkCatalogue.filter(({ role }) => role === 'tracklets').map(({ id }) => id),
]
