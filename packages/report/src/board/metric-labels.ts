/** How a metric is called and printed in tables. What the metric is, only `@kinemetric/metrics` knows; the report must not need it. */
export interface MetricLabel {
  /** Short column heading: `FVD`. */
  short: string
  /** Heading for readers: `Fréchet video distance`. */
  long: string
  /** Digits after the decimal point. */
  decimals: number
}

/** In the order of the columns: image quality, distribution, motion. */
const labels: Record<string, MetricLabel> = {
  ssim: { short: 'SSIM', long: 'Structural similarity', decimals: 3 },
  psnr: { short: 'PSNR', long: 'Peak signal-to-noise ratio', decimals: 2 },
  lpips: { short: 'LPIPS', long: 'Learned perceptual image patch similarity', decimals: 3 },
  fid: { short: 'FID', long: 'Fréchet inception distance', decimals: 2 },
  kid: { short: 'KID', long: 'Kernel inception distance', decimals: 4 },
  fvd: { short: 'FVD', long: 'Fréchet video distance', decimals: 2 },
  kvd: { short: 'KVD', long: 'Kernel video distance', decimals: 2 },
  'motion-fidelity': { short: 'Motion fidelity', long: 'Motion fidelity', decimals: 3 },
  'endpoint-error': { short: 'EPE', long: 'Endpoint error of matched tracklets', decimals: 2 },
  'tapvid-delta': { short: 'δ', long: 'Share of points within 1, 2, 4, 8, 16 px (TAP-Vid)', decimals: 3 },
}

const order = Object.keys(labels)

/** The label of a metric; of an unknown one its id, with three decimals. */
export function metricLabel(metric: string): MetricLabel {
  return Object.hasOwn(labels, metric) ? labels[metric] : { short: metric, long: metric, decimals: 3 }
}

/** Sort key of a metric's column: known metrics in the usual order, then others. */
export function metricOrder(metric: string): number {
  const index = order.indexOf(metric)
  return index < 0 ? order.length : index
}
