import { handWritten } from './hand-written.ts'
import { jsonLogic } from './json-logic.ts'
import { jsonRulesEngine } from './json-rules-engine.ts'
import { ours } from './ours.ts'
import type { Variant } from './variant.ts'
import { zen } from './zen.ts'

export const variants: readonly Variant[] = [...ours, jsonRulesEngine, zen, jsonLogic, handWritten]
