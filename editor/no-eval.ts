import { config } from 'zod'

// Schemas are not turned into code here: the content policy allows none. Must be imported before any schema.
config({ jitless: true })
