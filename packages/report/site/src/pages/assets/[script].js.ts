import { stripTypeScriptTypes } from 'node:module'

const sources = import.meta.glob<string>('../../client/*.ts', { query: '?raw', import: 'default', eager: true })

/** A classic script for each file in client/: module scripts do not load from file://. */
export function getStaticPaths(): { params: { script: string }; props: { source: string } }[] {
  return Object.entries(sources).map(([path, source]) => ({
    params: { script: path.replace(/^.*\/|\.ts$/g, '') },
    props: { source },
  }))
}

export function GET({ props }: { props: { source: string } }): Response {
  return new Response(`(() => {\n${stripTypeScriptTypes(props.source)}\n})()\n`)
}
