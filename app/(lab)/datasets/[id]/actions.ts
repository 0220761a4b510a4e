'use server'

import { discardChanges as discard } from '#lib/services/changes/discard-changes'
import { draftChange as draft } from '#lib/services/changes/draft-change'
import { addTag as add } from '#lib/services/tags/add-tag'
import { removeTag as remove } from '#lib/services/tags/remove-tag'
import { startDerivation as start } from '#lib/services/versions/start-derivation'
import { action } from '../../../_server/action'

export const draftChange = action(draft)
export const discardChanges = action(discard)
export const addTag = action(add)
export const removeTag = action(remove)
export const startDerivation = action(start)
