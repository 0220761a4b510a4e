'use client'

import { useState } from 'react'
import type { CommentView } from '#lib/services/reviews/comment-view'
import { Button } from '../_ui/button'
import { ConfirmButton } from '../_ui/confirm-button'
import { Time } from '../_ui/time'
import { deleteComment, editComment } from './actions'
import { TextForm } from './text-form'

export function Comment({ comment }: { comment: CommentView }) {
  const { id, author, createdAt, editedAt, isDeleted, text, isEditable, isDeletable } = comment
  const [isEditing, setIsEditing] = useState(false)
  return (
    <li data-comment={id}>
      <p className="flex flex-wrap items-baseline gap-x-2 text-sm text-muted">
        <span className="font-medium text-text">{author}</span>
        <Time at={createdAt} />
        {editedAt && !isDeleted && <span>edited</span>}
      </p>
      {isDeleted && <p className="text-muted italic">Removed.</p>}
      {isEditing && !isDeleted ? (
        <TextForm
          label="Edit the comment"
          submitLabel="Save"
          initialText={text}
          save={(changed) => editComment({ id, text: changed })}
          onDone={() => setIsEditing(false)}
          onCancel={() => setIsEditing(false)}
        />
      ) : (
        <p className="max-w-[80ch] break-words whitespace-pre-line">{text}</p>
      )}
      {!isEditing && (isEditable || isDeletable) && (
        <div className="-ml-2 flex gap-1">
          {isEditable && (
            <Button variant="quiet" size="small" onClick={() => setIsEditing(true)}>
              Edit
            </Button>
          )}
          {isDeletable && (
            <ConfirmButton
              label="Delete"
              variant="quiet"
              size="small"
              title="Delete this comment?"
              text="Its text is no longer shown to anybody; that there was one stays visible."
              confirmLabel="Delete the comment"
              onConfirm={() => deleteComment({ id })}
            />
          )}
        </div>
      )}
    </li>
  )
}
