'use server'

import { changePassword as changePasswordVerb } from '#lib/services/accounts/change-password'
import { changeRole as changeRoleVerb } from '#lib/services/accounts/change-role'
import { createPasswordReset as createPasswordResetVerb } from '#lib/services/accounts/create-password-reset'
import { inviteMember as inviteMemberVerb } from '#lib/services/accounts/invite-member'
import { removeMember as removeMemberVerb } from '#lib/services/accounts/remove-member'
import { revokeInvitation as revokeInvitationVerb } from '#lib/services/accounts/revoke-invitation'
import { revokeOtherSessions as revokeOtherSessionsVerb } from '#lib/services/accounts/revoke-other-sessions'
import { deleteWeightFile as deleteWeightFileVerb } from '#lib/services/weights/delete-weight-file'
import { action } from '../../_server/action'

export const inviteMember = action(inviteMemberVerb)
export const revokeInvitation = action(revokeInvitationVerb)
export const changeRole = action(changeRoleVerb)
export const removeMember = action(removeMemberVerb)
export const createPasswordReset = action(createPasswordResetVerb)
export const changePassword = action(changePasswordVerb)
export const revokeOtherSessions = action(revokeOtherSessionsVerb)
export const deleteWeightFile = action(deleteWeightFileVerb)
