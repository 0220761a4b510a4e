import type { Metadata } from 'next'
import Link from 'next/link'
import { listReviews, type ReviewsView } from '#lib/services/reviews/list-reviews'
import { VerdictBadge } from '../../_review/verdict-badge'
import { Live } from '../../_live/live'
import { pageContext } from '../../_server/page-context'
import { EmptyState } from '../../_ui/empty-state'
import { formatCount } from '../../_ui/format'
import { PageHeader } from '../../_ui/page-header'
import { Section } from '../../_ui/section'
import { Table, TBody, Td, Th, THead, Tr } from '../../_ui/table'
import { Time } from '../../_ui/time'
import { SubjectLink } from './subject-link'

export const metadata: Metadata = { title: 'Reviews' }

export default async function ReviewsPage() {
  const ctx = await pageContext()
  const reviews = await listReviews(ctx, { limit: 30 })
  return (
    <>
      <PageHeader title="Reviews">
        <p>What waits for a verdict, and what the team said last.</p>
      </PageHeader>
      <Live topics={['reviews', 'queue']} />
      <Waiting waiting={reviews.waiting} total={reviews.waitingTotal} />
      <div className="grid gap-x-8 lg:grid-cols-2">
        <Verdicts verdicts={reviews.verdicts} total={reviews.verdictTotal} />
        <Comments comments={reviews.comments} total={reviews.commentTotal} />
      </div>
    </>
  )
}

const latest = (shown: number, total: number) => (shown < total ? `The latest ${formatCount(shown)} of ${formatCount(total)}.` : undefined)

function Waiting({ waiting, total }: { waiting: ReviewsView['waiting']; total: number }) {
  const description =
    waiting.length < total
      ? `The ${formatCount(waiting.length)} longest waiting of ${formatCount(total)}.`
      : 'Finished ablations without one.'
  return (
    <Section title="Waiting for a verdict" description={description}>
      {waiting.length === 0 ? (
        <EmptyState
          title="Nothing waits"
          text="A finished ablation appears here until somebody accepts it, rejects it or asks for more work."
        />
      ) : (
        <Table label="Ablations waiting for a verdict">
          <THead>
            <Tr>
              <Th>Ablation</Th>
              <Th numeric>Runs</Th>
              <Th numeric>Comments</Th>
              <Th numeric>Finished</Th>
            </Tr>
          </THead>
          <TBody>
            {waiting.map(({ id, name, runCount, commentCount, finishedAt }) => (
              <Tr key={id}>
                <Td>
                  <Link href={`/ablations/${id}#review`} className="font-medium text-accent hover:underline">
                    {name}
                  </Link>
                </Td>
                <Td numeric>{formatCount(runCount)}</Td>
                <Td numeric>{formatCount(commentCount)}</Td>
                <Td numeric>{finishedAt && <Time at={finishedAt} />}</Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      )}
    </Section>
  )
}

function Verdicts({ verdicts, total }: { verdicts: ReviewsView['verdicts']; total: number }) {
  return (
    <Section title="Latest verdicts" description={latest(verdicts.length, total)}>
      {verdicts.length === 0 && <p className="text-muted">None yet.</p>}
      <ol className="grid gap-4">
        {verdicts.map(({ id, value, reason, author, createdAt, subject, isCurrent }) => (
          <li key={id}>
            <p className="flex flex-wrap items-baseline gap-x-3">
              <VerdictBadge value={value} />
              <SubjectLink subject={subject} />
              {!isCurrent && <span className="text-sm text-muted">replaced by a later one</span>}
            </p>
            <p className="text-sm text-muted">
              {author}, <Time at={createdAt} />
            </p>
            {reason && <p className="line-clamp-3 max-w-[80ch] break-words whitespace-pre-line">{reason}</p>}
          </li>
        ))}
      </ol>
    </Section>
  )
}

function Comments({ comments, total }: { comments: ReviewsView['comments']; total: number }) {
  return (
    <Section title="Latest comments" description={latest(comments.length, total)}>
      {comments.length === 0 && <p className="text-muted">None yet.</p>}
      <ol className="grid gap-4">
        {comments.map(({ id, text, author, createdAt, subject }) => (
          <li key={id}>
            <SubjectLink subject={subject} />
            <p className="text-sm text-muted">
              {author}, <Time at={createdAt} />
            </p>
            <p className="line-clamp-3 max-w-[80ch] break-words whitespace-pre-line">{text}</p>
          </li>
        ))}
      </ol>
    </Section>
  )
}
