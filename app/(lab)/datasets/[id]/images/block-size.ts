/** Images that are fetched at a time, by the page and by its grid. */
export const blockSize = 120
