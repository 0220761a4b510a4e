/** An expected failure of set-up: its message is one sentence that names the cure; it is printed without a stack and ends with exit code 1. */
export class CuredError extends Error {}

/** One sentence for what a user meets; anything else keeps its stack. */
export function explain(error) {
  if (error instanceof CuredError) return error.message
  if (error?.code === 'ENOSPC') return 'The disk is full: free some space (the lab needs about 4 GB on the first start) and start again.'
  if (error?.code === 'EDQUOT') return 'The disk quota is used up: free some space and start again.'
  if (error?.code === 'EROFS')
    return `The file system is read-only (${error.path ?? 'unknown path'}): choose a writable place with --data-dir.`
  if (error?.code === 'EACCES' && error.path)
    return `No permission for ${error.dest ?? error.path}: change its owner, or choose another place with --data-dir.`
  return error?.stack ?? String(error)
}
