/** What is said, wherever they are named, of weights that nothing vouches for. */
export const notOfficial = 'not known to be the official ones'
