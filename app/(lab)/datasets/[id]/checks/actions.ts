'use server'

import { startCheck as check } from '#lib/services/checks/start-check'
import { cancelWork as cancel } from '#lib/services/work/cancel-work'
import { startDerivation as derive } from '#lib/services/versions/start-derivation'
import { action } from '../../../../_server/action'

export const startCheck = action(check)
export const cancelWork = action(cancel)
export const startExclusion = action(derive)
