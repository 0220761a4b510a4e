'use server'

import { previewSubset as preview } from '#lib/services/versions/preview-subset'
import { startDerivation as derive } from '#lib/services/versions/start-derivation'
import { action } from '../../../../_server/action'

export const previewSubset = action(preview)
export const startSubset = action(derive)
