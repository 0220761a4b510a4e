'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { toast } from 'sonner'
import type { MemberView } from '#lib/services/accounts/list-members'
import { roles } from '#lib/services/accounts/role'
import { Button } from '../../_ui/button'
import { ConfirmButton } from '../../_ui/confirm-button'
import { Select } from '../../_ui/field'
import { Missing } from '../../_ui/missing'
import { Table, TBody, Td, Th, THead, Tr } from '../../_ui/table'
import { Time } from '../../_ui/time'
import { changeRole, createPasswordReset, removeMember } from './actions'
import { OneTimeLink } from './one-time-link'

interface MemberTableProps {
  members: MemberView[]
  ownId: string
  isAdministrator: boolean
}

export function MemberTable({ members, ownId, isAdministrator }: MemberTableProps) {
  const [reset, setReset] = useState<{ email: string; link: string }>()
  return (
    <>
      {reset && <OneTimeLink title={`${reset.email} sets a new password with this link`} link={reset.link} />}
      <Table label="Members">
        <THead>
          <Tr>
            <Th>Name</Th>
            <Th>E-mail</Th>
            <Th>Role</Th>
            <Th>Joined</Th>
            <Th>Signed in</Th>
            {isAdministrator && <Th>Actions</Th>}
          </Tr>
        </THead>
        <TBody>
          {members.map((member) => (
            <Tr key={member.id}>
              <Td className="font-medium">
                {member.name}
                {member.id === ownId && <span className="font-normal text-muted"> (you)</span>}
              </Td>
              <Td>{member.email}</Td>
              <Td>{isAdministrator ? <RoleSelect member={member} /> : member.role}</Td>
              <Td>
                <Time at={member.createdAt} />
              </Td>
              <Td>{member.signedInAt ? <Time at={member.signedInAt} /> : <Missing reason="Not signed in anywhere" />}</Td>
              {isAdministrator && (
                <Td>
                  <MemberActions member={member} onReset={(link) => setReset({ email: member.email, link })} />
                </Td>
              )}
            </Tr>
          ))}
        </TBody>
      </Table>
    </>
  )
}

function RoleSelect({ member }: { member: MemberView }) {
  const router = useRouter()
  const change = async (role: string) => {
    const result = await changeRole({ userId: member.id, role })
    if (!result.ok) toast.error(result.message)
    router.refresh()
  }
  return (
    <Select
      aria-label={`Role of ${member.name}`}
      className="!w-36"
      value={member.role}
      onChange={(event) => void change(event.target.value)}
    >
      {roles.map((role) => (
        <option key={role}>{role}</option>
      ))}
    </Select>
  )
}

function MemberActions({ member, onReset }: { member: MemberView; onReset: (link: string) => void }) {
  const router = useRouter()
  const makeLink = async () => {
    const result = await createPasswordReset({ email: member.email })
    if (result.ok) onReset(result.value.link)
    else toast.error(result.message)
  }
  const remove = async () => {
    const result = await removeMember({ userId: member.id })
    if (result.ok) router.refresh()
    return result
  }
  return (
    <div className="flex gap-2">
      <Button size="small" onClick={() => void makeLink()} aria-label={`Password reset link for ${member.name}`}>
        Password reset link
      </Button>
      <ConfirmButton
        size="small"
        label="Remove"
        title={`Remove ${member.name}?`}
        text="Every session ends at once. Comments and verdicts stay, under the same name. A new invitation brings the member back."
        confirmLabel="Remove"
        onConfirm={remove}
      />
    </div>
  )
}
