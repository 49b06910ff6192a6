import { hashBytes } from '@kinemetric/files'
import { codeText, type CodeVersion, otherVersionText } from '@kinemetric/records'
import { z } from 'zod'

/** What served a need: enough to name its scores without opening it again. */
export const needUseSchema = z.strictObject({
  /** `frames`, `distance/…`, `features/…`, `tracklets/…`: see `needKey`. */
  key: z.string(),
  /** The network, where one was run; of tracklets the tracker. */
  network: z.string().optional(),
  /** Of its tensors. */
  digest: z.string().optional(),
  /** Everything else that changes what it says. */
  settings: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
})
export type NeedUse = z.infer<typeof needUseSchema>

/**
 * What decides every measurement: no path, no method, no list of metrics, no time, and no clip. What decides a clip's own is in its line's stamp, so that clips that
 * join or leave change nothing of the others. Journals of one identity can be concluded together.
 */
export const journalIdentitySchema = z.strictObject({
  /** Digest of the protocol. */
  protocol: z.string(),
  needs: z.array(needUseSchema),
  weights: z.array(z.strictObject({ id: z.string(), sha256: z.string() })),
  code: z.string(),
  decoder: z.string(),
  provider: z.string(),
})
export type JournalIdentity = z.infer<typeof journalIdentitySchema>

/** sha256 of an identity. */
export function identityDigest(identity: JournalIdentity): string {
  return hashBytes(JSON.stringify(journalIdentitySchema.parse(identity)))
}

/** The parts in which two identities differ, by name; of code both versions. */
export function identityDifferences(found: JournalIdentity, expected: JournalIdentity): string[] {
  const names = Object.keys(journalIdentitySchema.shape).filter(
    (name) => JSON.stringify(Reflect.get(found, name)) !== JSON.stringify(Reflect.get(expected, name)),
  )
  return names.map((name) => (name === 'code' ? otherVersionText(codeTextOf(found), codeTextOf(expected)) : name))
}

/** As an identity has it, code is one text. */
export function codeOfIdentity({ version, commit, dirty }: CodeVersion): string {
  return `${version} ${commit ?? ''} ${dirty === true ? 'changed' : ''}`
}

function codeTextOf({ code }: JournalIdentity): string {
  const [version, commit = '', changed] = code.split(' ')
  return codeText({ version, commit: commit === '' ? null : commit, dirty: changed === 'changed' })
}
