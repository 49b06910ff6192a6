import { fork } from 'node:child_process'
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

/** `moveBodies` in a process of its own. @throws KinemetricError `process-failed` */
export function moveBodiesApart(scene: Scene): Promise<SimulatedMotion> {
  return moveApart<SimulatedMotion>({ scene })
}

/** `moveTable` in a process of its own. @throws KinemetricError `process-failed` */
export function moveTableApart(table: TableScene): Promise<TableMotion> {
  return moveApart<TableMotion>({ table })
}

/** What that process is sent. */
export type Asked = { readonly scene: Scene } | { readonly table: TableScene }

function moveApart<Moved>(asked: Asked): Promise<Moved> {
  const name = `./move-bodies-process${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(new URL(name, import.meta.url)), [], {
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    child.once('message', (motion: Moved) => resolve(motion))
    child.once('error', reject)
    child.once('exit', (code, signal) =>
      reject(fileError('process-failed', name, { expected: 'the motion of a scene', found: String(signal ?? code) })),
    )
    child.send(asked)
  })
}
