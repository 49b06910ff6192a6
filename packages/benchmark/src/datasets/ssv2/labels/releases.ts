/** The splits that have labels and boxes. */
export type Split = 'train' | 'validation'

/** What an official file is called in both releases, and what is known of it. */
export interface LabelFile {
  what: 'labels' | Split | 'test'
  /** Of the release by Qualcomm, and of the one before by 20BN. */
  names: readonly [qualcomm: string, twentyBn: string]
  rows: number
  /** SHA-256 without carriage returns, which copies of the second release have; undefined where it is not known. */
  sha256: string | undefined
}

const prefix = 'something-something-v2-'

/** The label files of Something-Something-v2; the two releases differ in names and line ends alone. */
export const labelFiles: readonly LabelFile[] = [
  {
    what: 'labels',
    names: ['labels.json', `${prefix}labels.json`],
    rows: 174,
    sha256: 'd98d8b657a5d418d7c05dbf630dedd34763025b3d764ceef19bbfd1dc654f54f',
  },
  { what: 'train', names: ['train.json', `${prefix}train.json`], rows: 168_913, sha256: undefined },
  {
    what: 'validation',
    names: ['validation.json', `${prefix}validation.json`],
    rows: 24_777,
    sha256: 'fbdd69ac72b40b9e3ed3aaf484e1575777152565caed693b0ced2d4959fd3958',
  },
  {
    what: 'test',
    names: ['test.json', `${prefix}test.json`],
    rows: 27_157,
    sha256: '60702636202db04cf60c76c76905d821b8fb281376fc1ee4e140087afe108560',
  },
]

/** Videos of the data set, and those that Something-Else has boxes of. */
export const officialVideos = 220_847
export const officialBoxes = 180_049

/** Frames a second of every video, by which Something-Else numbers them. */
export const videoFps = 12

/** The name of the folder into which both releases unpack. */
export const videoFolder = '20bn-something-something-v2'

/** Names of the pieces that the videos come in; some people's downloads carry an ending that says nothing. */
export const archivePart = /^20bn-something-something-v2-\d\d(\.zip)?$/

/**
 * What turns the pieces, all of them, into the folder of videos.
 * @param zipped whether each piece is in a zip of its own; without it an ending says nothing
 */
export function unpackCommand(parts: readonly string[], zipped: boolean): string {
  const named = '20bn-something-something-v2-??'
  if (zipped) return `for part in ${named}.zip; do unzip "$part"; done; cat ${named} | tar xz`
  // A star takes the ending along where some have it.
  return `cat ${named}${parts.some((part) => part.endsWith('.zip')) ? '*' : ''} | tar xz`
}

/** How many clips InterDyn's paper has of a split, by size: what ours is held beside, never tuned to. */
export const paperCounts: Readonly<Record<Split, Readonly<Record<string, number>>>> = {
  validation: { '256x256': 11_229, '256x384': 8667 },
  train: { '256x256': 104_260, '256x384': 79_043 },
}
