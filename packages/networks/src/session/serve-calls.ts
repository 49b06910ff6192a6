// Run by startCallProcess in a process of its own: opens one object and answers calls of its methods until nobody asks any more.
import { Worker } from 'node:worker_threads'
import { failureOf } from '@kinemetric/files'
import type { CallSource, Reply, Request } from './call-messages.ts'
import { receivingMemory } from './tensor-memory.ts'

const ending = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
// A graph that runs keeps this thread from hearing that its caller is gone.
new Worker(new URL(`./watch-parent.${ending}`, import.meta.url), { execArgv: [], workerData: process.ppid }).unref()
process.once('disconnect', () => process.exit())

const unpack = receivingMemory()
let served: object = {}

async function answer(request: Request): Promise<unknown> {
  if ('open' in request) return opened(request.open)
  const method: unknown = Reflect.get(served, request.method)
  if (typeof method !== 'function') throw new TypeError(`no method ${request.method}`)
  return Reflect.apply(method, served, unpack(request.method, request.args))
}

/** Opens the object. @returns what it says of itself: its texts, numbers and truth values */
async function opened({ module, open, args }: CallSource): Promise<Record<string, unknown>> {
  const exported: unknown = await import(module)
  const opener: unknown = typeof exported === 'object' && exported !== null ? Reflect.get(exported, open) : undefined
  if (typeof opener !== 'function') throw new TypeError(`${module} exports no function ${open}`)
  const object: unknown = await Reflect.apply(opener, undefined, [...args])
  if (typeof object !== 'object' || object === null) throw new TypeError(`${open} gave no object`)
  served = object
  const plain = ['string', 'number', 'boolean']
  return Object.fromEntries(Object.entries(object).filter(([, value]) => plain.includes(typeof value)))
}

process.on('message', (request: Request) => {
  answer(request).then(
    (value) => reply({ id: request.id, value }),
    (error: unknown) => reply({ id: request.id, failure: failureOf(error) }),
  )
})

function reply(message: Reply): void {
  // The caller may be gone by now: then `disconnect` ends this process.
  process.send?.(message, undefined, {}, () => undefined)
}
