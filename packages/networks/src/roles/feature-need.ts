/** Which features something needs of a clip. Plain strings: a network that joins later needs no change here. */
export interface FeatureNeed {
  /** Id of a network with the role `features`. */
  readonly network: string
  /** How frames become the network's input, by the network's own name for it. */
  readonly preprocessing: string
  /** What else of the network's arithmetic can be chosen, such as `bneps-0.001`. */
  readonly variant?: string | undefined
  /** Ids of weights that hold the network, the recipe's own first; the others stand in where it is not there. */
  readonly checkpoints: readonly string[]
  /** Length of a row. */
  readonly dimension: number
}

/**
 * A name for features that fit any recipe with these needs: `i3d-kinetics-400.squash-half-pixel.bneps-0.001`. Kept features carry it, so it stays
 * as it is.
 */
export function featureNeedKey({
  network,
  preprocessing,
  variant,
}: Pick<FeatureNeed, 'network' | 'preprocessing' | 'variant'>): string {
  return [network, preprocessing, ...(variant === undefined ? [] : [variant])].join('.')
}
