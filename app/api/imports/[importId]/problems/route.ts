import { Readable } from 'node:stream'
import { stringify } from 'csv-stringify/sync'
import { getImport } from '#lib/services/imports/get-import'
import { readImportProblems, type ImportProblemView } from '#lib/services/imports/list-import-problems'
import { route } from '../../../../_server/route'

const columns = ['severity', 'code', 'file', 'place', 'field', 'reason', 'raw'] as const

/** All problems of an import as a file: `?format=csv` or `?format=json`. */
export const GET = route<{ importId: string }>(async ({ ctx, request, params }) => {
  const { id } = await getImport(ctx, { id: params.importId })
  const isCsv = new URL(request.url).searchParams.get('format') === 'csv'
  const batches = readImportProblems(ctx, id)
  const body = Readable.toWeb(Readable.from(encoded(isCsv ? csvParts(batches) : jsonParts(batches)))) as ReadableStream<Uint8Array>
  return new Response(body, {
    headers: {
      'content-type': isCsv ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="import-problems-${id}.${isCsv ? 'csv' : 'json'}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  })
})

async function* csvParts(batches: AsyncIterable<ImportProblemView[]>): AsyncGenerator<string> {
  yield stringify([[...columns]])
  // A spreadsheet must not take what a stranger's file says for a formula.
  const plain = (value: string | null) => (value !== null && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value)
  for await (const batch of batches) yield stringify(batch.map((problem) => columns.map((column) => plain(problem[column]))))
}

async function* jsonParts(batches: AsyncIterable<ImportProblemView[]>): AsyncGenerator<string> {
  let isFirst = true
  yield '['
  for await (const batch of batches) {
    for (const problem of batch) {
      const row = Object.fromEntries(columns.map((column) => [column, problem[column]]))
      yield `${isFirst ? '' : ','}\n${JSON.stringify(row)}`
      isFirst = false
    }
  }
  yield '\n]\n'
}

async function* encoded(parts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for await (const part of parts) yield encoder.encode(part)
}
