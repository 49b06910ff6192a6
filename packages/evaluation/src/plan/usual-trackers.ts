/** The trackers behind `auto`, the first whose weights are there. */
export const usualTrackers = ['cotracker3-offline', 'lucas-kanade'] as const
