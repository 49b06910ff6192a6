/** Held in its folder by whoever prepares or merges all clips. */
export const wholeLock = '.prepare.lock'

/** How files of shards are called: `prepare.1-of-4.shard.json`. */
export const preparationName = 'prepare'
