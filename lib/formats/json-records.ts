import type { Readable } from 'node:stream'
import { readJson } from './json-stream.ts'
import { spanIn } from './line-records.ts'
import { openText } from './open-text.ts'
import { fileProblem, RecordBuilder, rawText, type ParsedItem } from './record.ts'

/** Opens a file anew: one whose sections come in another order than they can be judged in is read twice. */
export type OpenSource = () => Readable | Promise<Readable>

/** An entry of a list of the file; of any other top-level value, index is null. */
export interface Entry {
  section: string
  index: number | null
  value: unknown
  builder: RecordBuilder
}

/** Hands every entry of a JSON file to `parse`; faults of the file become its problems, placed at `filePlace` where they have no place. */
export async function* parseJsonRecords(
  open: OpenSource,
  parse: (entry: Entry) => ParsedItem[],
  filePlace = '',
): AsyncGenerator<ParsedItem[]> {
  const file = await openText(await open())
  if (file.fault) return yield [fileProblem('refused', file.fault.code, file.fault.reason, filePlace)]
  if (file.encoding !== 'utf-8') yield [fileProblem('notice', 'encoding', 'UTF-16 by its byte order mark: converted', filePlace)]
  for await (const elements of readJson(file)) {
    yield elements.flatMap((element) => {
      if ('fault' in element) return [fileProblem('refused', element.fault.code, element.fault.reason, element.fault.place)]
      const { section, index, value, place, span } = element
      return parse({ section, index, value, builder: new RecordBuilder(place, () => rawText(value), spanIn(file, span)) })
    })
  }
}
