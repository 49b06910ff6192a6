/** The sizes that CoTracker3's weights were trained with. */
export const cotracker3 = {
  /** The frame that the model sees, pixels. */
  height: 384,
  width: 512,
  /** Pixels of that frame a feature. */
  stride: 4,
  /** Length of a feature vector. */
  channels: 128,
  /** Levels of the feature pyramid, each half the size of the one before. */
  levels: 4,
  /** Features to each side of a point that are compared. */
  radius: 3,
  /** (2 · radius + 1)² */
  support: 49,
  /** Length of a token: visibility, confidence, 4 × 256 of the correlations, 84 of the motion. */
  token: 1110,
  /** Width of the transformer. */
  hidden: 384,
  heads: 8,
  virtualTracks: 64,
  blocks: 3,
  /** Refinements of the tracks. */
  iterations: 6,
} as const
