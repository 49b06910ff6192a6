import type { OracleCondition } from '../generator/condition.ts'
import type { OpenGenerator } from '../generator/generator.ts'

/** A method that is code of this package. What it is stands in its method.json; its code is loaded when it runs. */
export type NativeMethod =
  | { readonly id: string; readonly sees: 'condition'; load(): Promise<OpenGenerator> }
  | { readonly id: string; readonly sees: 'reference'; load(): Promise<OpenGenerator<OracleCondition>> }

/** Every method that is code of this package; every other one is a program that method.json names. */
export const nativeMethods: readonly NativeMethod[] = [
  { id: 'static', sees: 'condition', load: async () => (await import('./static.ts')).openStatic },
  { id: 'driver-only', sees: 'condition', load: async () => (await import('./driver-only.ts')).openDriverOnly },
  {
    id: 'blurred-reference',
    sees: 'reference',
    load: async () => (await import('./blurred-reference.ts')).openBlurredReference,
  },
]
