import type { Tools } from '../tools/stage.ts'
import type { PromiseFile } from '../verdict.ts'
import { g01 } from './g01.ts'
import { g02 } from './g02.ts'
import { g03 } from './g03.ts'
import { g04 } from './g04.ts'
import { g05 } from './g05.ts'
import { g06 } from './g06.ts'
import { g07 } from './g07.ts'
import { g08 } from './g08.ts'
import { g09 } from './g09.ts'
import { g10 } from './g10.ts'
import { g11 } from './g11.ts'
import { g12 } from './g12.ts'
import { g13 } from './g13.ts'
import { g14 } from './g14.ts'
import { g16 } from './g16.ts'
import { g17 } from './g17.ts'
import { g18 } from './g18.ts'
import { g19 } from './g19.ts'
import { g20 } from './g20.ts'
import { g21 } from './g21.ts'
import { g22 } from './g22.ts'
import { g23 } from './g23.ts'
import { g24 } from './g24.ts'
import { g25 } from './g25.ts'
import { g26 } from './g26.ts'
import { g33 } from './g33.ts'
import { g34 } from './g34.ts'
import { g42 } from './g42.ts'

/** Every promise that is tried, in order. */
export const promises: readonly PromiseFile<Tools>[] = [
  g01,
  g02,
  g03,
  g04,
  g05,
  g06,
  g07,
  g08,
  g09,
  g10,
  g11,
  g12,
  g13,
  g14,
  g16,
  g17,
  g18,
  g19,
  g20,
  g21,
  g22,
  g23,
  g24,
  g25,
  g26,
  g33,
  g34,
  g42,
]
