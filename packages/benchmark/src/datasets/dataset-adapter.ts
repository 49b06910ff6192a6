/** A clip as its dataset has it, before any protocol. Paths are the dataset's own files. */
export interface DatasetClip {
  id: string
  video: string
  /** Name of the video inside the dataset. */
  name: string
  label?: string | undefined
  /** Mask video of what drives the scene, frame by frame beside the video. */
  control?: string | undefined
  /** Object masks; `offset` is the mask frame that belongs to video frame 0. */
  objectMasks?: { object: string; video: string; offset: number }[] | undefined
  assets?: Record<string, string> | undefined
  /** Things left out and why, for the preparation's report. */
  warnings?: string[] | undefined
}

/** A clip that the dataset cannot give. */
export interface DatasetProblem {
  id: string
  problem: string
}

/** Reads a dataset's folder layout; knows nothing of windows and sizes. A new dataset is one file with one of these and a line in `adapters.ts`. */
export interface DatasetAdapter {
  id: string
  title: string
  /**
   * The clips in their fixed order (by name as strings).
   * @throws KinemetricError `bad-dataset` where the folder is not such a dataset
   */
  clips(folder: string, options: AdapterOptions): Promise<(DatasetClip | DatasetProblem)[]>
}

export interface AdapterOptions {
  /** `interdyn-examples`: file of object-mask offsets; looked up beside and above the dataset where absent. */
  offsets?: string | undefined
}
