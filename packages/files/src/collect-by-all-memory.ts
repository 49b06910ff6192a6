import { setFlagsFromString } from 'node:v8'

/**
 * Has garbage collected by how much memory the process holds, frames of video included, where V8 otherwise marks its whole heap each time some 64 MiB of frames came: two
 * fifths of the processor time of scoring without a network, for 150 MiB. To be called once, by whoever owns the process, before there are frames.
 */
export function collectByAllMemory(): void {
  // V8 of Node 22 does not know it, and would say so on stderr.
  if (Number(process.versions.v8.split('.', 1)[0]) >= 13)
    setFlagsFromString('--external-memory-accounted-in-global-limit')
}
