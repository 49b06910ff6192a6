// Run by probeVideos in a process of its own: decodes the videos it is told of, one after the other, until nobody asks any more.
import { systemReason } from '@kinemetric/files'
import { probe } from './probe.ts'

process.once('disconnect', () => process.exit())
process.on('message', (path: string) => {
  probe(path).then(
    (found) => process.send?.({ found }, undefined, {}, () => undefined),
    (error: unknown) => process.send?.({ error: systemReason(error) }, undefined, {}, () => undefined),
  )
})
