// Before any schema is made: zod turns none into code, which the content policy would not let run.
globalThis.__zod_globalConfig = { jitless: true }
