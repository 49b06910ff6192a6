import type { KinemetricRecord } from '../src/index.ts'

/** A small valid record for tests. */
export function exampleRecord(): KinemetricRecord {
  const hash = 'a'.repeat(64)
  return {
    schema: 'kinemetric/record@1',
    kind: 'measurement',
    protocol: {
      id: 'interdyn-256x384',
      version: 1,
      title: 'InterDyn 256x384',
      frames: 14,
      excludedFrames: [0],
      size: [256, 384],
      digest: hash,
    },
    method: { id: 'static', name: 'Static', trivial: true },
    scores: [
      {
        metric: 'psnr',
        recipe: 'frame-mean',
        value: 17.5,
        unit: 'dB',
        better: 'higher',
        n: 2,
        interval: { low: 16, high: 19, level: 0.95, method: 'percentile bootstrap over clips' },
        signature: 'psnr|recipe:frame-mean|v:1',
      },
      {
        metric: 'fvd',
        recipe: 'stylegan-v',
        value: null,
        unit: '',
        better: 'lower',
        n: 2,
        interval: null,
        signature: 'fvd|recipe:stylegan-v|v:1',
        warnings: ['2 clips for 400 dimensions'],
        details: {
          sampleSize: { generated: 2, reference: 2, dimension: 400 },
          extrapolation: { ns: [1, 2], values: [3, 2], intercept: 1 },
          influence: [{ clip: 'a', without: 1, change: -1 }],
        },
      },
    ],
    failures: [{ clip: 'b', reason: 'missing-generated', message: 'no generated clip' }],
    clips: { total: 3, scored: 2, failed: 1, table: 'static.parquet' },
    provenance: {
      code: { name: 'kinemetric', version: '0.1.0', commit: null, dirty: null },
      weights: [{ id: 'lpips-alex', sha256: hash, licence: 'BSD-2-Clause' }],
      frames: { generated: hash, reference: hash },
      manifest: hash,
      decoder: { name: 'node-av', version: '6.1.1' },
      provider: 'cpu',
      machine: {
        cpu: 'x',
        cores: 2,
        memoryBytes: 1,
        os: 'Linux',
        arch: 'x64',
        node: 'v24.21.0',
        onnxruntime: '1.30.0',
      },
    },
  }
}
