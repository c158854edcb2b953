import { OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from './env.ts'
import { badRequest } from './errors.ts'

/** An application for some routes, which refuses what does not fit their schemas. */
export function createRoutes(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (!result.success) throw badRequest(result.error, result.target)
    },
  })
}

const media = <T extends z.ZodType>(schema: T, example?: z.input<T>) => ({
  'application/json': { schema, ...(example === undefined ? {} : { example }) },
})

/** An answer that is JSON. */
export const json = <T extends z.ZodType>(
  schema: T,
  description: string,
  example?: z.input<T>,
) => ({ description, content: media(schema, example) })

/** A body that must be there. */
export const body = <T extends z.ZodType>(schema: T, example?: z.input<T>) => ({
  required: true,
  content: media(schema, example),
})

/** The answer of what has nothing to tell. */
export const done = z.object({ success: z.literal(true) })
