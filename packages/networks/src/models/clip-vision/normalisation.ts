import { checkJson } from '@kinemetric/files'
import { z } from 'zod'
import type { ChannelNormalisation } from '../vision-transformer/preprocess.ts'

/** Of CLIP's training pictures (openai/CLIP, `clip/clip.py`). */
export const clipNormalisation: ChannelNormalisation = {
  mean: [0.48145466, 0.4578275, 0.40821073],
  deviation: [0.26862954, 0.26130258, 0.27577711],
}

const channels = z.array(z.number()).length(3)
const schema = z.object({ image_mean: channels, image_std: z.array(z.number().positive()).length(3) })

/**
 * That of a `preprocessor_config.json`, as transformers writes it.
 * @param where its path, for errors
 * @throws KinemetricError `invalid`
 */
export function preprocessorNormalisation(json: unknown, where: string): ChannelNormalisation {
  const { image_mean: mean, image_std: deviation } = checkJson(where, json, schema)
  return { mean, deviation }
}
