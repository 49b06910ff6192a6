// A thread of a process of calls: ends the process where the one that started it is gone, whatever its main thread is doing.
import { workerData } from 'node:worker_threads'

const everyMs = 250

setInterval(() => {
  if (process.ppid !== workerData || !isThere(process.ppid)) process.kill(process.pid, 'SIGKILL')
}, everyMs)

/** On Windows a process keeps the number of the one that started it. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
