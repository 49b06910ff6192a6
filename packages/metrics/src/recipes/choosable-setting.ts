import { didYouMean } from '@kinemetric/files'
import { metricError } from './metric-error.ts'

/**
 * A setting of a recipe that whoever scores may choose. Its value stands in the recipe twice: under its name in the recipe itself, where the formula reads it,
 * and in the settings of the signature. A recipe that gets one later leaves it out of its settings, so that its old signatures hold: it joins them once chosen.
 */
export type ChoosableSetting = { name: string; summary: string } & (
  | {
      kind: 'whole'
      least: number
      /** No bound where absent. */
      most?: number | undefined
      default: number
    }
  | { kind: 'number'; least: number; default: number }
  | { kind: 'word'; words: readonly string[]; default: string }
)

export type ChosenValue = string | number

/** What a setting may be, in words: `a whole number from 0`, `one of mpeg4, lossless`. */
export function rangeOfSetting(setting: ChoosableSetting): string {
  if (setting.kind === 'word') return `one of ${setting.words.join(', ')}`
  if (setting.kind === 'number') return `a number from ${setting.least}`
  return setting.most === undefined
    ? `a whole number from ${setting.least}`
    : `a whole number from ${setting.least} to ${setting.most}`
}

/** A setting's value from its text. @throws KinemetricError `bad-option`, with what it may be */
export function parseSettingValue(setting: ChoosableSetting, text: string, where: string): ChosenValue {
  if (setting.kind === 'word' && setting.words.includes(text)) return text
  // As long as a number prints without an exponent, its text is a part of a recipe's name.
  if (setting.kind === 'whole' && /^-?\d{1,15}$/.test(text)) {
    const value = Number(text)
    if (value >= setting.least && value <= (setting.most ?? value)) return value
  }
  // Small ones have an exponent, and no sign that would end a name.
  if (setting.kind === 'number' && /^\d{1,15}(\.\d{1,15})?(e-\d{1,3})?$/.test(text) && Number(text) >= setting.least)
    return Number(text)
  throw metricError('bad-option', where, {
    expected: `${rangeOfSetting(setting)} for ${setting.name}`,
    found: `'${text}'`,
    then: setting.kind === 'word' ? didYouMean(text, setting.words) : undefined,
  })
}
