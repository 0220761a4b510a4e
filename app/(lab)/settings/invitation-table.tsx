'use client'

import { useRouter } from 'next/navigation'
import { toast } from 'sonner'
import type { InvitationView } from '#lib/services/accounts/list-invitations'
import { Button } from '../../_ui/button'
import { Missing } from '../../_ui/missing'
import { Table, TBody, Td, Th, THead, Tr } from '../../_ui/table'
import { Time } from '../../_ui/time'
import { revokeInvitation } from './actions'

const purposes: Record<InvitationView['purpose'], string> = {
  first_administrator: 'First administrator',
  member: 'New member',
  password_reset: 'Password reset',
}

/** Links that still work. */
export function InvitationTable({ invitations }: { invitations: InvitationView[] }) {
  const router = useRouter()
  const revoke = async (id: string) => {
    const result = await revokeInvitation({ id })
    if (!result.ok) toast.error(result.message)
    router.refresh()
  }
  if (invitations.length === 0) return <p className="text-muted">No link is open.</p>
  return (
    <Table label="Open links">
      <THead>
        <Tr>
          <Th>For</Th>
          <Th>E-mail</Th>
          <Th>Role</Th>
          <Th>Made</Th>
          <Th>Ends</Th>
          <Th>Actions</Th>
        </Tr>
      </THead>
      <TBody>
        {invitations.map((invitation) => (
          <Tr key={invitation.id}>
            <Td>{purposes[invitation.purpose]}</Td>
            <Td>{invitation.email ?? <Missing reason="Any address" />}</Td>
            <Td>{invitation.role}</Td>
            <Td>
              <Time at={invitation.createdAt} />
            </Td>
            <Td>
              <Time at={invitation.expiresAt} />
            </Td>
            <Td>
              <Button size="small" onClick={() => void revoke(invitation.id)}>
                Revoke
              </Button>
            </Td>
          </Tr>
        ))}
      </TBody>
    </Table>
  )
}
