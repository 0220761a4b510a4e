'use server'

import { cancelAblation as cancel } from '#lib/services/ablations/cancel-ablation'
import { createAblation } from '#lib/services/ablations/create-ablation'
import { previewAblation as preview } from '#lib/services/ablations/preview-ablation'
import { action } from '../../_server/action'

export const launchAblation = action(createAblation)
export const previewAblation = action(preview)
export const cancelAblation = action(cancel)
