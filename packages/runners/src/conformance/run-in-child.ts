// A run in a process of its own, which the conformance test kills: `node run-in-child.ts '<ChildRun as JSON>'`.
import { readManifest } from '@kinemetric/benchmark'
import { findMethod } from '../methods/find-method.ts'
import { runMethod } from '../run/run-method.ts'
import type { ChildRun } from './interrupt.ts'

const ask: ChildRun = JSON.parse(process.argv[2])
await runMethod({ ...ask, method: await findMethod(ask.method), manifest: await readManifest(ask.manifest) })
