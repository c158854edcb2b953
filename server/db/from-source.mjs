import { register } from 'tsx/esm/api'

// tsx leaves worker threads alone; this lets a database thread run from TypeScript in development and tests
register()
