'use server'

import { addComment as add } from '#lib/services/reviews/add-comment'
import { deleteComment as remove } from '#lib/services/reviews/delete-comment'
import { editComment as edit } from '#lib/services/reviews/edit-comment'
import { giveVerdict as give } from '#lib/services/reviews/give-verdict'
import { action } from '../_server/action'

export const addComment = action(add)
export const editComment = action(edit)
export const deleteComment = action(remove)
export const giveVerdict = action(give)
