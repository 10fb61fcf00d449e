/**
 * A type as a part of an address: `crm-deal`. A point in the last part would make it the name of a file,
 * which the server does not answer with the app.
 */
export const kindParams = {
  parse: ({ kind }: { kind: string }) => ({ kind: kind.replace('-', '.') }),
  stringify: ({ kind }: { kind: string }) => ({ kind: kind.replace('.', '-') }),
}
