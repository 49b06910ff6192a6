import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { fileError } from '@kinemetric/files'
import type { SimulatedMotion } from './move-bodies.ts'
import type { TableMotion } from './move-table.ts'
import type { Scene } from './scene.ts'
import type { TableScene } from './table-scene.ts'

/**
 * Whether this thread's processor makes 0 of numbers below the least normal one. onnxruntime switches that on for the thread that opens a process's first
 * session, for good; Rapier's results are others then, and wrong.
 */
export function denormalsAreZero(): boolean {
  const [small] = Float64Array.of(2 ** -1000)
  return small * 2 ** -60 === 0
}

/** `moveBodies` in a process of its own, which stays for the next scene. @throws KinemetricError `process-failed` */
export function moveBodiesApart(scene: Scene): Promise<SimulatedMotion> {
  return moveApart<SimulatedMotion>({ scene })
}

/** `moveTable` in that process. @throws KinemetricError `process-failed` */
export function moveTableApart(table: TableScene): Promise<TableMotion> {
  return moveApart<TableMotion>({ table })
}

/** What that process is sent, and what it answers. */
export type Asked = { readonly number: number } & ({ readonly scene: Scene } | { readonly table: TableScene })
export interface Answered {
  readonly number: number
  readonly motion: SimulatedMotion | TableMotion
}

interface Mover {
  readonly child: ChildProcess
  readonly waiting: Map<number, { resolve: (motion: never) => void; reject: (error: unknown) => void }>
}

/** The process, from the first scene on: to begin one takes many times as long as to move a scene's bodies. It ends with this one. */
let mover: Mover | undefined
let asked = 0

function moveApart<Moved>(what: { readonly scene: Scene } | { readonly table: TableScene }): Promise<Moved> {
  const { child, waiting } = (mover ??= openMover())
  const number = asked++
  return new Promise((resolve, reject) => {
    waiting.set(number, { resolve, reject })
    keepAlive(child, true)
    child.send({ ...what, number } satisfies Asked)
  })
}

function openMover(): Mover {
  const name = `./move-bodies-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`
  const child = fork(fileURLToPath(new URL(name, import.meta.url)), [], {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  const opened: Mover = { child, waiting: new Map() }
  const fail = (error: unknown) => {
    if (mover === opened) mover = undefined
    for (const { reject } of opened.waiting.values()) reject(error)
    opened.waiting.clear()
  }
  child.on('message', ({ number, motion }: Answered) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the answer is of the kind that was asked for under its number
    opened.waiting.get(number)?.resolve(motion as never)
    opened.waiting.delete(number)
    if (opened.waiting.size === 0) keepAlive(child, false)
  })
  child.once('error', fail)
  child.once('exit', (code, signal) =>
    fail(fileError('process-failed', name, { expected: 'the motion of a scene', found: String(signal ?? code) })),
  )
  return opened
}

/** Whether this process waits for that one: only while it is asked for something. */
function keepAlive(child: ChildProcess, yes: boolean): void {
  for (const handle of [child, child.channel])
    if (yes) handle?.ref()
    else handle?.unref()
}
