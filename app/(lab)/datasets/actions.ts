'use server'

import { cancelImport as cancel } from '#lib/services/imports/cancel-import'
import { createImport } from '#lib/services/imports/create-import'
import { inspectFolder } from '#lib/services/imports/inspect-folder'
import { action } from '../../_server/action'

export const startImport = action(createImport)
export const cancelImport = action(cancel)
export const lookAtFolder = action(inspectFolder)
