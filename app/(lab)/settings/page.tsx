import type { Metadata } from 'next'
import { listInvitations } from '#lib/services/accounts/list-invitations'
import { listMembers } from '#lib/services/accounts/list-members'
import { pageContext } from '../../_server/page-context'
import { Section } from '../../_ui/section'
import { InvitationTable } from './invitation-table'
import { InviteForm } from './invite-form'
import { MemberTable } from './member-table'
import { SettingsHeader } from './settings-header'

export const metadata: Metadata = { title: 'Members' }

export default async function MembersPage() {
  const ctx = await pageContext()
  const isAdministrator = ctx.actor.kind === 'user' && ctx.actor.role === 'administrator'
  const [members, invitations] = await Promise.all([listMembers(ctx), isAdministrator ? listInvitations(ctx) : []])
  return (
    <>
      <SettingsHeader active="/settings" />
      <Section
        title="Members"
        description="A viewer reads; an editor also imports, launches and reviews; an administrator also manages members."
      >
        <MemberTable members={members} ownId={ctx.actor.kind === 'user' ? ctx.actor.userId : ''} isAdministrator={isAdministrator} />
      </Section>
      {isAdministrator && (
        <Section title="Invitations" description="A link works once, for seven days. It is shown when it is made and never again.">
          <InviteForm />
          <InvitationTable invitations={invitations} />
        </Section>
      )}
    </>
  )
}
