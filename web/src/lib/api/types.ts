import type { components } from './schema'

type Schemas = components['schemas']

// The only place that names schemas of the OpenAPI document.
export type User = Schemas['User']
export type Role = User['role']
export type Tenant = Schemas['Tenant']
export type Session = Schemas['Session']
export type Document = Schemas['Document']
export type Right = Document['right']
export type Grant = Schemas['Grant']
export type Version = Schemas['Version']
export type StoredFile = Schemas['File']
export type Actor = Schemas['Observation']
