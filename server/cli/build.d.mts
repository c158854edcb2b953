/** The folder of a build that is as new as the sources, made if it is missing. */
export function ensureBuilt(): Promise<string>
/** The project's root folder. */
export const root: string
