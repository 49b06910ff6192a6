import { readFileSync } from 'node:fs'
import type { ProtocolModel, SiteModel } from '../../src/site-model/site-model.ts'

/** All that the pages show, written by buildSite. */
export const model: SiteModel = JSON.parse(readFileSync(process.env.KINEMETRIC_SITE_MODEL ?? '', 'utf8'))

/** Paths of the pages that exist once a protocol. */
export function protocolPaths(): { params: { protocol: string }; props: { protocol: ProtocolModel } }[] {
  return model.protocols.map((protocol) => ({ params: { protocol: protocol.slug }, props: { protocol } }))
}
