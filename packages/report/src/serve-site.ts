import type { SiteOptions } from './build-site.ts'

export interface ServeOptions extends SiteOptions {
  /** 0 picks a free port. Default 4173. */
  port?: number | undefined
  /** Default 127.0.0.1. */
  host?: string | undefined
}

export interface SiteServer {
  url: string
  port: number
  /** Stops accepting, ends open connections, removes what was built for serving. */
  close(): Promise<void>
}

/** Serves a built site, or builds the site of a results folder into a temporary folder and serves that. */
export async function serveSite(_dir: string, _options: ServeOptions = {}): Promise<SiteServer> {
  throw new Error('not yet')
}
