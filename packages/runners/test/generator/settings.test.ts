import { type MethodSpec, methodFileSchema } from '@kinemetric/records'
import { describe, expect, test } from 'vitest'
import { samplesApart, settingsOf } from '../../src/generator/settings.ts'

const spec: MethodSpec = methodFileSchema.parse({
  id: 'mine',
  version: '1',
  displayName: 'Mine',
  licences: [],
  kind: 'process',
  command: ['true'],
  capabilities: { control: 'none' },
  output: { alignment: 'frame' },
  determinism: 'seeded',
  implementationStatus: 'working',
  defaults: { style: ['a', 'b'] },
  settings: {
    steps: { type: 'integer', min: 2, max: 1000, default: 50, doc: 'Steps.' },
    guidance: { type: 'number', min: 0, default: 1.5, doc: 'Guidance.' },
    exact: { type: 'boolean', default: true, doc: 'Exact.' },
    dtype: { type: 'text', choices: ['float32', 'float16'], default: 'float32', doc: 'Numbers.' },
    samples: { type: 'integer', min: 1, default: 3, doc: 'Samples.' },
  },
  presets: { fast: { doc: 'Faster.', settings: { steps: 10, dtype: 'float16' } }, broken: { settings: { step: 1 } } },
})

test('what method.json has, a preset over it, what was asked for over both', () => {
  const usual = { style: ['a', 'b'], steps: 50, guidance: 1.5, exact: true, dtype: 'float32', samples: 3 }
  expect(settingsOf(spec)).toEqual(usual)
  expect(settingsOf(spec, {}, 'fast')).toEqual({ ...usual, steps: 10, dtype: 'float16' })
  expect(settingsOf(spec, { steps: 20, style: 7 }, 'fast')).toEqual({ ...usual, steps: 20, dtype: 'float16', style: 7 })
  const { samples, ...others } = usual
  expect(samplesApart(spec, usual)).toEqual({ samples, settings: others })
  expect(samplesApart({ ...spec, settings: {} }, usual)).toEqual({ samples: undefined, settings: usual })
})

describe('what is not allowed is told with what is', () => {
  test.each([
    [{ steps: 1 }, 'set steps: expected a whole number from 2 to 1000, found 1'],
    [{ steps: 2.5 }, 'set steps: expected a whole number from 2 to 1000, found 2.5'],
    [{ steps: '50' }, 'set steps: expected a whole number from 2 to 1000, found "50"'],
    [{ guidance: -1 }, 'set guidance: expected a number of at least 0, found -1'],
    [{ exact: 1 }, 'set exact: expected true or false, found 1'],
    [{ dtype: 'bfloat16' }, 'set dtype: expected float32 or float16, found "bfloat16"'],
    [
      { step: 5 },
      'expected a setting of mine (steps: a whole number from 2 to 1000, guidance: a number of at least 0,',
    ],
    [{ constructor: 5 }, 'found constructor'],
    [{ guidance: Infinity }, 'set guidance: expected a number of at least 0, found Infinity'],
    [{ style: Infinity }, 'set style: expected what JSON can hold, found Infinity'],
  ])('%j', (given, message) => {
    expect(() => settingsOf(spec, given)).toThrow(message)
  })

  test('presets', () => {
    expect(() => settingsOf(spec, {}, 'slow')).toThrow('expected a preset of mine (fast, broken), found slow')
    expect(() => settingsOf(spec, {}, 'toString')).toThrow('found toString')
    expect(() => settingsOf(spec, {}, 'broken')).toThrow('found step')
  })
})
