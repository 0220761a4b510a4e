import { getReview, type ReviewView, type VerdictView } from '#lib/services/reviews/get-review'
import type { SubjectType } from '#lib/services/reviews/subject'
import { Live } from '../_live/live'
import { pageContext } from '../_server/page-context'
import { formatCount } from '../_ui/format'
import { Section } from '../_ui/section'
import { Time } from '../_ui/time'
import { Comment } from './comment'
import { CommentForm } from './comment-form'
import { VerdictBadge } from './verdict-badge'
import { VerdictForm } from './verdict-form'

interface ReviewPanelProps {
  subjectType: SubjectType
  /** An ablation's id, a run's id, `<run id>:<code>`, or `<dataset id>:<image key>`. */
  subjectId: string
}

/** What the team says about a subject: the verdict that counts, earlier ones, the conversation. Follows what others write. */
export async function ReviewPanel({ subjectType, subjectId }: ReviewPanelProps) {
  const ctx = await pageContext()
  const review = await getReview(ctx, { subjectType, subjectId })
  return (
    <Section id="review" title="Review">
      <Live topics={[review.topic]} />
      <div className="grid gap-8 lg:grid-cols-2">
        <div>
          <Verdicts verdicts={review.verdicts} />
          {review.canWrite && <VerdictForm subjectType={subjectType} subjectId={subjectId} />}
        </div>
        <div>
          <Conversation review={review} />
          {review.canWrite ? (
            <CommentForm subjectType={subjectType} subjectId={subjectId} />
          ) : (
            <p className="text-sm text-muted">Editors comment and give verdicts; you can read.</p>
          )}
        </div>
      </div>
    </Section>
  )
}

/** Only what the team says about a subject on which nobody decides: an image, an example. */
export async function CommentPanel({ subjectType, subjectId }: ReviewPanelProps) {
  const ctx = await pageContext()
  const review = await getReview(ctx, { subjectType, subjectId })
  return (
    <Section id="review" title="Comments">
      <Live topics={[review.topic]} />
      <Conversation review={review} isTitled={false} />
      {review.canWrite ? (
        <CommentForm subjectType={subjectType} subjectId={subjectId} />
      ) : (
        <p className="text-sm text-muted">Editors comment; you can read.</p>
      )}
    </Section>
  )
}

function Verdicts({ verdicts }: { verdicts: VerdictView[] }) {
  const [current, ...earlier] = verdicts
  return (
    <div className="mb-4">
      <h3 className="mb-2 font-medium">Verdict</h3>
      {current ? <Verdict verdict={current} /> : <p className="text-muted">None yet.</p>}
      {earlier.length > 0 && (
        <details className="mt-3">
          <summary className="cursor-pointer text-sm text-muted">
            {formatCount(earlier.length)} earlier {earlier.length === 1 ? 'verdict' : 'verdicts'}
          </summary>
          <ol className="mt-2 grid gap-3 border-l border-line pl-3">
            {earlier.map((verdict) => (
              <li key={verdict.id}>
                <Verdict verdict={verdict} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </div>
  )
}

function Verdict({ verdict: { value, reason, author, createdAt } }: { verdict: VerdictView }) {
  return (
    <div>
      <p className="flex flex-wrap items-baseline gap-x-3">
        <VerdictBadge value={value} />
        <span className="text-sm text-muted">
          {author}, <Time at={createdAt} />
        </span>
      </p>
      {reason && <p className="mt-1 max-w-[80ch] break-words whitespace-pre-line">{reason}</p>}
    </div>
  )
}

function Conversation({ review: { comments, commentTotal }, isTitled = true }: { review: ReviewView; isTitled?: boolean }) {
  return (
    <div className="mb-4">
      {isTitled && <h3 className="mb-2 font-medium">Comments</h3>}
      {commentTotal > comments.length && (
        <p className="mb-2 text-sm text-muted">
          The latest {formatCount(comments.length)} of {formatCount(commentTotal)}.
        </p>
      )}
      {comments.length === 0 ? (
        <p className="text-muted">None yet.</p>
      ) : (
        <ol className="grid gap-4">
          {comments.map((comment) => (
            <Comment key={comment.id} comment={comment} />
          ))}
        </ol>
      )}
    </div>
  )
}
