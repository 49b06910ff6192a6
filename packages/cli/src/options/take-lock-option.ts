import { Option } from 'commander'

/** What commands that lock a place are told about a lock that is there. */
export interface LockFlags {
  takeLock?: boolean
}

/** Of every command that locks a place. */
export function takeLockOption(): Option {
  return new Option('--take-lock', 'take the lock of a run on another machine that is gone, without waiting')
}
