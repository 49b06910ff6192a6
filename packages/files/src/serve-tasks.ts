// Run by runInProcesses in a process of its own: opens a function and does tasks with it until nobody asks any more.
import { collectByAllMemory } from './collect-by-all-memory.ts'
import { failureOf } from './errors/error-across.ts'
import type { TaskReply, TaskRequest, TaskSource } from './task-messages.ts'

process.once('disconnect', () => process.exit())
// Ctrl-C goes to every process of a terminal, and a cluster's signal to every process of a job: it is the caller who ends its run in order, and this process with it.
for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => undefined)
collectByAllMemory()

let work: ((task: unknown) => unknown) | undefined

async function answer(request: TaskRequest): Promise<unknown> {
  if ('task' in request) return work?.(request.task)
  work = await opened(request.open)
  return undefined
}

async function opened({ module, open, args }: TaskSource): Promise<(task: unknown) => unknown> {
  const exported: unknown = await import(module)
  const opener: unknown = typeof exported === 'object' && exported !== null ? Reflect.get(exported, open) : undefined
  if (typeof opener !== 'function') throw new TypeError(`${module} exports no function ${open}`)
  const served: unknown = await Reflect.apply(opener, undefined, [...args])
  if (typeof served !== 'function') throw new TypeError(`${open} gave no function`)
  return (task) => Reflect.apply(served, undefined, [task]) as unknown
}

process.on('message', (request: TaskRequest) => {
  answer(request).then(
    (value) => reply({ value }),
    (error: unknown) => reply({ failure: failureOf(error) }),
  )
})

function reply(message: TaskReply): void {
  // The caller may be gone by now: then `disconnect` ends this process.
  process.send?.(message, undefined, {}, () => undefined)
}
