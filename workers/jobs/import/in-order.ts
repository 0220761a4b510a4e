/** Works on several items at once, and yields the results in the order of the items. */
export async function* inOrder<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  atOnce: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const running: Promise<R>[] = []
  const begin = (item: T) => {
    const result = work(item)
    // Awaited in its turn; until then its failure is nobody's.
    result.catch(() => undefined)
    running.push(result)
  }
  for await (const item of items) {
    begin(item)
    if (running.length >= atOnce) yield await (running.shift() as Promise<R>)
  }
  for (const result of running) yield await result
}
