/** What a data set's terms say of its videos, and of what is made of them. */
export interface DataTerms {
  id: string
  title: string
  licence: string
  /** Where the terms stand; empty where they come with the data. */
  url: string
  /**
   * Whether videos of it, and videos that begin with its frames, may be put where everybody can take them. `false` holds for labels and pictures of it too; numbers
   * that were measured on it are not its videos.
   */
  mayBePublished: boolean
  /** What that allows, a sentence. */
  allows: string
}
