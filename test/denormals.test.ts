import { GraphBuilder } from '../packages/networks/src/onnx/graph-builder.ts'
import { openSession } from '../packages/networks/src/session/session.ts'
import { denormalsAreZero, moveBodiesApart } from '../packages/physics/src/move-bodies-apart.ts'
import { randomScene, simulate } from '@kinemetric/physics'
import { expect, test } from 'vitest'

// Opening a network makes denormal numbers 0 in the whole thread, which makes Rapier's contacts wrong.
test('a scene moves as it does alone after a network was opened in the same process', async () => {
  const scene = randomScene(1, 0)
  const alone = await moveBodiesApart(scene)
  const graph = new GraphBuilder('small')
  const x = graph.input('x', 'float32', [1])
  graph.output(graph.node('Relu', [x]), 'y', 'float32', [1])
  const session = await openSession(graph.build())
  await session.close()
  expect(denormalsAreZero()).toBe(true)
  expect(await simulate(scene)).toEqual(alone)
})
