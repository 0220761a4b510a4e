import type { QueueWorker } from '#lib/services/queue/get-queue'
import { Missing } from '../../_ui/missing'
import { Table, TBody, Td, Th, THead, Tr } from '../../_ui/table'
import { Time } from '../../_ui/time'
import { RunningStage } from './running-stage'

const looks: Record<QueueWorker['state'], { mark: string; className: string; title: string }> = {
  alive: { mark: '●', className: 'text-good', title: 'Its heartbeat is on time.' },
  silent: { mark: '▲', className: 'text-bad', title: 'No heartbeat: its stages go to another worker.' },
  stopped: { mark: '■', className: 'text-muted', title: 'Stopped in order.' },
}

export function WorkerTable({ workers }: { workers: QueueWorker[] }) {
  return (
    <Table label="Workers">
      <THead>
        <Tr>
          <Th>Worker</Th>
          <Th>State</Th>
          <Th>Device</Th>
          <Th numeric>Slots</Th>
          <Th className="pl-6">Runs now</Th>
          <Th>Heartbeat</Th>
        </Tr>
      </THead>
      <TBody>
        {workers.map((worker) => {
          const look = looks[worker.state]
          return (
            <Tr key={worker.id}>
              <Td className="align-top whitespace-nowrap">
                <span className="font-medium">{worker.name}</span>
                {worker.hostname !== worker.name && <span className="block text-xs text-muted">{worker.hostname}</span>}
              </Td>
              <Td className={`align-top whitespace-nowrap ${look.className}`} title={look.title}>
                <span aria-hidden="true">{look.mark}</span> {worker.state}
              </Td>
              <Td className="align-top">{deviceInWords(worker)}</Td>
              <Td numeric className="align-top">
                {worker.running.length} of {worker.slots}
              </Td>
              <Td className="min-w-72 pl-6 align-top">
                {worker.running.length === 0 ? (
                  <Missing reason="It waits for work." />
                ) : (
                  <ul className="space-y-1">
                    {worker.running.map((stage) => (
                      <RunningStage key={stage.stageId} stage={stage} />
                    ))}
                  </ul>
                )}
              </Td>
              <Td className="align-top">
                <Time at={worker.heartbeatAt} />
              </Td>
            </Tr>
          )
        })}
      </TBody>
    </Table>
  )
}

function deviceInWords({ accelerator, device }: QueueWorker): string {
  const parts = Object.entries(device).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' ? [name === 'name' ? String(value) : `${name} ${value}`] : [],
  )
  return [accelerator.toUpperCase(), ...parts].join(' · ')
}
