import type { Prisma } from '#lib/generated/prisma/client'
import type { Context } from '../context.ts'

/** Longest comment; longest reason of a verdict. */
export const commentLengthMaximum = 5000

export interface CommentView {
  id: string
  author: string
  createdAt: Date
  editedAt: Date | null
  isDeleted: boolean
  /** Empty once deleted. */
  text: string
  /** Whether the reader may change or delete it. */
  isEditable: boolean
  isDeletable: boolean
}

export const commentSelect = {
  id: true,
  text: true,
  createdAt: true,
  editedAt: true,
  deletedAt: true,
  authorId: true,
  author: { select: { name: true } },
} satisfies Prisma.CommentSelect

export function toCommentView(ctx: Context, comment: Prisma.CommentGetPayload<{ select: typeof commentSelect }>): CommentView {
  const isDeleted = comment.deletedAt !== null
  return {
    id: comment.id,
    author: comment.author.name,
    createdAt: comment.createdAt,
    editedAt: comment.editedAt,
    isDeleted,
    text: isDeleted ? '' : comment.text,
    isEditable: !isDeleted && isAuthor(ctx, comment.authorId),
    isDeletable: !isDeleted && (isAuthor(ctx, comment.authorId) || isAdministrator(ctx)),
  }
}

/** Writing needs the role editor, also to change what one wrote before. */
export function isAuthor({ actor }: Context, authorId: string): boolean {
  return actor.kind === 'user' && actor.userId === authorId && actor.role !== 'viewer'
}

export function isAdministrator({ actor }: Context): boolean {
  return actor.kind === 'user' && actor.role === 'administrator'
}
