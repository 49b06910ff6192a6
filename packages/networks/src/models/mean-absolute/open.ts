import { contiguous, type FrameArray } from '@kinemetric/video'
import { GraphBuilder } from '../../onnx/graph-builder.ts'
import type { NetworkOpener } from '../../roles/network-card.ts'
import { requireFrameShape } from '../../roles/frame-shape.ts'
import { requireKnown } from '../../roles/read-choice.ts'
import { float32Data, openSession, type HostTensor } from '../../session/session.ts'

const id = 'mean-absolute'

/** One graph: inputs `generated` and `reference`, uint8 `[frames, H, W, 3]`; output `distance` `[frames]`, 0..255. */
export const openMeanAbsolute: NetworkOpener<'distance'> = async (
  _,
  { preprocessing, variant, settings = {} },
  run,
) => {
  requireKnown(id, { preprocessing, variant }, [])
  requireKnown(id, settings, [])
  const graph = new GraphBuilder(id)
  const shape = ['frames', 'height', 'width', 3]
  const [a, b] = ['generated', 'reference'].map((name) =>
    graph.node('Cast', [graph.input(name, 'uint8', shape)], { to: 1 }),
  )
  const difference = graph.node('Abs', [graph.node('Sub', [a, b])])
  graph.output(graph.node('ReduceMean', [difference, graph.ints([1, 2, 3])], { keepdims: 0 }), 'distance', 'float32', [
    'frames',
  ])
  const session = await openSession(graph.build(), run)
  const feed = (frames: FrameArray): HostTensor => ({
    type: 'uint8',
    data: contiguous(frames).data,
    shape: [...requireFrameShape(id, frames), 3],
  })
  return {
    network: id,
    digest: id,
    distance: async (generated, reference) => {
      const { distance } = await session.run({ generated: feed(generated), reference: feed(reference) }, ['distance'])
      return float32Data(distance)
    },
    close: () => session.close(),
  }
}
