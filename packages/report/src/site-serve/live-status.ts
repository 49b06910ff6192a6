/** What a page of a site that is served while its results grow is told when it asks. */
export interface LiveStatus {
  /** Which site stands; a page knows which one it is of. */
  build: string
  /** Whether that is of the results as they are. */
  state: 'shown' | 'changed' | 'building' | 'failed'
  /** Why it could not be made of them; '' unless `failed`. */
  problem: string
  /** Runs that measure into the results folder, a sentence each. */
  runs: readonly string[]
}

/** Address of the status from the root of the site. No protocol's folder and no file of a site is called so. */
export const statusPath = 'kinemetric-live.json'

/** Folder under which the files of one build are asked for, though another one stands by now. */
export function buildPath(build: string): string {
  return `build-${build}.kinemetric`
}
