import type { Need } from '@kinemetric/metrics'
import { featureNeedKey } from '@kinemetric/networks'

/** A name for what a need asks for: recipes with the same key share one measurer and what it keeps. */
export function needKey(need: Need): string {
  if (need.kind === 'frames' || need.kind === 'video') return need.kind
  if (need.kind === 'distance') return `distance/${need.ask.network}${settingsText(need.ask.settings)}`
  if (need.kind === 'features' || need.kind === 'tracked-rows' || need.kind === 'video-features')
    return `${need.kind}/${featureNeedKey(need.ask)}`
  if (need.kind === 'takes') return `takes/${need.ask.codec}.${need.ask.decode}`
  return `${need.kind}/${need.ask.points}`
}

function settingsText(settings: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `.${name}-${value}`)
    .join('')
}
