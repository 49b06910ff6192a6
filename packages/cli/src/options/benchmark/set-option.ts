import { Option } from 'commander'
import { parseSetting } from '@kinemetric/metrics'

/** Of every command that takes recipes of metrics. A setting that no metric has ends the command before anything is read. */
export function setOption(): Option {
  return new Option(
    '--set <metric.setting=value>',
    'a setting of a recipe, as psnr.crop=4 (repeatable): `kinemetric metrics <metric>` lists what may be set; recipe and signature say it',
  ).argParser((text: string, before?: readonly string[]) => {
    parseSetting(text)
    return [...(before ?? []), text]
  })
}
