'use server'

import { acceptInvitation as acceptInvitationVerb } from '#lib/services/accounts/accept-invitation'
import { action } from '../../../_server/action'

export const acceptInvitation = action(acceptInvitationVerb)
