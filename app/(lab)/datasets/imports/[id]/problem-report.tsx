import Link from 'next/link'
import type { Context } from '#lib/services/context'
import type { ImportDetail } from '#lib/services/imports/get-import'
import { listImportProblems, type ImportProblemView } from '#lib/services/imports/list-import-problems'
import { ButtonLink } from '../../../../_ui/button'
import { formatCount } from '../../../../_ui/format'
import { Missing } from '../../../../_ui/missing'
import { Section } from '../../../../_ui/section'
import { Table, TBody, Td, Th, THead, Tr } from '../../../../_ui/table'
import { hrefWith } from '../../../../_server/page-data'

const pageSize = 50
const words = { refused: 'set aside', warning: 'warning', notice: 'notice' }
const tones = { refused: 'text-bad', warning: 'text-warn', notice: 'text-muted' }

/** What was found, by kind and one by one, each with its place and reason. */
export async function ProblemReport({ ctx, detail, code, after }: { ctx: Context; detail: ImportDetail; code: string; after: string }) {
  if (detail.problemKinds.length === 0) return <p className="text-muted">No problems{detail.finishedAt ? '' : ' so far'}.</p>
  const kind = code ? { code } : {}
  const cursor = /^[0-9a-f-]{36}$/.test(after) ? { cursor: after } : {}
  const { problems, total, nextCursor } = await listImportProblems(ctx, { importId: detail.id, limit: pageSize, ...kind, ...cursor })
  const path = `/datasets/imports/${detail.id}`
  const download = (format: string) => `/api/imports/${detail.id}/problems?format=${format}`
  return (
    <>
      <Section title="What was found" description="Choose a kind to see only its problems.">
        <KindTable detail={detail} code={code} path={path} />
      </Section>
      <Section
        title={code ? `Problems: ${code}` : 'Problems'}
        id="problems"
        description={describePage(problems.length, total, after !== '')}
        actions={
          <>
            <ButtonLink href={download('csv')} size="small" prefetch={false} download>
              Download CSV
            </ButtonLink>
            <ButtonLink href={download('json')} size="small" prefetch={false} download>
              Download JSON
            </ButtonLink>
          </>
        }
      >
        <ProblemTable problems={problems} />
        <nav aria-label="Pages of problems" className="mt-3 flex gap-2">
          {after && (
            <ButtonLink size="small" href={`${hrefWith(path, { code })}#problems`}>
              First page
            </ButtonLink>
          )}
          {nextCursor && (
            <ButtonLink size="small" href={`${hrefWith(path, { code, after: nextCursor })}#problems`}>
              Next {pageSize}
            </ButtonLink>
          )}
        </nav>
      </Section>
    </>
  )
}

function describePage(shown: number, total: number, isLater: boolean): string {
  if (total === 1) return 'There is one.'
  if (shown === total) return `All ${formatCount(total)}, in the order they were found.`
  return `${isLater ? `${formatCount(shown)} more` : `The first ${formatCount(shown)}`} of ${formatCount(total)}, in the order they were found.`
}

function KindTable({ detail, code, path }: { detail: ImportDetail; code: string; path: string }) {
  return (
    <Table label="Kinds of problems">
      <THead>
        <Tr>
          <Th>Kind</Th>
          <Th>Consequence</Th>
          <Th numeric>Number</Th>
          <Th className="hidden pl-6 md:table-cell">For example</Th>
        </Tr>
      </THead>
      <TBody>
        {detail.problemKinds.map((kind) => (
          <Tr key={`${kind.severity} ${kind.code}`}>
            <Td className="min-w-32 md:whitespace-nowrap">
              <Link
                href={hrefWith(path, { code: kind.code === code ? '' : kind.code })}
                scroll={false}
                aria-current={kind.code === code ? 'true' : undefined}
                className="font-medium text-accent hover:underline aria-[current]:underline"
              >
                {kind.code}
              </Link>
              <span className="block text-xs wrap-anywhere text-muted md:hidden">{kind.example}</span>
            </Td>
            <Td className={`whitespace-nowrap ${tones[kind.severity]}`}>{words[kind.severity]}</Td>
            <Td numeric>{formatCount(kind.count)}</Td>
            <Td className="hidden max-w-[60ch] min-w-60 pl-6 break-words md:table-cell">{kind.example}</Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}

/** Where a small screen has no room for columns: `own.jsonl, line 8, label`. */
const placeInWords = ({ file, place, field }: ImportProblemView) => [file, place, field].filter(Boolean).join(', ')

function ProblemTable({ problems }: { problems: ImportProblemView[] }) {
  return (
    <Table label="Problems one by one">
      <THead>
        <Tr>
          <Th>Consequence</Th>
          <Th className="hidden md:table-cell">File</Th>
          <Th className="hidden md:table-cell">Place</Th>
          <Th className="hidden md:table-cell">Field</Th>
          <Th>Reason</Th>
        </Tr>
      </THead>
      <TBody>
        {problems.map((problem) => (
          <Tr key={problem.id}>
            <Td className={`align-top whitespace-nowrap ${tones[problem.severity]}`}>{words[problem.severity]}</Td>
            <Td className="hidden min-w-40 align-top break-all md:table-cell">
              {problem.file || <Missing reason="The problem is of no single file." />}
            </Td>
            <Td className="hidden min-w-24 align-top md:table-cell">
              {problem.place || <Missing reason="The problem is of the whole file." />}
            </Td>
            <Td className="hidden align-top md:table-cell">{problem.field ?? <Missing reason="The problem is of the whole record." />}</Td>
            <Td className="align-top md:min-w-72">
              <div className="break-all text-muted md:hidden">{placeInWords(problem)}</div>
              <div className="max-w-[80ch] break-words">{problem.reason}</div>
              {problem.raw && (
                <details className="mt-1">
                  <summary className="cursor-pointer text-muted">The record</summary>
                  <pre className="mt-1 max-h-48 max-w-[80ch] overflow-auto rounded border border-line p-2 font-mono text-xs whitespace-pre-wrap break-all">
                    {problem.raw.slice(0, 4000)}
                    {problem.raw.length > 4000 && `\n… the first 4,000 of ${formatCount(problem.raw.length)} characters`}
                  </pre>
                </details>
              )}
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}
