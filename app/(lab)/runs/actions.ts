'use server'

import { cancelRun as cancel } from '#lib/services/runs/cancel-run'
import { retryStage as retry } from '#lib/services/stages/retry-stage'
import { action } from '../../_server/action'

export const cancelRun = action(cancel)
export const retryStage = action(retry)
