import { Option } from 'commander'

/** A checkpoint given by hand. */
export interface CheckpointFlags {
  checkpoint?: string | undefined
  unverified?: boolean | undefined
}

export function checkpointOption(): Option {
  return new Option(
    '--checkpoint <file>',
    'a checkpoint of your own, in any container and naming that is known (with --unverified)',
  )
}

export function unverifiedOption(): Option {
  return new Option('--unverified', 'use --checkpoint without knowing its content')
}

/** A checkpoint given by hand, as the checkpoint of this network. */
export function ownCheckpoint(network: string, { checkpoint }: CheckpointFlags): Record<string, string> | undefined {
  return checkpoint === undefined ? undefined : { [network]: checkpoint }
}

/** Throws where a checkpoint is given without saying that nobody has checked it. */
export function requireUnverified({ checkpoint, unverified }: CheckpointFlags): void {
  if (checkpoint !== undefined && unverified !== true) {
    throw new Error(
      `--checkpoint ${checkpoint}: expected --unverified beside it: nothing vouches for the content of a file given by hand`,
    )
  }
}
