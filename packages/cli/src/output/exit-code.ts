import type { Command } from 'commander'
import { isError } from '@kinemetric/files'

/** What the process says to scripts when it ends. */
export const exitCode = {
  /** everything was done */
  done: 0,
  /** done, but some clips failed: the record lists them */
  someFailed: 1,
  /** bad input or configuration, or a run that was interrupted */
  badInput: 2,
  /** weights are missing: the message says which, how large, under which licence, and how to get them */
  weightsMissing: 3,
  /** `gate` alone: worse by the margin, or a rule does not hold */
  gateFailed: 10,
  /** `gate` alone: so many clips show neither pass nor fail */
  gateUndecided: 11,
  /** `gate` alone: too few clips, or nothing to compare by */
  gateCannotTell: 12,
} as const

/** What a command ended with: one of `exitCode`. */
export type Outcome = (typeof exitCode)[keyof typeof exitCode]

/** A command's file: it gets the command with its name and description, adds arguments, options and what is done, and settles the outcome at the end. */
export type DefineCommand = (command: Command, settle: (outcome: Outcome) => void) => void

/** The exit code for an error that ended a command. */
export function exitCodeOf(error: unknown): Outcome {
  return isError(error, 'missing', 'weights', 'method-weights', 'gated') ? exitCode.weightsMissing : exitCode.badInput
}
