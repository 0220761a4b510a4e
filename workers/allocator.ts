/**
 * Settings of glibc's allocator for a process that trains. By default it maps every block of some tens of megabytes anew and gives it
 * back at once, so that each use of it is paid for page by page, some hundred times a step; with these, freed blocks are used again.
 * Read when a process starts.
 */
export const allocatorSettings = { GLIBC_TUNABLES: 'glibc.malloc.mmap_threshold=4000000000:glibc.malloc.trim_threshold=4000000000' }
