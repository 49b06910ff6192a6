import { describe, expect, test } from 'vitest'

import { GraphBuilder } from '../../../src/onnx/graph-builder.ts'
import { float32Data, openSession, type SessionOptions } from '../../../src/session/session.ts'
import { sinusoid } from '../../../src/layers/sinusoid.ts'
import { type LdmUnetConfig, readLdmUnetConfig } from '../../../src/models/ldm/config.ts'
import { ldmUnet } from '../../../src/models/ldm/graph.ts'
import { type LdmWeights, ldmUnetTensors } from '../../../src/models/ldm/weights.ts'
import { hasTinyCoshand, tinyArguments, tinyCoshand, tinyGolden, worstDifference } from '../coshand/tiny.ts'

describe.skipIf(!hasTinyCoshand)('the UNet of latent diffusion against the original modules (tiny weights)', () => {
  test('takes the moving averages and gives what the original gives', async () => {
    const golden = await tinyGolden()
    const found = await forward({})
    expect(worstDifference(found, (await golden('fwd.out')).data)).toBeLessThan(1e-4)
  })

  test('with the weights of the last step it is another network', async () => {
    const golden = await tinyGolden()
    expect(worstDifference(await forward({ weights: 'raw' }), (await golden('fwd.out')).data)).toBeGreaterThan(0.1)
  })

  test('the number of heads decides, though no shape shows it', async () => {
    const golden = await tinyGolden()
    const expected = (await golden('fwd.out')).data
    expect(worstDifference(await forward({ heads: { count: 2 } }), expected)).toBeGreaterThan(1e-3)
    // Heads of 8 numbers are 4 heads where there are 32 channels, and 8 of 64 where the original has 4.
    expect(worstDifference(await forward({ heads: { width: 8 } }), expected)).toBeGreaterThan(1e-3)
  })

  test('attention spelled out gives the same', async () => {
    const golden = await tinyGolden()
    const found = await forward({ fusedAttention: false })
    expect(worstDifference(found, (await golden('fwd.out')).data)).toBeLessThan(1e-4)
  })
})

interface Variant extends SessionOptions {
  readonly weights?: LdmWeights
  readonly heads?: LdmUnetConfig['heads']
  readonly fusedAttention?: boolean
}

/** The tiny UNet's answer to the golden's input. */
async function forward({ weights = 'ema', heads, fusedAttention = true, ...options }: Variant): Promise<Float32Array> {
  const read = readLdmUnetConfig(tinyArguments().unet, 'config')
  const config = { ...read, heads: heads ?? read.heads }
  const { tensor } = ldmUnetTensors(await tinyCoshand(), config, weights)
  const golden = await tinyGolden()
  const [x, context, t] = await Promise.all(['fwd.x', 'fwd.context', 'fwd.t'].map((name) => golden(name)))
  const graph = new GraphBuilder('unet')
  const [batch, , height, width] = x.shape
  const out = ldmUnet({ graph, tensor, dtype: 'float32', fusedAttention }, config, {
    x: graph.input('x', 'float32', x.shape),
    time: graph.input('time', 'float32', [1, config.modelChannels]),
    context: graph.input('context', 'float32', [batch, config.contextWidth]),
    size: { height, width },
  })
  graph.output(out, 'out', 'float32', [batch, config.outChannels, height, width])
  const session = await openSession(graph.build(), options)
  const feeds = {
    x,
    time: { type: 'float32', data: sinusoid(t.data[0], config.modelChannels), shape: [1, config.modelChannels] },
    context: { ...context, shape: [batch, config.contextWidth] },
  } as const
  const results = await session.run(feeds)
  await session.close()
  return float32Data(results.out)
}
