export const kinds = ['contacts', 'agents', 'calendars', 'lists'] as const
export type Kind = (typeof kinds)[number]

export const formats = ['csv', 'json'] as const
export type Format = (typeof formats)[number]
