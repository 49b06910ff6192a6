import type { ProtocolModel, SiteModel } from '../../src/site-model/site-model.ts'

/** All that the pages show. */
export let model: SiteModel

/** Has the pages that are rendered from now on show another model. */
export function showModel(shown: SiteModel): void {
  model = shown
}

/** Paths of the pages that exist once a protocol. */
export function protocolPaths(): { params: { protocol: string }; props: { protocol: ProtocolModel } }[] {
  return model.protocols.map((protocol) => ({ params: { protocol: protocol.slug }, props: { protocol } }))
}
