/** What `kinemetric` alone says: where to begin. */
export function welcome(version: string): string {
  return `kinemetric ${version}: how close are generated videos to real ones, and how sure are we?

Usage: kinemetric <command> …

  kinemetric score --reference real/ --generated ours/ --out results/   score your own folders
  kinemetric reproduce physics-demo --out study/                        see a whole benchmark, made on the spot
  kinemetric report serve results/                                      look at results
  kinemetric verify results/                                            check somebody's
  kinemetric doctor                                                     what this machine has

kinemetric --help lists every command, kinemetric <command> --help its options with an example.
`
}
