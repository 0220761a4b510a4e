'use client'

import type { ReviewSubject } from '#lib/services/reviews/subject'
import { addComment } from './actions'
import { TextForm } from './text-form'

export function CommentForm(subject: ReviewSubject) {
  return <TextForm label="Comment" submitLabel="Add the comment" save={(text) => addComment({ ...subject, text })} />
}
