/// <reference types="astro/client" />

/** For TypeScript alone: what `.astro` files really are is checked by scripts/check-site.ts. */
declare module '*.astro' {
  const component: import('astro/runtime/server/index.js').AstroComponentFactory
  export default component
  export const getStaticPaths:
    | (() => readonly { params: Record<string, string>; props: Record<string, unknown> }[])
    | undefined
}
