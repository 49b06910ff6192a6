import { join } from 'node:path'
import { checkJson, isError, jsonLine, readRawJson, writeWhole } from '@kinemetric/files'
import { z } from 'zod'

const goingSchema = z.object({
  schema: z.literal('kinemetric/going@1'),
  /** The method's name, for people. */
  name: z.string(),
  /** Lines that its journal will hold. */
  tasks: z.int().min(0),
  /** Whether each of them is a clip's only one: then they can be called clips. */
  areClips: z.boolean(),
})

/** What a run is going to measure of a method. */
export type Going = Omit<z.infer<typeof goingSchema>, 'schema'>

/** Beside the journal of a method's run, as long as that is there: for whoever wants to know how far it is. */
export function goingPath(folder: string, method: string): string {
  return join(folder, `.${method}.going.json`)
}

/** @throws KinemetricError `disk-full`, `write-failed` */
export async function writeGoing(path: string, going: Going): Promise<void> {
  await writeWhole(path, Buffer.from(`${jsonLine({ schema: 'kinemetric/going@1', ...going })}\n`), { durable: false })
}

/** undefined where there is none, or what is none. */
export async function readGoing(path: string): Promise<Going | undefined> {
  try {
    const { schema: _, ...going } = checkJson(path, await readRawJson(path), goingSchema)
    return going
  } catch (error) {
    if (!isError(error)) throw error
    return undefined
  }
}
