import type { OracleCondition, UnrelatedCondition } from '../generator/condition.ts'
import type { OpenGenerator } from '../generator/generator.ts'
import type { WorkOf } from '../latent/clip-work.ts'
import type { Foresee } from '../latent/given-checkpoints.ts'

/** A method that is code of this package. What it is stands in its method.json; its code is loaded when it runs. */
export type NativeMethod =
  | {
      readonly id: string
      readonly sees: 'condition'
      load(): Promise<OpenGenerator>
      work?(): Promise<WorkOf>
      foresee?(): Promise<Foresee>
    }
  | { readonly id: string; readonly sees: 'reference'; load(): Promise<OpenGenerator<OracleCondition>> }
  | { readonly id: string; readonly sees: 'other-references'; load(): Promise<OpenGenerator<UnrelatedCondition>> }

/** Every method that is code of this package; every other one is a program that method.json names. */
export const nativeMethods: readonly NativeMethod[] = [
  { id: 'static', sees: 'condition', load: async () => (await import('./static.ts')).openStatic },
  { id: 'driver-only', sees: 'condition', load: async () => (await import('./driver-only.ts')).openDriverOnly },
  { id: 'mask-warp', sees: 'condition', load: async () => (await import('./mask-warp.ts')).openMaskWarp },
  {
    id: 'blurred-reference',
    sees: 'reference',
    load: async () => (await import('./blurred-reference.ts')).openBlurredReference,
  },
  {
    id: 're-encoded-reference',
    sees: 'reference',
    load: async () => (await import('./re-encoded-reference.ts')).openReEncodedReference,
  },
  {
    id: 'unrelated-reference',
    sees: 'other-references',
    load: async () => (await import('./unrelated-reference.ts')).openUnrelatedReference,
  },
  {
    id: 'interdyn',
    sees: 'condition',
    load: async () => (await import('./interdyn.ts')).openInterdyn,
    work: async () => (await import('../latent/clip-work.ts')).interdynClipWork,
    foresee: async () => (await import('../latent/open-interdyn-model.ts')).foreseeInterdyn,
  },
  {
    id: 'coshand-independent',
    sees: 'condition',
    load: async () => (await import('./coshand.ts')).openCoshand,
    work: async () => (await import('../latent/clip-work.ts')).coshandClipWork,
    foresee: async () => (await import('../latent/open-coshand-model.ts')).foreseeCoshand,
  },
  {
    id: 'coshand-autoregressive',
    sees: 'condition',
    load: async () => (await import('./coshand.ts')).openCoshand,
    work: async () => (await import('../latent/clip-work.ts')).coshandClipWork,
    foresee: async () => (await import('../latent/open-coshand-model.ts')).foreseeCoshand,
  },
]
