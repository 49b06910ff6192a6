import { z } from 'zod'
import type { KeptRow } from './judge-row.ts'

/**
 * What SAM 2.1's networks take: thousands of millions of multiplications with their additions, of the encoder for a picture at 1024², and pictures a second
 * on an A100 as published for the whole video pipeline (facebookresearch/sam2, README). The operations were counted on the published shapes.
 */
const networks = {
  'sam2.1-tiny': { encoder: 145.4, published: 91.2 },
  'sam2.1-small': { encoder: 179.2, published: 84.8 },
  'sam2.1-base+': { encoder: 322.6, published: 64.1 },
  'sam2.1-large': { encoder: 910.6, published: 39.5 },
} as const

/** Of the encoder's two skip convolutions a picture, and of the decoder a box. */
const skips = 0.8
const decoder = 1.83

/** What masks by SAM 2 of every kept clip would take, a prompt a box and frame. */
export interface MaskCost {
  /** Pictures to encode: one for each frame that a clip uses. */
  pictures: number
  /** Boxes of hands and of objects in them. */
  prompts: number
  /** By network: 10¹² operations, and hours at the published rate on an A100. */
  networks: Record<string, { teraflop: number; hoursOnA100: number }>
}

/** The cost of masks for some clips. */
export function maskCost(kept: readonly KeptRow[]): MaskCost {
  let pictures = 0
  let prompts = 0
  for (const { hands, objects } of kept) {
    pictures += hands.size
    for (const boxes of hands.values()) prompts += boxes.length
    for (const { boxes } of objects) for (const ofFrame of boxes.values()) prompts += ofFrame.length
  }
  return costOf(pictures, prompts)
}

function costOf(pictures: number, prompts: number): MaskCost {
  const costs = Object.entries(networks).map(([name, { encoder, published }]) => {
    const teraflop = (2 * (pictures * (encoder + skips) + prompts * decoder)) / 1000
    return [name, { teraflop: rounded(teraflop), hoursOnA100: rounded(pictures / published / 3600) }]
  })
  return { pictures, prompts, networks: Object.fromEntries(costs) }
}

const costSchema = z.looseObject({ pictures: z.int().min(0), prompts: z.int().min(0) })

/** The cost of masks for the clips of all shards, of what each says. */
export function joinCosts(parts: readonly unknown[]): MaskCost {
  const costs = parts.map((part) => costSchema.parse(part))
  const sum = (of: 'pictures' | 'prompts') => costs.reduce((total, cost) => total + cost[of], 0)
  return costOf(sum('pictures'), sum('prompts'))
}

/** Three digits that count. */
function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
