type FieldFault = { path: string; message: string }
type TenantChoice = { slug: string; name: string }

/** What the server said went wrong (`application/problem+json`), or that it could not be reached. */
export class Problem extends Error {
  override name = 'Problem'
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly faults: FieldFault[] = [],
    readonly tenants: TenantChoice[] = [],
    readonly retryAfter: number | null = null,
  ) {
    super(message)
  }

  /** The server never answered: no network, or it is down. */
  get unreachable() {
    return this.status === 0
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const text = (value: unknown) => (typeof value === 'string' ? value : '')
const list = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : [])

export function problemOf(body: unknown, response: Response): Problem {
  const fields = isRecord(body) ? body : {}
  const message = text(fields.detail) || text(fields.title) || response.statusText || `HTTP ${response.status}`
  const retryAfter = Number(response.headers.get('Retry-After'))
  return new Problem(
    response.status,
    text(fields.code) || 'unknown',
    message,
    list(fields.errors).map((fault) => ({ path: text(fault.path), message: text(fault.message) })),
    list(fields.tenants).map((tenant) => ({ slug: text(tenant.slug), name: text(tenant.name) })),
    retryAfter > 0 ? retryAfter : null,
  )
}

export const unreachable = () => new Problem(0, 'unreachable', 'The server cannot be reached.')
