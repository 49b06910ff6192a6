// V-JEPA's ViT-H/16 cut to a block, with its pooler, on 16 frames of 224×224: with its matrices as they lie in the file (as it is opened), with them laid out anew, and onnxruntime's own
// products of the same shapes, by turns in one run. Processor time of one thread, from the network's own input.
// node bench/networks-vjepa.ts [rounds, default 5]; KINEMETRIC_BENCH_PROFILE=<prefix> writes onnxruntime's times.
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { openVjepa } from '../packages/networks/src/models/vjepa/open.ts'
import { goldenClip, probeWeights, vjepaWeights, written } from '../packages/networks/test/models/jepa/networks.ts'
import { measured } from './networks/measured.ts'
import { blockOperations, openBlockProducts } from './networks/transformer-products.ts'

const rounds = Number(process.argv[2] ?? 5)
const [width, tokens, blocks] = [1280, 1568, 1]
const folder = await mkdtemp(join(tmpdir(), 'kinemetric-vjepa-'))
try {
  const checkpoints = {
    encoder: await written(folder, 'encoder', vjepaWeights(width, blocks, [8, 14, 14])),
    probe: await written(folder, 'probe', probeWeights(width)),
  }
  const profilePrefix = process.env.KINEMETRIC_BENCH_PROFILE
  const open = (prepack: boolean) =>
    openVjepa('vjepa-vith16', checkpoints, {
      preprocessing: 'worldarena',
      pool: 'pool-probe-proj',
      threads: 1,
      prepack,
      ...(prepack ? {} : { profilePrefix }),
    })
  const [inPlace, laidOut] = [await open(false), await open(true)]
  const block = { batch: 1, tokens, width, heads: 16, mlp: 4 * width }
  const products = await openBlockProducts(block, 1)
  // Blocks, the patches' product, and keys and values of the pooler.
  const operations = blocks * blockOperations(block) + 2 * tokens * 1536 * width + 2 * tokens * 2 * width ** 2
  const input = goldenClip(16, 224, 224)
  const calls = {
    'in place': () => inPlace.extractTensor!(input),
    'laid out anew': () => laidOut.extractTensor!(input),
    products: products.run,
  }
  const least: Record<string, number> = {}
  for (let round = 0; round <= rounds; round++)
    for (const [name, call] of Object.entries(calls)) {
      const { processor } = await measured(call)
      if (round > 0) least[name] = Math.min(least[name] ?? Infinity, processor)
    }
  const rate = blockOperations(block) / least.products / 1e6
  console.log(`${cpus().length} × ${cpus()[0].model}; node ${process.version}; load ${loadavg()[0].toFixed(1)}`)
  for (const name of ['in place', 'laid out anew']) {
    const own = operations / least[name] / 1e6
    console.log(
      `${name}: ${least[name].toFixed(0)} ms, ${own.toFixed(1)} GFLOP/s, ${((100 * own) / rate).toFixed(0)} % of onnxruntime's product rate (${rate.toFixed(1)})`,
    )
  }
  for (const each of [inPlace, laidOut, products]) await each.close()
} finally {
  await rm(folder, { recursive: true, force: true })
}
