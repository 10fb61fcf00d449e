import { KontorServer } from './server'
import { saveSessions } from './people'

export default async function globalSetup() {
  const server = await new KontorServer().begin()
  process.env.KONTOR_E2E_URL = server.url
  process.env.KONTOR_E2E_OPERATOR = server.operatorKey
  await saveSessions(server.url)
  return () => server.end()
}
