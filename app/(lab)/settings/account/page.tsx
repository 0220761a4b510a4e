import type { Metadata } from 'next'
import { listSessions } from '#lib/services/accounts/list-sessions'
import { pageContext } from '../../../_server/page-context'
import { currentSession } from '../../../_server/session'
import { Missing } from '../../../_ui/missing'
import { Section } from '../../../_ui/section'
import { Table, TBody, Td, Th, THead, Tr } from '../../../_ui/table'
import { Time } from '../../../_ui/time'
import { SettingsHeader } from '../settings-header'
import { PasswordForm } from './password-form'
import { RevokeSessions } from './revoke-sessions'

export const metadata: Metadata = { title: 'My account' }

export default async function AccountPage() {
  const ctx = await pageContext()
  const [session, sessions] = await Promise.all([currentSession(), listSessions(ctx)])
  return (
    <>
      <SettingsHeader active="/settings/account" />
      <Section title="Password" description="Changing it signs you out everywhere, here too.">
        <PasswordForm email={session?.email ?? ''} />
      </Section>
      <Section title="Sessions" description="Where you are signed in." actions={<RevokeSessions keepId={session?.sessionId ?? ''} />}>
        <Table label="Sessions">
          <THead>
            <Tr>
              <Th>Browser</Th>
              <Th>Address</Th>
              <Th>Since</Th>
              <Th>Ends</Th>
            </Tr>
          </THead>
          <TBody>
            {sessions.map((row) => (
              <Tr key={row.id}>
                <Td className="max-w-[40ch] truncate" title={row.userAgent ?? undefined}>
                  {row.id === session?.sessionId && <span className="font-medium">This one · </span>}
                  {row.userAgent || <Missing reason="The browser did not say" />}
                </Td>
                <Td>{row.ipAddress || <Missing reason="Not recorded" />}</Td>
                <Td>
                  <Time at={row.createdAt} />
                </Td>
                <Td>
                  <Time at={row.expiresAt} />
                </Td>
              </Tr>
            ))}
          </TBody>
        </Table>
      </Section>
    </>
  )
}
